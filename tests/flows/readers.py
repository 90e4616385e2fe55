"""Many readers in a process of their own, so that it can be killed: `ARTICLE N PORT …`.

They open their sockets, say that they read, tell on standard output that all are in, and wait.
"""

import asyncio
import json
import sys

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

AT_ONCE = 20


async def come(turn: asyncio.Semaphore, port: int, article: int, at: int) -> ClientConnection:
    """Open one reader's socket and say that he reads."""
    async with turn:
        socket = await connect(
            f"ws://127.0.0.1:{port}/live",
            origin=Origin(f"http://127.0.0.1:{port}"),
            proxy=None,
            compression=None,
            open_timeout=60,
        )
        hello = {"type": "live.hello", "protocol": 1, "article": article, "tab": f"crowd-{at:016}"}
        await socket.send(json.dumps(hello))
        await socket.recv()
        await socket.send(json.dumps({"type": "audience.attention", "state": "reading"}))
        return socket


async def main() -> None:
    """Let them come."""
    article, n, *ports = map(int, sys.argv[1:])
    turn = asyncio.Semaphore(AT_ONCE)
    readers = await asyncio.gather(
        *(come(turn, ports[at % len(ports)], article, at) for at in range(n))
    )
    print("in", flush=True)
    await asyncio.gather(*(reader.wait_closed() for reader in readers))


if __name__ == "__main__":
    asyncio.run(main())
