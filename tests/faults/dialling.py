"""Dialling: one websocket to a node, opened as a browser's."""

import asyncio
import socket

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from tests.faults.world import ORIGIN

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0"
BUFFER_BYTES = 64 * 1024
"""The kernel alone would keep six megabytes for somebody who does not read."""


async def dial(port: int, path: str, cookie: str) -> ClientConnection:
    """Return an open socket; raises whatever keeps it from being one."""
    line = socket.socket()
    line.setblocking(False)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
    try:
        await asyncio.get_running_loop().sock_connect(line, ("127.0.0.1", port))
        return await connect(
            f"ws://127.0.0.1:{port}{path}",
            sock=line,
            origin=Origin(ORIGIN),
            user_agent_header=BROWSER,
            additional_headers={"Cookie": cookie} if cookie else {},
            compression=None,
            ping_interval=None,
            open_timeout=None,
            close_timeout=1,
            max_queue=None,
            proxy=None,
        )
    except BaseException:
        line.close()
        raise
