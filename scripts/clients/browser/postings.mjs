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
    // What each line leads to is told while one writes, and what was written stays as it is.
    const written = [links[0], "nothing", links[0]].join("\n");
    await page.getByLabel("Links or numbers").pressSequentially(written, { delay: 1 });
    await says(page.locator("#lines-told"), "1 posting; 1 line leads to none.");
    await says(page.locator("#line-states li").nth(0), `Posting ${numbers[0]}`);
    await says(page.locator("#line-states li").nth(2), "The same posting as line 1");
    assert.equal(await page.getByLabel("Links or numbers").inputValue(), written);
    assert.match(page.url(), /\/postings\/import$/);
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

  await check("a status that cannot be stored is taken back, in the list and on the board", async () => {
    await page.goto("/postings");
    const choice = page.locator("#posting-list tbody tr").last().getByRole("combobox");
    const before = await choice.inputValue();
    await page.route("**/status", (route) => route.abort());
    await choice.selectOption("rejected");
    await says(page.locator("#toasts"), "The server cannot be reached. Nothing was changed.");
    assert.equal(await choice.inputValue(), before);
    await page.goto("/postings/board");
    const column = (word) => page.locator(`[data-column-of="${word}"]`);
    const card = column("saved").locator("[data-card]").first();
    const id = await card.getAttribute("id");
    await card.dragTo(column("offer"));
    await says(page.locator("#toasts"), "The server cannot be reached. Nothing was changed.");
    await column("saved").locator("[data-card]").first().and(page.locator(`#${id}`)).waitFor();
    assert.equal(await page.locator(`#${id}`).getByRole("combobox").inputValue(), "saved");
    await page.unroute("**/status");
  });

  await check("a posting is read beside the list, by mouse and by keys", async () => {
    await page.goto("/postings?sort=title");
    const titles = await page.locator("#posting-list a.title").allTextContents();
    const side = page.getByRole("complementary", { name: "The posting" });
    const reads = (title) => side.getByRole("heading", { level: 2, name: title, exact: true }).waitFor();
    await page.locator("#posting-list a.title").first().click();
    await reads(titles[0]);
    assert.match(page.url(), /sort=title&selected=/);
    await page.keyboard.press("j");
    await reads(titles[1]);
    await page.keyboard.press("ArrowDown");
    await reads(titles[2]);
    await page.keyboard.press("k");
    await reads(titles[1]);
    seen.beside = new URL(page.url()).pathname + new URL(page.url()).search;
    // The width is remembered, and the posting is in the address.
    const width = async () => (await side.boundingBox()).width;
    const narrow = await width();
    const grip = page.getByRole("separator", { name: "Width of the posting at the side" });
    await grip.focus();
    for (let presses = 0; presses < 3; presses += 1) await page.keyboard.press("ArrowLeft");
    assert.equal(await width(), narrow + 72);
    await page.reload();
    await reads(titles[1]);
    assert.equal(await width(), narrow + 72);
    const { x, y } = await grip.boundingBox();
    await page.mouse.move(x + 8, y + 200);
    await page.mouse.down();
    await page.mouse.move(x + 80, y + 200, { steps: 4 });
    await page.mouse.up();
    assert.equal(await width(), narrow);
    // A status that is set at the side is the list's too.
    await side.getByRole("combobox").selectOption("withdrawn");
    await says(page.locator("#posting-tabs"), /Withdrawn\s*1/);
    await side.getByRole("combobox").selectOption("saved");
    await says(page.locator("#posting-tabs"), /Withdrawn\s*0/);
    await page.locator("main").click({ position: { x: 4, y: 4 } });
    await page.keyboard.press("Escape");
    await side.waitFor({ state: "hidden" });
    assert.doesNotMatch(page.url(), /selected/);
    // Enter reads the one at hand, o opens its page.
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await side.waitFor();
    await page.keyboard.press("o");
    await page.getByRole("heading", { level: 1 }).waitFor();
    assert.match(page.url(), /\/postings\/[0-9a-f-]+$/);
  });

  await check("the list is exported as it is shown", async () => {
    await page.goto("/postings?status=saved&sort=status");
    await page.getByRole("link", { name: "Export" }).click();
    await says(page.locator(".wrong"), "This order changes while people work");
    await page.getByLabel("Order").selectOption("title");
    await page.getByRole("button", { name: /^Export / }).click();
    await page.getByRole("link", { name: "Download" }).waitFor();
    seen.exported = page.url();
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download" }).click();
    assert.match((await download).suggestedFilename(), /^postings-.*\.csv$/);
  });

  await check("a posting is opened, noted and followed up", async () => {
    await page.goto("/postings");
    const link = page.locator("#posting-list a.title").first();
    const title = await link.textContent();
    await page.goto(await link.getAttribute("href"));
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
