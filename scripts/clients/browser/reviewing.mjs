// Reviewing what a search found: with the keyboard, in bulk, and back.
import assert from "node:assert/strict";
import { check } from "./report.mjs";
import { numberBecomes, says } from "./chromium.mjs";

/** A count of the review, as the page shows it. */
const count = (page, name) => page.locator(`#review-counts [data-count="${name}"]`);
const becomes = (page, name, wanted) => numberBecomes(count(page, name), (shown) => shown === wanted, `${wanted} ${name}`);
const here = (page) => page.locator("#review-list tr.here");

// Until its scripts run, a page hears no keys.
const ready = (page) => page.locator('body[data-ready="yes"]').waitFor();

export async function review(page, searchAddress) {
  let address;

  await check("a finished search goes into a review with everybody it found", async () => {
    await page.goto(searchAddress);
    await page.getByRole("button", { name: "Review these people" }).click();
    await page.getByRole("heading", { name: /manager/, level: 1 }).waitFor();
    address = page.url().split("?")[0];
    await becomes(page, "total", 1800);
    await becomes(page, "pending", 1800);
  });

  await check("j and k go through the people, and the side says who it is and who said so", async () => {
    await ready(page);
    await page.keyboard.press("j");
    const name = await here(page).locator(".title").textContent();
    const side = page.getByRole("complementary", { name: "The person" });
    await side.getByRole("heading", { name, exact: true }).waitFor();
    await says(side, "Said by");
    await page.keyboard.press("j");
    const next = await here(page).locator(".title").textContent();
    await page.keyboard.press("k");
    assert.equal(await here(page).locator(".title").textContent(), name);
    assert.notEqual(name, next);
  });

  await check("a approves and goes on, r rejects with a reason, Z takes it back", async () => {
    const rows = page.locator("#review-list tr[data-item]");
    await page.keyboard.press("a");
    await says(rows.nth(0), "Approved");
    await becomes(page, "approved", 1);
    await page.keyboard.press("r");
    await page.getByRole("dialog", { name: /^Reject / }).waitFor();
    await page.keyboard.press("1");
    await says(rows.nth(1), "Rejected");
    await becomes(page, "rejected", 1);
    await becomes(page, "pending", 1798);
    await page.keyboard.press("z");
    await becomes(page, "rejected", 0);
    await says(rows.nth(1), "Pending");
  });

  await check("x and Shift X select a range, and one key decides it", async () => {
    await page.keyboard.press("x");
    for (let step = 0; step < 4; step += 1) await page.keyboard.press("j");
    await page.keyboard.press("Shift+X");
    await says(page.locator("#selected"), "5 selected");
    await page.keyboard.press("a");
    await becomes(page, "approved", 6);
  });

  await check("decisions are stored as they are made, and show in every tab", async () => {
    const other = await page.context().newPage();
    await other.goto(address);
    await becomes(other, "approved", 6);
    await page.getByRole("button", { name: /^Approve (?!selected)/ }).first().click();
    await becomes(other, "approved", 7);
    await other.close();
    await page.reload();
    await ready(page);
    await becomes(page, "approved", 7);
  });

  await check("a filter narrows to those who match, a bulk decision counts them, and Z takes back all of it", async () => {
    await page.goto(address);
    await ready(page);
    await page.keyboard.press("/");
    await page.keyboard.type("senior");
    await page.waitForURL(/q=senior/);
    await says(page.locator("#review-list"), / of /);
    await page.locator("#all-that-match summary").click();
    const button = page.locator("#all-that-match").getByRole("button", { name: /^Reject / });
    const matched = Number((await button.textContent()).replace(/\D/g, ""));
    assert.ok(matched > 20 && matched < 1800, `${matched} match`);
    const approved = await page.locator('#review-list [data-decision="approved"]').count();
    await button.click();
    await numberBecomes(count(page, "rejected"), (shown) => shown === matched, `${matched} rejected`);
    assert.ok(approved >= 0);
    await page.keyboard.press("Escape");
    await page.locator("#undo").click();
    await becomes(page, "rejected", 0);
    await becomes(page, "approved", 7);
  });

  await check("a review is completed by rejecting the rest, and opened again", async () => {
    await page.goto(address);
    await ready(page);
    await page.locator("#finish summary").click();
    await page.getByRole("button", { name: "Reject the rest and complete" }).click();
    await says(page.locator("main"), "This review is completed.");
    await becomes(page, "rejected", 1793);
    await becomes(page, "pending", 0);
    await page.getByRole("button", { name: "Open again" }).click();
    await page.locator("#finish summary").waitFor();
    await page.locator("#undo").click();
    await becomes(page, "pending", 1793);
  });
  return address;
}
