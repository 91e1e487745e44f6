// Postings: a source is switched on, links come in, and an application moves from the list to the board.
import assert from "node:assert/strict";
import { check } from "./report.mjs";
import { says } from "./chromium.mjs";

/** Resolves to the pages on the way: of the import, of a posting. */
export async function postings(page, sandbox) {
  const seen = {};
  await check("a source of postings is switched on only after its notice", async () => {
    await page.goto("/postings");
    await page.getByRole("link", { name: "Find postings" }).first().click();
    await page.getByRole("link", { name: "Choose a source" }).click();
    await page.getByRole("link", { name: "Switch on the public pages" }).click();
    await says(page.locator("#notice"), "user agreement forbids automated access");
    await page.getByLabel("Address").fill(sandbox);
    await page.getByLabel("Name").fill("Public pages");
    await page.getByLabel("Seconds between pages").fill("0");
    await page.getByLabel(/I have read/).check();
    await page.getByRole("button", { name: "Switch it on" }).click();
    await says(page.getByRole("status"), "Public pages is switched on.");
    seen.source = page.url();
  });

  await check("links are imported, and a line that leads nowhere is named first", async () => {
    const cards = await (await fetch(`${sandbox}/jobs-guest/jobs/api/seeMoreJobPostings/search?keywords=engineer&start=0`)).text();
    const numbers = [...cards.matchAll(/jobPosting:(\d+)/g)].map(([, number]) => number).slice(0, 4);
    assert.equal(numbers.length, 4, cards);
    const links = numbers.map((number) => `https://www.linkedin.com/jobs/view/${number}`);
    await page.goto("/postings/import");
    await page.getByLabel("Links or numbers").fill([...links, "nothing"].join("\n"));
    await page.getByRole("button", { name: "Import them" }).click();
    await says(page.locator("#urls-wrong"), "Line 5:");
    await page.getByLabel("Links or numbers").fill(links.join("\n"));
    await page.getByRole("button", { name: "Import them" }).click();
    await says(page.locator("#progress"), "Done");
    await says(page.locator("#tallies"), /4\s*new/);
    await says(page.locator("#items"), "1–4 of 4");
    seen.import = page.url();
    await page.getByRole("link", { name: "Show these postings" }).click();
    await says(page.locator("#posting-list"), "1–4 of 4");
  });

  await check("a status is set in the list, and the counts follow without a reload", async () => {
    await page.evaluate(() => (document.documentElement.dataset.same = "yes"));
    const first = page.locator("#posting-list tbody tr").first();
    await first.getByRole("combobox").selectOption("applied");
    await says(page.locator("#posting-tabs"), /Applied\s*1/);
    await page.locator("main").press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("3");
    await says(page.locator("#posting-tabs"), /Interviewing\s*1/);
    assert.equal(await page.evaluate(() => document.documentElement.dataset.same), "yes");
  });

  await check("a posting is opened, noted and followed up", async () => {
    const link = page.locator("#posting-list a.title").first();
    const title = await link.textContent();
    await link.click();
    await page.getByRole("heading", { level: 1, name: title }).waitFor();
    seen.posting = page.url();
    await page.getByRole("textbox", { name: "Notes", exact: true }).first().fill("Ask about the ferries.");
    await page.getByRole("button", { name: "Save notes" }).click();
    await says(page.getByRole("status"), "The notes are kept.");
    await page.getByRole("radio", { name: "4" }).check();
    await page.getByLabel("Reasons").fill("Close to the water");
    await page.getByRole("button", { name: "Save stars" }).click();
    await says(page.locator("#history"), "4 stars: Close to the water");
    await page.getByText("Add a contact").click();
    const contact = page.locator("#add-contact");
    await contact.getByLabel("Name").fill("Ada Invented");
    await contact.getByLabel("E-mail").fill("ada@example.org");
    await contact.getByRole("button", { name: "Add the contact" }).click();
    await says(page.locator("#contacts"), "Ada Invented");
    await page.getByText("Remind me").click();
    const reminder = page.locator("#add-reminder");
    await reminder.getByLabel(/^When/).fill("2026-01-05T09:00");
    await reminder.getByLabel("What for").fill("Write to Ada");
    await reminder.getByRole("button", { name: "Set the reminder" }).click();
    await says(page.locator("#reminders"), "Due since");
    await page.goto("/");
    await says(page.locator("#needs"), title);
  });

  await check("a card is dragged on the board, and moved by its list", async () => {
    await page.goto("/postings/board");
    const column = (word) => page.locator(`[data-column-of="${word}"]`);
    const card = column("saved").locator("[data-card]").first();
    const id = await card.getAttribute("id");
    await card.dragTo(column("offer"));
    await column("offer").locator(`#${id}`).waitFor();
    await says(column("offer").locator(".count"), "1");
    await page.reload();
    await column("offer").locator(`#${id}`).getByRole("combobox").selectOption("rejected");
    await column("rejected").locator(`#${id}`).waitFor();
    await says(column("offer").locator(".count"), "0");
  });
  return seen;
}
