// Uses the web application in Chromium as people do, from the first start to the exported file.
// Usage: node drive.mjs PATH_OF_SLUICE SANDBOX_URL FOLDER
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { accounts } from "./accounts.mjs";
import { launch } from "./chromium.mjs";
import { enter, signOutElsewhere } from "./entering.mjs";
import { exporting, importing } from "./files.mjs";
import { byKeyboard } from "./keyboard.mjs";
import { looks } from "./looks.mjs";
import { onAPhone } from "./phone.mjs";
import { withoutScripts } from "./plain.mjs";
import { postings } from "./postings.mjs";
import { watchFromElsewhere } from "./realtime.mjs";
import { check, failures } from "./report.mjs";
import { review } from "./reviewing.mjs";
import { search } from "./searching.mjs";
import { Server } from "./server.mjs";
import { states } from "./states.mjs";
import { weights } from "./weight.mjs";

const [binary, sandbox, folder] = process.argv.slice(2);
if (!folder) {
  console.error("usage: node drive.mjs PATH_OF_SLUICE SANDBOX_URL FOLDER");
  process.exit(2);
}
const screenshots = new URL("../../../target/screenshots/", import.meta.url).pathname;
mkdirSync(screenshots, { recursive: true });

const server = await Server.start(binary, folder);
const browser = await launch();
try {
  const ada = await enter(browser, server);
  await accounts(ada.page, sandbox);
  const found = await search(ada);
  const reviewed = await review(ada.page, found);
  const exported = await exporting(ada.page, reviewed, folder);
  const imported = await importing(ada.page);
  const tracked = await postings(ada.page, sandbox);
  await byKeyboard(ada.page);
  await watchFromElsewhere(browser, binary, `${folder}/elsewhere`, sandbox);
  await withoutScripts(browser, server, reviewed);
  await onAPhone(browser, server, reviewed);
  const places = await looks(server, ada.page, { found, reviewed, exported, imported, tracked, screenshots });
  await states(browser, server, ada, { reviewed, screenshots });
  await weights(browser, server, places);
  await signOutElsewhere(browser, server, ada);
  await check("no page complained", () => assert.deepEqual(ada.complaints, []));
} finally {
  await browser.close();
  await server.stop();
}
process.exit(failures() ? 1 : 0);
