"""A server of the drive's own, which can be stopped and started again on the same port and data."""

import asyncio
import json
import os
import socket
import subprocess
import urllib.error
import urllib.request

OWNER_KEY = "the owner's key of a drive"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Server:
    def __init__(self, binary: str, folder: str) -> None:
        self.binary, self.folder, self.port = binary, folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    async def up(self) -> None:
        env = {
            "PATH": os.environ["PATH"],
            "SLUICE_DATA_DIR": f"{self.folder}/data",
            "SLUICE_BIND": f"127.0.0.1:{self.port}",
            "SLUICE_OWNER_KEY": OWNER_KEY,
        }
        with open(f"{self.folder}/server.log", "ab") as log:
            self.process = subprocess.Popen([self.binary, "serve"], env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{self.url}/readyz", timeout=5).close()
                return
            except OSError:
                await asyncio.sleep(0.05)
        raise RuntimeError("the server does not start")

    async def down(self) -> None:
        self.process.terminate()
        await asyncio.to_thread(self.process.wait)

    async def call(self, method: str, path: str, body=None, key: str = OWNER_KEY, workspace: str | None = None):
        """A request with a key; the answer's body."""
        headers = {"x-api-key": key, "content-type": "application/json"}
        if workspace:
            headers["x-workspace-id"] = workspace
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method, headers=headers)

        def send():
            try:
                with urllib.request.urlopen(request, timeout=30) as response:
                    text = response.read()
            except urllib.error.HTTPError as error:
                raise RuntimeError(f"{method} {path}: {error.code} {error.read().decode()}") from error
            return json.loads(text) if text else None

        return await asyncio.to_thread(send)
