"""Listens with Supabase's own Python client, unchanged but for the address and the key.

Usage: python drive.py PATH_OF_SLUICE SANDBOX_URL FOLDER
"""

import asyncio
import logging
import sys
import time
import traceback

from postgrest.exceptions import APIError
from server import OWNER_KEY, Server
from supabase import acreate_client

TABLE = "prospect_search_jobs"
NOBODY = "01890a5d-ac96-774b-bcce-b302099a8057"


class Drive:
    def __init__(self, binary: str, sandbox: str, folder: str) -> None:
        self.sandbox = sandbox
        self.server = Server(binary, folder)

    async def account(self, delay_ms: int = 40) -> str:
        """An account of the sandbox that takes its time, so that there is something to watch."""
        body = {
            "provider": "unipile", "name": f"delay {delay_ms}", "base_url": self.sandbox, "api_key": "any-key",
            "external_account_id": "acc_sales_navigator", "api": "sales_navigator",
            "pace": {"delay_ms": delay_ms, "jitter_pct": 0}, "budgets": {"search_rows_per_day": 1_000_000},
        }
        return (await self.server.call("POST", "/api/v1/accounts", body))["id"]

    async def create_job(self, target: int, account_id: str | None = None) -> str:
        body = {"search_criteria": {"category": "people", "keywords": "manager"}, "target_count": target, "account_id": account_id}
        return (await self.server.call("POST", "/api/linkedin/search/create-job", body))["job_id"]

    async def client(self, key: str = OWNER_KEY):
        return await acreate_client(self.server.url, key)

    async def watch(self, supabase, job_id: str, event: str = "UPDATE"):
        """What people have: a channel for one job, and every row that it brings."""
        rows, states = [], []
        channel = supabase.channel("search-progress-" + job_id)
        channel.on_postgres_changes(event, lambda payload: rows.append(payload["data"]["record"]), table=TABLE, schema="public", filter=f"id=eq.{job_id}")
        await channel.subscribe(lambda status, error: states.append(status.value))
        assert states[0] == "SUBSCRIBED", states
        return rows, states

    async def watch_to_end(self, key: str = OWNER_KEY):
        supabase = await self.client(key)
        job_id = await self.create_job(300)
        rows, _ = await self.watch(supabase, job_id)
        await until(lambda: rows and rows[-1]["status"] == "completed", "the end")
        assert_rise(rows, 300)
        await supabase.realtime.close()
        return rows

    async def a_client_sees_progress_rise_and_completed_last_twenty_times_without_a_miss(self) -> None:
        between = 0
        for _ in range(20):
            rows = await self.watch_to_end()
            between += sum(1 for row in rows if 0 < row["progress_current"] < 300)
        assert between >= 20, between

    async def a_late_client_sees_the_end_at_once(self) -> None:
        job_id = await self.create_job(20)
        while (await self.server.call("GET", f"/api/linkedin/search/create-job?job_id={job_id}"))["job"]["status"] != "completed":
            await asyncio.sleep(0.02)
        supabase = await self.client()
        rows, _ = await self.watch(supabase, job_id)
        await until(lambda: rows, "the row as it is")
        await asyncio.sleep(0.1)
        assert_rise(rows, 20)
        assert len(rows) == 1, rows
        await supabase.realtime.close()

    async def another_jobs_channel_and_another_workspace_hear_nothing(self) -> None:
        workspace = await self.server.call("POST", "/api/v1/workspaces", {"name": "Elsewhere"})
        stranger = await self.server.call("POST", "/api/v1/keys", {"name": "there", "role": "owner"}, workspace=workspace["id"])
        supabase, elsewhere = await self.client(), await self.client(stranger["key"])
        other = await self.create_job(10)
        other_rows, _ = await self.watch(supabase, other, "*")
        await until(lambda: other_rows and other_rows[-1]["status"] == "completed", "the end of the other job")
        before = len(other_rows)
        job_id = await self.create_job(200)
        theirs, _ = await self.watch(elsewhere, job_id, "*")
        rows, _ = await self.watch(supabase, job_id)
        await until(lambda: rows and rows[-1]["status"] == "completed", "the end")
        await asyncio.sleep(0.1)
        assert (len(other_rows) - before, theirs) == (0, []), (other_rows, theirs)
        await supabase.realtime.close()
        await elsewhere.realtime.close()

    async def a_revoked_key_is_closed(self) -> None:
        made = await self.server.call("POST", "/api/v1/keys", {"name": "short-lived", "role": "viewer"})
        supabase = await self.client(made["key"])
        _, states = await self.watch(supabase, await self.create_job(10))
        await self.server.call("DELETE", f"/api/v1/keys/{made['id']}")
        await until(lambda: "CLOSED" in states, "the end of the channel", 2)
        await supabase.realtime.close()

    async def a_publishable_key_is_enough(self) -> None:
        made = await self.server.call("POST", "/api/v1/keys", {"name": "page", "role": "viewer", "publishable": True})
        await self.watch_to_end(made["key"])

    async def the_tables_are_read(self) -> None:
        supabase = await self.client()
        listed = await supabase.table(TABLE).select("*", count="exact").order("created_at", desc=True).limit(3).execute()
        assert len(listed.data) == 3 and listed.count > 3, listed
        job = listed.data[0]
        one = await supabase.table(TABLE).select("id,status").eq("id", job["id"]).single().execute()
        assert one.data == {"id": job["id"], "status": job["status"]}, one
        try:
            await supabase.table(TABLE).select("*").eq("id", NOBODY).single().execute()
            raise AssertionError("a single row was found where there is none")
        except APIError as error:
            assert error.code == "PGRST116", error
        maybe = await supabase.table(TABLE).select("*").eq("id", NOBODY).maybe_single().execute()
        assert maybe is None or maybe.data is None, maybe
        results = await supabase.table("prospect_search_results").select("id,batch_number").eq("job_id", job["id"]).range(0, 4).execute()
        assert len(results.data) == 5, results

    async def a_restart_of_the_server_in_the_middle_is_survived(self) -> None:
        slow = await self.account(700)
        supabase = await self.client()
        job_id = await self.create_job(500, slow)
        rows, states = await self.watch(supabase, job_id)
        await until(lambda: rows and rows[-1]["progress_current"] == 100, "the first page")
        await self.server.down()
        await self.server.up()
        await until(lambda: rows[-1]["status"] == "completed", "the end")
        assert_rise(rows, 500)
        assert states.count("SUBSCRIBED") == 2, states
        await supabase.realtime.close()


async def until(condition, what: str, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain for {what}")
        await asyncio.sleep(0.005)


def assert_rise(rows: list, total: int) -> None:
    progress = [row["progress_current"] for row in rows]
    assert progress == sorted(progress), progress
    assert rows[-1]["status"] == "completed" and progress[-1] == total, rows[-1]
    assert sum(1 for row in rows if row["status"] == "completed") == 1, "the end comes once, and last"


async def main() -> int:
    # What the client says of a lost connection is a part of the drive, not of its outcome.
    logging.getLogger("realtime").setLevel(logging.CRITICAL)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    drive = Drive(*sys.argv[1:4])
    await drive.server.up()
    await drive.account()
    checks = [
        drive.a_client_sees_progress_rise_and_completed_last_twenty_times_without_a_miss,
        drive.a_late_client_sees_the_end_at_once,
        drive.another_jobs_channel_and_another_workspace_hear_nothing,
        drive.a_revoked_key_is_closed,
        drive.a_publishable_key_is_enough,
        drive.the_tables_are_read,
        drive.a_restart_of_the_server_in_the_middle_is_survived,
    ]
    failed = 0
    for check in checks:
        name, began = check.__name__.replace("_", " "), time.monotonic()
        try:
            await check()
            print(f"ok {name} ({(time.monotonic() - began) * 1000:.0f} ms)", flush=True)
        except Exception:
            failed += 1
            print(f"FAIL {name}: {traceback.format_exc()}", flush=True)
    await drive.server.down()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
