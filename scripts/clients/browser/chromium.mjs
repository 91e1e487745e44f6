// Chromium as Debian has it, and people in front of it.
import { chromium } from "playwright-core";

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const WIDE = { width: 1440, height: 900 };
export const NARROW = { width: 390, height: 844 };

export function launch() {
  return chromium.launch({ executablePath: "/usr/bin/chromium", args: ARGUMENTS });
}

/** A browser profile of somebody, with a page open. What its pages complain about is kept in `complaints`. */
export async function person(browser, server, options = {}) {
  const context = await browser.newContext({ baseURL: server.url, viewport: WIDE, colorScheme: "light", ...options });
  context.setDefaultTimeout(10_000);
  const complaints = [];
  context.on("page", (page) => {
    page.on("pageerror", (error) => {
      // A view that fades into the next is cut short when the next one comes sooner.
      if (error.message !== "Transition was skipped") complaints.push(`${page.url()}: ${error.message}`);
    });
    page.on("console", (message) => {
      // A form that is refused answers 422, and the browser notes that by itself.
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) complaints.push(`${page.url()}: ${message.text()}`);
    });
  });
  const page = await context.newPage();
  return { context, page, complaints };
}

/** Goes in with e-mail and password. */
export async function signIn(page, { email, password }) {
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { name: "Home", level: 1 }).waitFor();
}

/** Waits until the page says so; `expected` is a text or a pattern somewhere in the element. */
export async function says(locator, expected) {
  await locator.filter({ hasText: expected }).first().waitFor();
}

/** The number that an element shows, as people read it. */
export async function number(locator) {
  return Number((await locator.first().textContent()).replaceAll(",", ""));
}

/** Waits until the number that an element shows passes the test; no reload. */
export async function numberBecomes(locator, passes, what) {
  const end = Date.now() + 20_000;
  for (;;) {
    const shown = await number(locator);
    if (passes(shown)) return shown;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}; it shows ${shown}`);
    // The next frame that is painted may have it.
    await locator.page().evaluate(() => new Promise((painted) => requestAnimationFrame(painted)));
  }
}
