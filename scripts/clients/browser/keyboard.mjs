// Going everywhere by keyboard alone.
import assert from "node:assert/strict";
import { check } from "./report.mjs";

export async function byKeyboard(page) {
  await check("the first Tab offers the way to the content", async () => {
    await page.goto("/");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the content");
    await page.keyboard.press("Enter");
    assert.equal(new URL(page.url()).hash, "#main");
  });

  await check("g and a letter goes to a place, ? shows the keys, Ctrl K finds anything", async () => {
    await page.keyboard.press("g");
    await page.keyboard.press("j");
    await page.getByRole("heading", { name: "Jobs", level: 1 }).waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("accoun");
    const chosen = page.getByRole("dialog", { name: "Command palette" }).getByRole("option", { selected: true });
    await chosen.waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    const aim = await chosen.textContent();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: aim.startsWith("Go to") ? "Accounts" : "Connect an account", level: 1 }).waitFor();
  });

  await check("every stop of Tab is seen", async () => {
    await page.goto("/accounts");
    for (let stop = 0; stop < 25; stop += 1) {
      await page.keyboard.press("Tab");
      const seen = await page.evaluate(() => {
        const element = document.activeElement;
        if (element === document.body) return "body";
        const { width, height } = element.getBoundingClientRect();
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        const outlined = outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2;
        return outlined && width > 0 && height > 0 ? "seen" : element.outerHTML.slice(0, 120);
      });
      if (seen === "body") break;
      assert.equal(seen, "seen");
    }
  });
}
