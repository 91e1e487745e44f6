// Figures of the web application in Chromium: from the commit of a page to its count on the screen, the first paint of every web page, and
// what it weighs. Usage: node measure.mjs PATH_OF_SLUICE FOLDER [--markdown FILE] [--brief]; scripts/bench pixels runs it.
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { launch, person } from "./chromium.mjs";
import { OWNER_KEY, Server, firstDocument } from "./server.mjs";
import { weigh } from "./weight.mjs";

const [binary, folder, ...words] = process.argv.slice(2);
const brief = words.includes("--brief");
const markdown = words.includes("--markdown") ? words[words.indexOf("--markdown") + 1] : undefined;
/** Pages of 100 people; a search has 25 of them at most. */
const SEARCHES = brief ? 1 : 6;
const LOADS = brief ? 3 : 20;
const ROWS = 2500;

const rows = [];

function add(figure, values, unit, goal, met) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
  const told = (value) => `${value >= 100 ? Math.round(value) : value.toFixed(1)} ${unit}`;
  const cells = [figure, told(at(0.5)), told(at(0.95)), told(at(0.99)), values.length, goal, met(at) ? "yes" : "no", loadavg()[0].toFixed(2)];
  rows.push(`| ${cells.join(" | ")} |`);
  console.log(rows.at(-1));
}

async function main() {
  const sandbox = spawn(binary, ["sandbox", "--json", "--bind", "127.0.0.1:0", "--people", "100000", "--seed", "1"], { stdio: ["ignore", "pipe", "inherit"] });
  const { url: provider } = await firstDocument(sandbox);
  const server = await Server.start(binary, folder);
  const browser = await launch();
  try {
    const { page, context } = await enter(browser, server);
    const { id: account } = await server.call("POST", "/api/v1/accounts", {
      provider: "unipile", name: "Measured", base_url: provider, api_key: "any-key", external_account_id: "acc_sales_navigator", api: "sales_navigator",
      pace: { delay_ms: 250, jitter_pct: 20 }, budgets: { search_rows_per_day: 1_000_000 },
    });
    const delays = [];
    let last;
    for (let search = 0; search < SEARCHES; search += 1) last = await watch(page, server, account, delays);
    add("commit of a page to its count in Chromium (rows and count in one transaction; the moment after the frame was drawn)", delays, "ms", "p95 < 150 ms", (at) => at(0.95) < 150);
    await paints(browser, server, context, last, account);
  } finally {
    await browser.close();
    await server.stop();
    sandbox.kill("SIGTERM");
  }
  const head = "| Figure | Median | p95 | p99 | Runs | Goal | Met | Load |\n|---|---|---|---|---|---|---|---|\n";
  if (markdown) writeFileSync(markdown, `${head}${rows.join("\n")}\n`);
}

async function enter(browser, server) {
  const visitor = await person(browser, server);
  await visitor.page.goto("/sign-in");
  await visitor.page.getByText("Sign in with an API key").click();
  await visitor.page.getByLabel("API key").fill(OWNER_KEY);
  await visitor.page.getByRole("button", { name: "Sign in with the key" }).click();
  await visitor.page.getByRole("heading", { name: "Home", level: 1 }).waitFor();
  return visitor;
}

/** Watches one search on its page; the delay of every page that was painted goes into `delays`, in milliseconds. */
async function watch(page, server, account, delays) {
  const { job_id: id } = await server.call("POST", "/api/v1/searches", { criteria: { keywords: "manager" }, target: ROWS, account_id: account });
  await page.goto(`/searches/${id}`);
  await page.evaluate(() => {
    window.painted = new Map();
    const read = () => document.querySelector('#progress [data-field="current"]').textContent.replaceAll(",", "");
    new MutationObserver(() => {
      const shown = read();
      if (window.painted.has(shown)) return;
      window.painted.set(shown, 0);
      // The frame with it is drawn after this callback; the task after that comes when it is.
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => window.painted.set(shown, performance.timeOrigin + performance.now());
        port2.postMessage(null);
      });
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  await page.locator("#progress").filter({ hasText: "Done" }).waitFor({ timeout: 60_000 });
  const painted = new Map(await page.evaluate(() => [...window.painted]));
  const job = await server.call("GET", `/api/v1/jobs/${id}`);
  let total = 0;
  for (const line of job.timeline.filter((entry) => entry.kind === "page")) {
    total += Number(line.message.match(/stored: (\d+) new/)[1]);
    const at = painted.get(String(total));
    // The first page may have been stored before anybody looked.
    if (at) delays.push(at - microseconds(line.at) / 1000);
  }
  return id;
}

/** A timestamp with its fraction, in microseconds since 1970. */
function microseconds(text) {
  const [, whole, fraction = ""] = text.match(/^(.*?)(?:\.(\d+))?Z$/);
  return Date.parse(`${whole}Z`) * 1000 + Number(fraction.padEnd(6, "0").slice(0, 6));
}

async function paints(browser, server, context, search, account) {
  const review = await server.call("POST", "/api/v1/reviews", { name: "Measured", searches: [search] });
  const cookies = await context.storageState();
  const pages = [
    ["Home", "/"], ["Searches", "/searches"], ["New search", "/searches/new"], ["a search with 2,500 results", `/searches/${search}`],
    ["Review", "/reviews"], ["a review of 2,500 people", `/reviews/${review.id}`], ["Jobs", "/jobs"], ["Accounts", "/accounts"],
    ["an account", `/accounts/${account}`], ["Settings", "/settings"], ["Sign in", "/sign-in"],
  ];
  for (const [name, path] of pages) {
    const painted = [];
    const weights = [];
    for (let load = 0; load < LOADS; load += 1) {
      // A profile of its own each time: nothing is in its cache.
      const { page, context: fresh } = await person(browser, server, path === "/sign-in" ? {} : { storageState: cookies });
      await page.goto(path);
      const measured = await weigh(page);
      painted.push(measured.painted);
      weights.push(measured.bytes / 1000);
      await fresh.close();
    }
    add(`first contentful paint of ${name} (nothing in the cache)`, painted, "ms", "p95 < 300 ms", (at) => at(0.95) < 300);
    add(`weight of ${name}, everything counted, as sent`, weights, "KB", "< 100 KB", (at) => at(1) < 100);
  }
}

await main();
