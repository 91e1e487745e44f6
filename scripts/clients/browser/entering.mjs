// The first start, signing in and out.
import assert from "node:assert/strict";
import { check } from "./report.mjs";
import { person, says, signIn } from "./chromium.mjs";

export const ADA = { name: "Ada Invented", email: "ada@example.com", password: "seven quiet harbours" };

/** The owner goes in by the link of the first start; resolves to their page on Home. */
export async function enter(browser, server) {
  const ada = await person(browser, server);
  const { page } = ada;

  await check("the link of the first start lets the owner in", async () => {
    await page.goto(server.welcome);
    await page.getByRole("heading", { name: "Welcome to Sluice" }).waitFor();
    await page.getByLabel("Your name").fill(ADA.name);
    await page.getByLabel("E-mail").fill(ADA.email);
    await page.getByLabel("Password").fill("short");
    await page.getByRole("button", { name: "Set and go in" }).click();
    await says(page.locator(".wrong"), "10");
    await page.getByLabel("Password").fill(ADA.password);
    await page.getByRole("button", { name: "Set and go in" }).click();
    await page.getByRole("heading", { name: "Home", level: 1 }).waitFor();
    await says(page.locator("main"), "Connect an account to begin");
  });

  await check("the link works once", async () => {
    const other = await person(browser, server);
    const answer = await other.page.goto(server.welcome);
    assert.ok(answer.status() >= 400, `${answer.status()}`);
    await other.context.close();
  });

  await check("a wrong password is refused, the right one leads to the page that was asked for", async () => {
    await page.getByText("Home", { exact: true }).locator("visible=true").first().waitFor();
    await page.locator("#workspace-switch summary").click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.goto("/jobs?status=failed");
    await page.getByLabel("E-mail").fill(ADA.email);
    await page.getByLabel("Password").fill("seven loud harbours");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("alert").waitFor();
    await page.getByLabel("Password").fill(ADA.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("heading", { name: "Jobs", level: 1 }).waitFor();
    assert.equal(new URL(page.url()).search, "?status=failed");
    await page.goto("/");
  });
  return ada;
}

export async function signOutElsewhere(browser, server, ada) {
  await check("who signs out everywhere is out in every other browser at once", async () => {
    const phone = await person(browser, server);
    await signIn(phone.page, ADA);
    await ada.page.goto("/settings/you");
    await ada.page.getByRole("button", { name: "Sign out everywhere" }).click();
    // Nobody touches the other browser: its stream ends, and the page goes to the door.
    await phone.page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
    await signIn(ada.page, ADA);
    await phone.context.close();
  });
}
