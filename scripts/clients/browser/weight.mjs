// How heavy a page is, and how soon something of it is painted: generous bounds here, real figures by scripts/bench.
import assert from "node:assert/strict";
import { check } from "./report.mjs";
import { person, signIn } from "./chromium.mjs";
import { ADA } from "./entering.mjs";

const MOST_BYTES = 100_000;
const MOST_MS = 2_000;

/** Of a page that was just loaded: bytes over the wire, everything counted, and the first contentful paint in milliseconds. */
export function weigh(page) {
  return page.evaluate(async () => {
    const painted = await new Promise((resolve) => {
      new PerformanceObserver((list) => {
        const entry = list.getEntriesByName("first-contentful-paint")[0];
        if (entry) resolve(entry.startTime);
      }).observe({ type: "paint", buffered: true });
    });
    // A page's own module comes after the others.
    const own = document.body.dataset.module;
    const has = () => !own || performance.getEntriesByType("resource").some((entry) => entry.name.endsWith(`/${own}.js`) && entry.responseEnd > 0);
    while (!has()) await new Promise((drawn) => requestAnimationFrame(drawn));
    const entries = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
    return { painted, bytes: entries.reduce((sum, entry) => sum + entry.encodedBodySize, 0) };
  });
}

export async function weights(browser, server, paths) {
  await check("no page is heavier than 100 KB, and each is painted soon", async () => {
    const { page, context } = await person(browser, server);
    await signIn(page, ADA);
    for (const path of paths) {
      await page.goto(path);
      const { bytes, painted } = await weigh(page);
      assert.ok(bytes > 1_000 && bytes < MOST_BYTES, `${path}: ${bytes} bytes`);
      assert.ok(painted < MOST_MS, `${path}: first painted after ${Math.round(painted)} ms`);
    }
    await context.close();
  });
}
