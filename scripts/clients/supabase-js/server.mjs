// A server of the drive's own, which can be stopped and started again on the same port and data.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

export const OWNER_KEY = "the owner's key of a drive";

async function freePort() {
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address();
  listener.close();
  await once(listener, "close");
  return port;
}

export class Server {
  static async start(binary, folder) {
    const server = new Server();
    Object.assign(server, { binary, folder, port: await freePort() });
    server.url = `http://127.0.0.1:${server.port}`;
    await server.up();
    return server;
  }

  async up() {
    const log = openSync(`${this.folder}/server.log`, "a");
    const env = {
      PATH: process.env.PATH,
      SLUICE_DATA_DIR: `${this.folder}/data`,
      SLUICE_BIND: `127.0.0.1:${this.port}`,
      SLUICE_OWNER_KEY: OWNER_KEY,
    };
    this.child = spawn(this.binary, ["serve"], { env, stdio: ["ignore", log, log] });
    for (let tries = 0; tries < 600; tries += 1) {
      const ready = await fetch(`${this.url}/readyz`).catch(() => undefined);
      if (ready?.ok) return;
      await delay(50);
    }
    throw new Error("the server does not start");
  }

  async down() {
    this.child.kill("SIGTERM");
    if (this.child.exitCode === null) await once(this.child, "exit");
  }

  /** A request with a key; the answer's body. */
  async call(method, path, { body, key = OWNER_KEY, headers = {} } = {}) {
    const response = await fetch(this.url + path, {
      method,
      headers: { "x-api-key": key, "content-type": "application/json", ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }
}
