// People into files, and out of them.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { check } from "./report.mjs";
import { says } from "./chromium.mjs";

/** Exports the review and opens the file; resolves to the page of the export. */
export async function exporting(page, reviewAddress, folder) {
  let address;
  await check("a review is exported, and the file holds what was on the screen", async () => {
    await page.goto(`/exports/new?review=${reviewAddress.split("/").at(-1)}`);
    await page.getByRole("radio", { name: /^CSV/ }).check();
    await page.getByRole("button", { name: /^Export / }).click();
    await says(page.locator("#progress"), "Done");
    address = page.url();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download" }).click()]);
    const path = `${folder}/${download.suggestedFilename()}`;
    await download.saveAs(path);
    const text = await readFile(path, "utf8");
    const lines = text.trimEnd().split("\r\n");
    assert.equal(lines.length, 1801, "a header and everybody");
    assert.match(lines[0].toLowerCase(), /name/);
    assert.equal(lines.filter((line) => /approved/i.test(line)).length, 7);
  });
  return address;
}

const CSV = `First Name,Last Name,URL,Company,Position\r
Grace,Invented,https://www.linkedin.com/in/grace-invented-42,Invented Inc,Engineer\r
Alan,Invented,https://www.linkedin.com/in/alan-invented-43,Invented Inc,Analyst\r
Nobody,,not an address,,\r
`;

/** Imports a file with a wrong row; resolves to the pages on the way. */
export async function importing(page) {
  const seen = {};
  await check("people come in from a file, and what could not be read is told by its row", async () => {
    await page.goto("/imports/new");
    await page.getByLabel("File").setInputFiles({ name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(CSV) });
    await page.getByRole("button", { name: "Look at its columns" }).click();
    await page.getByRole("heading", { name: "people.csv", level: 1 }).waitFor();
    await says(page.locator("main"), "3 rows");
    await page.getByRole("button", { name: /^Import / }).click();
    await says(page.locator("#progress"), "Done");
    seen.address = page.url();
    await says(page.locator(".sums"), /2 added/);
    await says(page.locator("#faults"), "not an address");
    await page.getByRole("link", { name: "Review them" }).click();
    await says(page.locator("#review-list"), "Grace Invented");
  });
  return seen.address;
}
