// States of pages that one gets to only by doing something: what opens, what runs, what was refused, what waits. Each looked at in every view.
import { person, says } from "./chromium.mjs";
import { look } from "./looks.mjs";
import { check } from "./report.mjs";

export async function states(browser, server, ada, { reviewed, screenshots }) {
  await opened(ada.page, screenshots);
  await underReview(ada.page, reviewed, screenshots);
  await refused(ada.page, screenshots);
  await running(server, ada.page, screenshots);
  await made(browser, server, ada.page, screenshots);
  await atTheDoor(browser, server, screenshots);
}

async function opened(page, screenshots) {
  await check("tray, palette and keys look right in every view", async () => {
    await page.goto("/");
    await page.locator("#tray summary").click();
    await page.locator("#tray .panel").waitFor();
    await look(page, "open-tray", screenshots);
    await page.locator("#tray summary").click();
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog", { name: "Command palette" }).waitFor();
    await look(page, "open-palette", screenshots);
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await look(page, "open-keys", screenshots);
  });
}

async function underReview(page, reviewed, screenshots) {
  await check("a review with a person chosen, and what opens in it, look right in every view", async () => {
    await page.goto(`${reviewed}?decision=pending`);
    await page.getByRole("button", { name: "Approve selected", disabled: true }).waitFor();
    await page.keyboard.press("j");
    await says(page.getByRole("complementary", { name: "The person" }), "Said by");
    await look(page, "review-person", screenshots);
    await page.keyboard.press("r");
    await page.getByRole("dialog", { name: /^Reject / }).waitFor();
    await look(page, "review-reject", screenshots);
    await page.keyboard.press("Escape");
    await page.locator("#all-that-match summary").click();
    await page.locator("#all-that-match").getByRole("button", { name: /^Approve / }).waitFor();
    await look(page, "review-bulk", screenshots);
  });
}

async function refused(page, screenshots) {
  await check("refused forms look right in every view", async () => {
    await page.goto("/searches/new");
    await page.getByLabel("How many people").fill("none");
    await page.getByRole("button", { name: "Start the search" }).click();
    await page.getByRole("alert").waitFor();
    await look(page, "search-new-refused", screenshots);
    await page.goto("/accounts/new");
    await page.getByLabel("Key", { exact: true }).fill("bad-key");
    await page.getByRole("button", { name: "Find its accounts" }).click();
    await says(page.locator(".wrong"), "did not accept");
    await look(page, "account-new-refused", screenshots);
    await page.getByLabel("Key", { exact: true }).fill("any-key");
    await page.getByRole("button", { name: "Find its accounts" }).click();
    await page.getByRole("radio", { name: /acc_recruiter/ }).waitFor();
    await look(page, "account-new-found", screenshots);
  });
}

/** One search that runs, one that waits for its account's hours, one whose account is refused. */
async function running(server, page, screenshots) {
  await check("what runs, waits and fails looks right in every view", async () => {
    const [slow] = (await server.call("GET", "/api/v1/accounts")).data;
    const start = (account, keywords) => server.call("POST", "/api/v1/searches", { criteria: { keywords }, target: 2500, account_id: account });
    const other = (name, more) =>
      server.call("POST", "/api/v1/accounts", { provider: "unipile", base_url: slow.base_url, api: "classic", api_key: "any-key", external_account_id: "acc_classic", name, ...more });
    const night = await other("Closed today", { working_hours: { days: [dayAfterTomorrow()], from: "09:00", to: "18:00" } });
    const broken = await other("Broken", { api_key: "bad-key" });
    const waits = await start(night.id, "analyst");
    const fails = await start(broken.id, "architect");
    const runs = await start(slow.id, "consultant");
    await page.goto(`/searches/${fails.job_id}`);
    await says(page.locator("#progress"), "Failed");
    await look(page, "search-failed", screenshots);
    await page.goto(`/searches/${waits.job_id}`);
    await says(page.locator("#progress"), "Waiting until");
    await look(page, "search-waiting", screenshots);
    await page.goto(`/searches/${runs.job_id}`);
    await page.locator("#results tbody tr").first().waitFor();
    await look(page, "search-running", screenshots);
    await page.goto("/");
    await says(page.locator("#needs"), "Broken is in trouble");
    await look(page, "home-busy", screenshots);
    await page.goto(`/accounts/${broken.id}`);
    await says(page.locator("#account-state"), "In trouble");
    await look(page, "account-trouble", screenshots);
    await page.goto("/accounts");
    await look(page, "accounts-several", screenshots);
  });
}

function dayAfterTomorrow() {
  const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
  return days[(new Date().getUTCDay() + 2) % 7];
}

async function made(browser, server, page, screenshots) {
  await check("a new key, an invitation and the page it leads to look right in every view", async () => {
    await page.goto("/settings/keys");
    await page.getByLabel("What it is for").fill("Nightly import");
    await page.getByRole("button", { name: "Make the key" }).click();
    await says(page.locator("main"), "Keep the key now");
    await look(page, "settings-key-made", screenshots);
    await page.goto("/settings/members");
    await page.getByLabel("E-mail").fill("grace@example.com");
    await page.getByRole("button", { name: "Make an invitation" }).click();
    const link = (await page.locator("[data-link]").textContent()).trim();
    await look(page, "settings-invitation-made", screenshots);
    const grace = await person(browser, server);
    await grace.page.goto(link);
    await grace.page.getByRole("heading", { name: /^Join / }).waitFor();
    await look(grace.page, "join", screenshots);
    await grace.page.getByLabel("Your name").fill("Grace Invented");
    await grace.page.getByLabel("E-mail").fill("grace@example.com");
    await grace.page.getByLabel("Password").fill("three patient lanterns");
    await grace.page.getByRole("button", { name: /^Join / }).click();
    await grace.page.getByRole("heading", { name: "Home", level: 1 }).waitFor();
    await grace.context.close();
    await page.reload();
    await says(page.locator("main"), "Grace Invented");
  });
}

/** The pages of somebody who has not signed in. */
async function atTheDoor(browser, server, screenshots) {
  await check("the door looks right in every view", async () => {
    const { page, context } = await person(browser, server);
    await page.goto("/sign-in");
    await look(page, "sign-in", screenshots);
    await page.getByLabel("E-mail").fill("nobody@example.com");
    await page.getByLabel("Password").fill("not the password");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("alert").waitFor();
    await look(page, "sign-in-refused", screenshots);
    await page.goto(server.welcome);
    await look(page, "link-over", screenshots);
    await context.close();
  });
}
