// The browser code that people have, unmodified, on a page of another origin: Supabase's own client against this server.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { check } from "./report.mjs";
import { Server } from "./server.mjs";

const BUNDLE = readFileSync(createRequire(import.meta.url).resolve("@supabase/supabase-js/dist/umd/supabase.js"));

/** As a frontend has it; only the address, the key and the id of the job are its own. */
const PAGE = `<!doctype html><meta charset="utf-8"><title>A frontend</title><ol></ol><script src="/supabase.js"></script><script>
window.watch = (url, key, jobId) => {
  const { createClient } = supabase
  createClient(url, key)
    .channel('search-progress-' + jobId)
    .on('postgres_changes', { event: 'UPDATE', schema: 'public', table: 'prospect_search_jobs', filter: 'id=eq.' + jobId }, (payload) => {
      const line = document.createElement('li')
      line.textContent = payload.new.status + ' ' + payload.new.progress_current
      document.querySelector('ol').append(line)
    })
    .subscribe((status) => { document.title = status })
}
</script>`;

/** The page's own server; its origin has to be allowed by Sluice. */
async function frontend() {
  const server = createServer((request, answer) => {
    const isScript = request.url === "/supabase.js";
    answer.setHeader("content-type", isScript ? "text/javascript" : "text/html");
    answer.end(isScript ? BUNDLE : PAGE);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return { server, origin: `http://127.0.0.1:${server.address().port}` };
}

const RUNS = 20;

/** On a server of its own: so many searches would show in every other view, and in the account's budget. */
export async function watchFromElsewhere(browser, binary, folder, sandbox) {
  mkdirSync(folder, { recursive: true });
  const { server: pages, origin } = await frontend();
  const server = await Server.start(binary, folder, { SLUICE_ALLOWED_ORIGINS: origin });
  try {
    await server.call("POST", "/api/v1/accounts", {
      provider: "unipile", base_url: sandbox, api_key: "any-key", external_account_id: "acc_sales_navigator", api: "sales_navigator",
      pace: { delay_ms: 100, jitter_pct: 20 }, budgets: { search_rows_per_day: 1_000_000 },
    });
    const { key } = await server.call("POST", "/api/v1/keys", { name: "A frontend", role: "viewer", publishable: true });
    await check(`Supabase's client in the browser sees a search rise to its end, ${RUNS} times without a miss`, async () => {
      for (let run = 1; run <= RUNS; run += 1) await watchOne(browser, server, key, origin, run);
    });
  } finally {
    await server.stop();
    pages.close();
  }
}

async function watchOne(browser, server, key, origin, run) {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  await page.goto(origin);
  const body = { search_criteria: { category: "people", keywords: "engineer" }, target_count: 500 };
  const { job_id: id } = await server.call("POST", "/api/linkedin/search/create-job", body);
  await page.evaluate(([url, secret, job]) => window.watch(url, secret, job), [server.url, key, id]);
  await page.waitForFunction(() => document.title === "SUBSCRIBED");
  await page.locator("li").filter({ hasText: "completed 500" }).waitFor();
  const lines = await page.locator("li").allTextContents();
  const counts = lines.map((line) => Number(line.split(" ")[1]));
  assert.deepEqual(counts, counts.toSorted((a, b) => a - b), `run ${run}: it never goes back`);
  assert.equal(lines.filter((line) => line.startsWith("completed")).length, 1, `run ${run}: the end comes once: ${lines}`);
  assert.ok(lines.length >= 3, `run ${run}: it was watched, not only seen to end: ${lines}`);
  await context.close();
}
