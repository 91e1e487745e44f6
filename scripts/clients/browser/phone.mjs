// On a phone: touch, a narrow window, the bar of places below.
import assert from "node:assert/strict";
import { NARROW, number, person, says, signIn } from "./chromium.mjs";
import { ADA } from "./entering.mjs";
import { check } from "./report.mjs";

/** `reviewed` is the page of a review with people pending. */
export async function onAPhone(browser, server, reviewed) {
  await check("on a phone: every place is a touch away, and a person is approved", async () => {
    const { page, context, complaints } = await person(browser, server, { viewport: NARROW, isMobile: true, hasTouch: true });
    await signIn(page, ADA);
    const places = page.getByRole("navigation", { name: "Places" });
    for (const place of ["Searches", "Review", "Postings", "Jobs", "Accounts", "Settings"]) {
      const link = places.getByRole("link", { name: place });
      const { width, height } = await link.boundingBox();
      assert.ok(width >= 44 && height >= 44, `${place} is ${width} by ${height} px`);
      await link.tap();
      await page.getByRole("heading", { level: 1, name: place }).waitFor();
    }
    await page.goto(reviewed);
    // The filters are folded away, so that people come first.
    await page.locator("#more-filters:not([open])").waitFor();
    const approved = page.locator('#review-counts [data-count="approved"]');
    const before = await number(approved);
    await page.getByRole("button", { name: /^Approve (?!selected)/ }).last().tap();
    await says(page.locator("#review-counts"), `${before + 1} approved`);
    await page.getByRole("button", { name: /^Take the decision on / }).last().tap();
    await says(page.locator("#review-counts"), `${before} approved`);
    // A posting has a page of its own here; there is no room beside the list.
    await page.goto("/postings");
    const title = page.locator("#posting-list a.title").first();
    const name = await title.textContent();
    await title.tap();
    await page.getByRole("heading", { level: 1, name }).waitFor();
    assert.deepEqual(complaints, []);
    await context.close();
  });
}
