// Every page, light and dark, wide and narrow: a picture of each, and no breach of WCAG 2.2 AA that axe can find.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { NARROW, WIDE } from "./chromium.mjs";
import { check } from "./report.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const VIEWS = [
  { scheme: "light", size: WIDE },
  { scheme: "dark", size: WIDE },
  { scheme: "dark", size: NARROW },
  { scheme: "light", size: NARROW },
];

/** Looks at the page as it is now, in every view. */
export async function look(page, name, folder) {
  const before = page.viewportSize();
  const breaches = [];
  for (const { scheme, size } of VIEWS) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    const view = `${scheme}-${size.width}`;
    await page.screenshot({ path: `${folder}${name}-${view}.png` });
    for (const breach of await audit(page)) breaches.push(`${view} ${breach}`);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wider > 0) breaches.push(`${view}: the page is ${wider} px wider than the window`);
  }
  await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: "light", reducedMotion: null });
  assert.deepEqual(breaches, [], `${name}\n${breaches.join("\n")}`);
}

/** What axe finds, one line a breach. Injected through the protocol, so that the page's own policy stays as it is. */
async function audit(page) {
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(AXE);
  return page.evaluate(async (rules) => {
    const found = await axe.run(document, { runOnly: { type: "tag", values: rules }, resultTypes: ["violations"] });
    return found.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")} ${node.failureSummary.replaceAll("\n", " ")}`));
  }, RULES);
}

/** Looks at every page; resolves to their addresses. `found`, `reviewed`, `exported`, `imported` and those of `tracked` are pages of what the run has made. */
export async function looks(server, page, { found, reviewed, exported, imported, tracked, screenshots }) {
  const account = (await server.call("GET", "/api/v1/accounts")).data[0];
  const job = (await server.call("GET", "/api/v1/jobs?limit=1")).data[0];
  const pages = [
    ["home", "/", "Home"],
    ["searches", "/searches", "Searches"],
    ["searches-schedules", "/searches?tab=schedules", "Searches"],
    ["search-new", "/searches/new", "New search"],
    ["search-results", found, /manager/],
    ["search-nobody", `${found}?q=nobodyiscalledthis`, /manager/],
    ["search-timeline", `${found}?tab=timeline`, /manager/],
    ["search-details", `${found}?tab=details`, /manager/],
    ["reviews", "/reviews", "Review"],
    ["review", reviewed, /manager/],
    ["review-nobody", `${reviewed}?q=nobodyiscalledthis`, /manager/],
    ["export-choose", "/exports/new", "Export"],
    ["export-new", `/exports/new?review=${reviewed?.split("/").at(-1)}`, /^Export /],
    ["export", exported, /csv$/],
    ["import-new", "/imports/new", "Import people"],
    ["import", imported, /people/],
    ["postings", "/postings", "Postings"],
    ["postings-none", "/postings?q=nothingiscalledthis", "Postings"],
    ["postings-beside", tracked.beside, "Postings"],
    ["postings-export", "/exports/new?postings=status%3Dsaved", /^Export /],
    ["postings-export-moving", "/exports/new?postings=sort%3Dstatus", /^Export /],
    ["postings-exported", tracked.exported, /csv$/],
    ["posting", tracked.posting, null],
    ["postings-board", "/postings/board", "Board"],
    ["postings-import", "/postings/import", "Import postings"],
    ["postings-search", "/postings/search", "Find postings"],
    ["postings-job", tracked.import, /postings/],
    ["posting-sources", "/accounts/new/postings", "Sources of postings"],
    ["posting-source-new", "/accounts/new/postings?provider=linkedin", "Sources of postings"],
    ["posting-source", tracked.source, "Public pages"],
    ["jobs", "/jobs", "Jobs"],
    ["jobs-none", "/jobs?status=paused", "Jobs"],
    ["job", `/jobs/${job.id}`, null],
    ["accounts", "/accounts", "Accounts"],
    ["account", `/accounts/${account.id}`, account.name],
    ["account-new", "/accounts/new", "Connect an account"],
    ["settings", "/settings", "Settings"],
    ["settings-members", "/settings/members", "Settings"],
    ["settings-keys", "/settings/keys", "Settings"],
    ["settings-you", "/settings/you", "Settings"],
    ["not-found", "/nowhere", null],
  ].filter(([, path]) => path);
  for (const [name, path, heading] of pages) {
    await check(`${name} looks right in every view`, async () => {
      await page.goto(path);
      await page.getByRole("heading", { level: 1, ...(heading && { name: heading }) }).waitFor();
      await look(page, name, screenshots);
    });
  }
  return pages.map(([, path]) => path).filter((path) => path !== "/nowhere");
}
