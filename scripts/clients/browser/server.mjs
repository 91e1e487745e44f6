// A server of the test's own, and a folder for what it writes.
import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";

export const OWNER_KEY = "sluice_sk_the_key_of_the_browser_tests";

export class Server {
  /** Starts `sluice serve` on a free port of loopback; resolves when it listens. */
  static async start(binary, folder, environment = {}) {
    const args = ["serve", "--json", "--data-dir", `${folder}/data`, "--bind", "127.0.0.1:0"];
    const child = spawn(binary, args, {
      env: { ...process.env, SLUICE_OWNER_KEY: OWNER_KEY, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stderr.pipe(createWriteStream(`${folder}/server.log`, { flags: "a" }));
    const greeting = await firstDocument(child);
    return new Server(child, greeting);
  }

  constructor(child, { url, welcome }) {
    this.child = child;
    this.url = url;
    this.welcome = welcome;
  }

  /** One request to the API with the owner's key; its JSON. */
  async call(method, path, body) {
    const headers = { "x-api-key": OWNER_KEY, ...(body && { "content-type": "application/json" }) };
    const answer = await fetch(this.url + path, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text && JSON.parse(text);
  }

  async stop() {
    const gone = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill("SIGTERM");
    await gone;
  }
}

/** The JSON that a program prints when it is ready. */
export function firstDocument(child) {
  return new Promise((resolve, reject) => {
    let said = "";
    child.stdout.setEncoding("utf8");
    child.stdout.on("data", (text) => {
      said += text;
      try {
        resolve(JSON.parse(said));
      } catch {
        // Not whole yet.
      }
    });
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}: ${said}`)));
  });
}
