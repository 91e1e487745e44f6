// A search from its form to its last page, watched live.
import assert from "node:assert/strict";
import { check } from "./report.mjs";
import { number, numberBecomes, says } from "./chromium.mjs";

/** Starts a search on its page and watches it; leaves the page of the finished search. */
export async function search(ada) {
  const { page, context } = ada;

  await check("a new search says what it takes before it starts", async () => {
    await page.goto("/");
    await page.getByRole("link", { name: "New search" }).first().click();
    await page.getByRole("heading", { name: "New search", level: 1 }).waitFor();
    await page.locator('body[data-ready="yes"]').waitFor();
    await page.getByLabel("Keywords").fill("manager");
    await page.getByLabel("How many people").fill("1,800");
    await says(page.getByRole("complementary", { name: "What it takes" }), "1,800");
  });

  const count = (on) => on.locator('#progress [data-field="current"]');
  let address;

  await check("the count of a running search rises by itself", async () => {
    await page.getByRole("button", { name: "Start the search" }).click();
    await page.getByRole("heading", { name: /manager/, level: 1 }).waitFor();
    address = page.url();
    // A reload would take this away.
    await page.evaluate(() => { window.untouched = true; });
    const first = await numberBecomes(count(page), (shown) => shown > 0, "the first page");
    await numberBecomes(count(page), (shown) => shown > first + 100, "further pages");
    await says(page.locator("#tray"), "1 running");
    await page.locator("#news:not([hidden])").waitFor();
    assert.equal(await page.evaluate(() => window.untouched), true, "the page was loaded anew");
  });

  await check("two tabs share one stream, and the second takes over when the first is closed", async () => {
    const second = await context.newPage();
    const streams = [];
    for (const tab of [page, second]) tab.on("request", (request) => { if (request.url().includes("/api/v1/events")) streams.push(tab); });
    await second.goto(address);
    const before = await number(count(second));
    await numberBecomes(count(second), (shown) => shown > before, "the second tab's count");
    assert.equal(streams.length, 0, "the second tab opened a stream of its own");
    const taken = second.waitForRequest((request) => request.url().includes("/api/v1/events"));
    await page.close();
    await taken;
    const then = await number(count(second));
    await numberBecomes(count(second), (shown) => shown > then, "the count after the take-over");
    await second.close();
  });

  await check("who closes the tab and comes back finds the search where it is", async () => {
    assert.equal(context.pages().length, 0);
    ada.page = await context.newPage();
    await ada.page.goto(address);
    assert.ok((await number(count(ada.page))) >= 300, "it went on meanwhile");
    await says(ada.page.locator("#progress"), "Done");
    assert.equal(await number(count(ada.page)), 1800);
    await ada.page.getByRole("link", { name: "Timeline" }).click();
    await says(ada.page.locator(".timeline"), /page 18 stored/);
  });

  await check("results are found by words, sorted, and paged, all in the address", async () => {
    const tab = ada.page;
    await tab.goto(address);
    await tab.getByRole("searchbox", { name: "Words" }).fill("manager");
    await tab.keyboard.press("Enter");
    await tab.waitForURL(/q=manager/);
    await says(tab.locator("#results"), /1–50 of/);
    await tab.getByRole("link", { name: "Next" }).click();
    await says(tab.locator("#results"), /51–100 of/);
    assert.match(tab.url(), /q=manager/);
    await tab.goto(address);
  });
  return address;
}
