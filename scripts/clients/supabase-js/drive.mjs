// Listens with Supabase's own client as existing frontends do, unchanged but for the address and the key.
// Usage: node drive.mjs PATH_OF_SLUICE SANDBOX_URL FOLDER
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { createClient } from "@supabase/supabase-js";
import WebSocket from "ws";
import { OWNER_KEY, Server } from "./server.mjs";

const [binary, sandbox, folder] = process.argv.slice(2);
if (!folder) {
  console.error("usage: node drive.mjs PATH_OF_SLUICE SANDBOX_URL FOLDER");
  process.exit(2);
}
const server = await Server.start(binary, folder);
const TABLE = "prospect_search_jobs";

/** An account of the sandbox that takes its time, so that there is something to watch. */
async function account(key, delayMs = 40) {
  const body = {
    provider: "unipile", name: `delay ${delayMs}`, base_url: sandbox, api_key: "any-key", external_account_id: "acc_sales_navigator",
    api: "sales_navigator", pace: { delay_ms: delayMs, jitter_pct: 0 }, budgets: { search_rows_per_day: 1_000_000 },
  };
  return (await server.call("POST", "/api/v1/accounts", { body, key })).id;
}

async function createJob(target, { key = OWNER_KEY, accountId } = {}) {
  const body = { search_criteria: { category: "people", keywords: "manager" }, target_count: target, account_id: accountId };
  return (await server.call("POST", "/api/linkedin/search/create-job", { body, key })).job_id;
}

/** Node 20 has no WebSocket of its own; browsers need no option at all. */
function client(key = OWNER_KEY, vsn = "2.0.0") {
  const options = { auth: { persistSession: false, autoRefreshToken: false }, realtime: { transport: WebSocket, vsn } };
  return createClient(server.url, key, options);
}

async function until(condition, what, ms = 30_000) {
  const end = Date.now() + ms;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await delay(5);
  }
}

/** What people have: a channel for one job, and every row that it brings. */
async function watch(supabase, jobId, event = "UPDATE") {
  const seen = { rows: [], states: [], system: [] };
  const channel = supabase
    .channel("search-progress-" + jobId)
    .on("postgres_changes", { event, schema: "public", table: TABLE, filter: "id=eq." + jobId }, (payload) => {
      seen.rows.push(payload.new);
      seen.eventType = payload.eventType;
      assert.equal(payload.old.id, jobId);
    })
    .on("system", {}, (payload) => seen.system.push(payload))
    .subscribe((status) => seen.states.push(status));
  await until(() => seen.states.length > 0, "the subscription");
  assert.equal(seen.states[0], "SUBSCRIBED");
  return { channel, seen };
}

function assertRise(rows, total) {
  const progress = rows.map((row) => row.progress_current);
  assert.deepEqual(progress, [...progress].sort((a, b) => a - b), "progress never goes back");
  const last = rows.at(-1);
  assert.equal(last.status, "completed");
  assert.equal(last.progress_current, total);
  assert.equal(rows.filter((row) => row.status === "completed").length, 1, "the end comes once, and last");
}

async function watchToEnd(vsn, key = OWNER_KEY) {
  const supabase = client(key, vsn);
  const jobId = await createJob(300);
  const { seen } = await watch(supabase, jobId);
  await until(() => seen.rows.at(-1)?.status === "completed", "the end");
  assertRise(seen.rows, 300);
  assert.equal(seen.system[0].message, "Subscribed to PostgreSQL");
  await supabase.removeAllChannels();
  return seen.rows;
}

await account(OWNER_KEY);
const made = (body, headers) => server.call("POST", "/api/v1/keys", { body, headers });

const checks = {
  async "a client sees progress rise and completed last, twenty times without a miss"() {
    let between = 0;
    for (let run = 0; run < 20; run += 1) {
      const rows = await watchToEnd(run % 2 === 0 ? "2.0.0" : "1.0.0");
      between += rows.filter((row) => row.progress_current > 0 && row.progress_current < 300).length;
    }
    assert.ok(between >= 20, `progress was seen on the way: ${between}`);
  },

  async "a late client sees the end at once"() {
    const supabase = client();
    const jobId = await createJob(20);
    for (;;) {
      const { job } = await server.call("GET", `/api/linkedin/search/create-job?job_id=${jobId}`);
      if (job.status === "completed") break;
      await delay(20);
    }
    const { seen } = await watch(supabase, jobId);
    await until(() => seen.rows.length > 0, "the row as it is");
    await delay(100);
    assertRise(seen.rows, 20);
    assert.equal(seen.rows.length, 1);
    await supabase.removeAllChannels();
  },

  async "another job's channel and another workspace hear nothing"() {
    const workspace = await server.call("POST", "/api/v1/workspaces", { body: { name: "Elsewhere" } });
    const stranger = (await made({ name: "there", role: "owner" }, { "x-workspace-id": workspace.id })).key;
    const idle = await createJob(10);
    const supabase = client();
    const other = await watch(supabase, idle, "*");
    await until(() => other.seen.rows.at(-1)?.status === "completed", "the end of the other job");
    const before = other.seen.rows.length;
    const elsewhere = client(stranger);
    const jobId = await createJob(200);
    const theirs = await watch(elsewhere, jobId, "*");
    const everything = [];
    await new Promise((resolve) => {
      const all = elsewhere.channel("everything").on("postgres_changes", { event: "*", schema: "*" }, (payload) => everything.push(payload));
      all.subscribe((status) => status === "SUBSCRIBED" && resolve());
    });
    const own = await watch(supabase, jobId);
    await until(() => own.seen.rows.at(-1)?.status === "completed", "the end");
    await delay(100);
    assert.deepEqual([other.seen.rows.length - before, theirs.seen.rows, everything], [0, [], []]);
    await supabase.removeAllChannels();
    await elsewhere.removeAllChannels();
  },

  async "results come as they are stored, filtered by their job"() {
    const supabase = client();
    const jobs = [];
    const results = [];
    const states = [];
    const channel = supabase
      .channel("both")
      .on("postgres_changes", { event: "INSERT", schema: "public", table: TABLE, filter: "status=not.in.(completed,failed)" }, (p) => jobs.push(p.new))
      .on("postgres_changes", { event: "INSERT", schema: "public", table: "prospect_search_results", select: ["id", "job_id", "batch_number"] }, (p) => results.push(p.new))
      .subscribe((status) => states.push(status));
    await until(() => states.includes("SUBSCRIBED"), "the subscription");
    const jobId = await createJob(150);
    await until(() => results.length === 150, "150 results");
    assert.deepEqual(jobs.map((job) => [job.id, job.status]), [[jobId, "queued"]]);
    assert.equal(new Set(results.map((row) => row.id)).size, 150);
    assert.deepEqual(Object.keys(results[0]).sort(), ["batch_number", "id", "job_id"]);
    await supabase.removeChannel(channel);
  },

  async "a filter that cannot be is told as a system message"() {
    const supabase = client();
    const told = [];
    supabase
      .channel("wrong")
      .on("postgres_changes", { event: "*", schema: "public", table: TABLE, filter: "secret=eq.1" }, () => assert.fail("nothing is told"))
      .on("system", {}, (payload) => told.push(payload))
      .subscribe();
    await until(() => told.length > 0, "the message");
    assert.equal(told[0].status, "error");
    assert.match(told[0].message, /no column `secret`/);
    await supabase.removeAllChannels();
  },

  async "a revoked key is closed"() {
    const { id, key } = await made({ name: "short-lived", role: "viewer" });
    const supabase = client(key);
    const jobId = await createJob(10);
    const { seen } = await watch(supabase, jobId);
    await server.call("DELETE", `/api/v1/keys/${id}`);
    await until(() => seen.states.includes("CLOSED"), "the end of the channel", 2_000);
    assert.ok(seen.system.some((payload) => payload.status === "error" && /revoked/.test(payload.message)), JSON.stringify(seen.system));
    await supabase.realtime.disconnect();
  },

  async "a publishable key is enough for a browser"() {
    const { key } = await made({ name: "page", role: "viewer", publishable: true });
    await watchToEnd("2.0.0", key);
    const { data, error } = await client(key).from(TABLE).select("id").limit(1);
    assert.equal(error, null);
    assert.equal(data.length, 1);
  },

  async "the tables are read: select, order, count, single and maybeSingle"() {
    const supabase = client();
    const { data: jobs, count } = await supabase.from(TABLE).select("*", { count: "exact" }).order("created_at", { ascending: false }).limit(3);
    assert.equal(jobs.length, 3);
    assert.ok(count > 20, `${count}`);
    const one = await supabase.from(TABLE).select("id,status").eq("id", jobs[0].id).single();
    assert.deepEqual(one.data, { id: jobs[0].id, status: jobs[0].status });
    const none = "01890a5d-ac96-774b-bcce-b302099a8057";
    const missing = await supabase.from(TABLE).select("*").eq("id", none).single();
    assert.equal(missing.error.code, "PGRST116");
    assert.equal(missing.status, 406);
    const maybe = await supabase.from(TABLE).select("*").eq("id", none).maybeSingle();
    assert.deepEqual([maybe.data, maybe.error], [null, null]);
    const { data: results } = await supabase.from("prospect_search_results").select("id,batch_number").eq("job_id", jobs[0].id).order("batch_number").range(0, 4);
    assert.equal(results.length, 5);
    const head = await supabase.from("prospect_search_results").select("*", { count: "exact", head: true }).eq("job_id", jobs[0].id);
    assert.equal(head.count, jobs[0].total_results);
    const wrong = await supabase.from(TABLE).select("secret");
    assert.equal(wrong.error.code, "42703");
    const text = await supabase.from(TABLE).select("id").ilike("status", "comp%").not("error_message", "is", null);
    assert.deepEqual(text.data, []);
  },

  async "clients on one topic hear each other's broadcasts"() {
    const [one, two] = [client(), client(OWNER_KEY, "1.0.0")];
    const heard = [];
    const joined = [];
    const sender = one.channel("room", { config: { broadcast: { ack: true } } }).subscribe((status) => joined.push(status));
    two.channel("room").on("broadcast", { event: "shout" }, (payload) => heard.push(payload.payload)).subscribe((status) => joined.push(status));
    await until(() => joined.length === 2, "both subscriptions");
    assert.equal(await sender.send({ type: "broadcast", event: "shout", payload: { words: "grüße" } }), "ok");
    await until(() => heard.length === 1, "the broadcast");
    assert.deepEqual(heard[0], { words: "grüße" });
    assert.equal(await sender.track({ here: true }), "ok");
    await one.removeAllChannels();
    await two.removeAllChannels();
  },

  async "a restart of the server in the middle is survived"() {
    const slow = await account(OWNER_KEY, 700);
    const supabase = client();
    const jobId = await createJob(500, { accountId: slow });
    const { seen } = await watch(supabase, jobId);
    await until(() => seen.rows.at(-1)?.progress_current === 100, "the first page");
    await server.down();
    await until(() => seen.states.includes("CHANNEL_ERROR"), "the loss");
    await server.up();
    await until(() => seen.rows.at(-1)?.status === "completed", "the end");
    assertRise(seen.rows, 500);
    assert.equal(seen.states.at(-1), "SUBSCRIBED", "the client joined again by itself");
    await supabase.removeAllChannels();
  },
};

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  const began = Date.now();
  try {
    await check();
    console.log(`ok ${name} (${Date.now() - began} ms)`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL ${name}: ${error.stack}`);
  }
}
await server.down();
process.exit(failed === 0 ? 0 : 1);
