// Connecting accounts, as people do.
import assert from "node:assert/strict";
import { check } from "./report.mjs";
import { says } from "./chromium.mjs";

export async function accounts(page, sandbox) {
  await check("an account that the provider refuses is told beside the key, and the key is not shown again", async () => {
    await page.getByRole("link", { name: "Connect an account" }).first().click();
    await page.getByLabel("Address").fill(sandbox);
    await page.getByLabel("Key", { exact: true }).fill("bad-key");
    await page.getByRole("button", { name: "Find its accounts" }).click();
    await says(page.locator(".wrong"), "did not accept the credentials");
    assert.equal(await page.getByLabel("Key", { exact: true }).inputValue(), "");
    assert.equal(await page.getByLabel("Address").inputValue(), sandbox);
  });

  await check("an account is found behind its key, tested and connected", async () => {
    await page.getByLabel("Key", { exact: true }).fill("any-key");
    await page.getByRole("button", { name: "Find its accounts" }).click();
    await page.getByRole("radio", { name: /acc_sales_navigator/ }).check();
    await page.getByLabel("Name").fill("Recruiting desk");
    await page.getByLabel("Seconds between pages").fill("0.35");
    await page.getByLabel("Give or take, in percent").fill("0");
    await page.getByLabel("Rows of searches").fill("100,000");
    await page.getByRole("checkbox", { name: /^Share it/ }).check();
    await page.getByRole("button", { name: "Test and connect" }).click();
    await says(page.getByRole("status"), "Recruiting desk is connected with Sales Navigator.");
    await page.getByRole("heading", { name: "Recruiting desk", level: 1 }).waitFor();
    await says(page.locator("#account-state"), "0 of 100,000");
  });

  await check("an account is tested and switched off and on by buttons", async () => {
    await page.getByRole("button", { name: "Test now" }).click();
    await says(page.getByRole("status"), "it works with Sales Navigator");
    await page.getByRole("button", { name: "Switch off" }).click();
    await says(page.locator("#account-state"), "Off");
    await page.getByRole("button", { name: "Switch on" }).click();
    await says(page.locator("#account-state"), "Connected");
  });

  await check("an account is deleted only by its name", async () => {
    const account = page.url();
    await page.getByLabel(/to confirm$/).fill("something else");
    await page.getByRole("button", { name: "Delete Recruiting desk" }).click();
    await says(page.locator(".wrong"), "Type the name of the account, Recruiting desk, to delete it.");
    await page.goto(account);
    await page.getByRole("heading", { name: "Recruiting desk", level: 1 }).waitFor();
  });
}
