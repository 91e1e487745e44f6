// With JavaScript switched off: every page reads, every form works.
import assert from "node:assert/strict";
import { check } from "./report.mjs";
import { number, person, says, signIn } from "./chromium.mjs";
import { ADA } from "./entering.mjs";

/** `reviewed` is the page of a review. */
export async function withoutScripts(browser, server, reviewed) {
  const ada = await person(browser, server, { javaScriptEnabled: false });
  const { page } = ada;

  await check("without JavaScript: signing in, looking around and filtering", async () => {
    await signIn(page, ADA);
    for (const place of ["Searches", "Review", "Postings", "Jobs", "Accounts", "Settings", "Home"]) {
      await page.getByRole("navigation", { name: "Places" }).getByRole("link", { name: place }).click();
      await page.getByRole("heading", { level: 1, name: place }).waitFor();
    }
    await page.goto("/jobs");
    await page.getByLabel("State").selectOption("completed");
    await page.getByRole("button", { name: "Filter" }).click();
    assert.match(page.url(), /status=completed/);
    await says(page.locator("#jobs"), "Done");
    await page.locator("#tray summary").click();
    await says(page.locator("#tray"), "Ended last");
  });

  await check("without JavaScript: an account's settings are saved, and wrong ones named", async () => {
    await page.goto("/accounts");
    await page.getByRole("link", { name: "Recruiting desk" }).click();
    await page.getByLabel("Seconds between pages").fill("two");
    await page.getByRole("button", { name: "Save" }).click();
    await says(page.locator(".wrong"), "This must be a number of seconds");
    await page.getByLabel("Seconds between pages").fill("1.5");
    await page.getByRole("button", { name: "Save" }).click();
    await says(page.getByRole("status"), "Saved.");
  });
  await check("without JavaScript: a search is started, paused, resumed and canceled by buttons", async () => {
    await page.goto("/searches/new");
    await page.getByLabel("Keywords").fill("director");
    await page.getByLabel("How many people").fill("2,500");
    await page.getByRole("button", { name: "Start the search" }).click();
    await page.getByRole("heading", { name: /director/, level: 1 }).waitFor();
    const actions = page.locator("#job-actions");
    await actions.getByRole("button", { name: "Pause" }).click();
    await reloadUntil(page, () => actions.getByRole("button", { name: "Resume" }));
    await actions.getByRole("button", { name: "Resume" }).click();
    await reloadUntil(page, () => actions.getByRole("button", { name: "Pause" }));
    await actions.getByRole("button", { name: "Cancel" }).click();
    await reloadUntil(page, () => page.locator("#progress").filter({ hasText: "Canceled" }));
  });

  await check("without JavaScript: a person is approved by a button, and the decision is taken back", async () => {
    await page.goto(reviewed);
    const approved = page.locator('#review-counts [data-count="approved"]');
    const before = await number(approved);
    await page.getByRole("button", { name: /^Approve (?!selected)/ }).first().click();
    assert.equal(await number(approved), before + 1);
    await page.getByRole("button", { name: /^Take back/ }).click();
    assert.equal(await number(approved), before);
  });

  await check("without JavaScript: a posting's title leads to its page, and the list is exported", async () => {
    await page.goto("/postings");
    const link = page.locator("#posting-list a.title").first();
    const title = await link.textContent();
    await link.click();
    await page.getByRole("heading", { level: 1, name: title }).waitFor();
    await page.goto("/postings?sort=title");
    await page.getByRole("link", { name: "Export" }).click();
    await page.getByRole("button", { name: /^Export / }).click();
    await reloadUntil(page, () => page.getByRole("link", { name: "Download" }));
    await page.goto("/postings/import");
    await page.getByLabel("Links or numbers").fill("nothing");
    await page.getByRole("button", { name: "Import them" }).click();
    await says(page.locator("#urls-wrong"), "Line 1:");
    assert.equal(await page.getByLabel("Links or numbers").inputValue(), "nothing");
  });

  return ada;
}

/** What a person does without scripts: load the page again until it shows. */
export async function reloadUntil(page, find) {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await find().count()) return;
    await page.reload();
  }
  throw new Error(`${page.url()} never showed it`);
}
