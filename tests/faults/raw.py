"""The raw socket: a websocket client that says whatever bytes it likes, right or wrong."""

import asyncio
import json
import secrets
import struct
from typing import Any

from tests.support.servers import Portal

TEXT, BINARY, CLOSE, PING, PONG, MORE = 1, 2, 8, 9, 10, 0
PATIENCE_SECONDS = 15.0
"""A busy machine is not a fault."""
PATHS = {"live": "/live", "staff": "/staff/live"}


def frame(
    opcode: int, payload: bytes = b"", *, fin: bool = True, rsv: int = 0, masked: bool = True
) -> bytes:
    """Return one frame, with a mask of zeros (RFC 6455, 5.2)."""
    size = len(payload)
    head = bytes([(0x80 if fin else 0) | rsv << 4 | opcode])
    bit = 0x80 if masked else 0
    if size < 126:
        head += bytes([bit | size])
    elif size < 65_536:
        head += struct.pack("!BH", bit | 126, size)
    else:
        head += struct.pack("!BQ", bit | 127, size)
    return head + (b"\0" * 4 if masked else b"") + payload


def text(words: str | dict[str, Any]) -> bytes:
    """Return one text frame of JSON, or of anything."""
    return frame(TEXT, (words if isinstance(words, str) else json.dumps(words)).encode())


def handshake(portal: Portal, path: str, *extra: str, origin: str | None = "own") -> bytes:
    """Return a handshake. A header in `extra` stands for the usual one of its name."""
    usual = [
        f"Host: 127.0.0.1:{portal.port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
    ]
    if origin is not None:
        usual.append(f"Origin: {portal.url if origin == 'own' else origin}")
    given = {line.partition(":")[0].lower() for line in extra}
    kept = [line for line in usual if line.partition(":")[0].lower() not in given]
    return "\r\n".join([f"GET {path} HTTP/1.1", *kept, *extra, "", ""]).encode()


class Raw:
    """One line to a portal."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.head = b""
        """How the handshake was answered."""
        self.heard: list[dict[str, Any]] = []
        """Every text frame that came."""

    @classmethod
    async def dial(cls, portal: Portal, request: bytes) -> "Raw":
        """Connect and send a handshake; its answer is in `head`."""
        line = cls(*await asyncio.open_connection("127.0.0.1", portal.port))
        line.writer.write(request)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                line.head = await line.reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError as gone:
            line.head = gone.partial
        except ConnectionResetError:
            pass
        except TimeoutError:
            line.abort()
            raise
        return line

    @property
    def status(self) -> int:
        """The handshake's status; 0: there was no answer."""
        return int(self.head[9:12]) if self.head else 0

    def write(self, *frames: bytes) -> None:
        self.writer.write(b"".join(frames))

    async def hello(self, **fields: Any) -> dict[str, Any]:
        """Say hello and return the welcome."""
        self.write(text({"type": "live.hello", "protocol": 1, **fields}))
        return await self.hears()

    async def read(self) -> tuple[int, bytes]:
        """Return opcode and payload of the next frame; CLOSE without a code when the line ends."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                first, size = await self.reader.readexactly(2)
                if size == 126:
                    (size,) = struct.unpack("!H", await self.reader.readexactly(2))
                elif size == 127:
                    (size,) = struct.unpack("!Q", await self.reader.readexactly(8))
                payload = await self.reader.readexactly(size)
        except (asyncio.IncompleteReadError, ConnectionResetError):
            return CLOSE, b""
        if first & 15 == TEXT:
            self.heard.append(json.loads(payload))
        elif first & 15 == PING:
            self.write(frame(PONG, payload))
        return first & 15, payload

    async def hears(self) -> dict[str, Any]:
        """Return the next text frame that is no beat."""
        while True:
            opcode, payload = await self.read()
            assert opcode != CLOSE, f"closed {payload!r}"
            if opcode == TEXT and self.heard[-1]["type"] != "live.beat":
                return self.heard[-1]

    async def ask(self, type: str, **fields: Any) -> dict[str, Any]:
        """Ask and return the answer; what is told before it is only noted."""
        ref = secrets.token_hex(4)
        self.write(text({"type": type, "ref": ref, **fields}))
        while (told := await self.hears()).get("ref") != ref:
            pass
        return told

    async def answered(self, *frames: bytes) -> list[dict[str, Any]]:
        """Send frames and a ping; return all that is told before its pong."""
        ref = secrets.token_hex(4)
        self.write(*frames, text({"type": "live.ping", "ref": ref}))
        told = []
        while (last := await self.hears()) != {**last, "type": "live.pong", "ref": ref}:
            told.append(last)
        return told

    async def close_code(self) -> int:
        """Return the code this socket is closed with; 0: the line ended without one."""
        while True:
            opcode, payload = await self.read()
            if opcode == CLOSE:
                return struct.unpack("!H", payload[:2])[0] if payload else 0

    def abort(self) -> None:
        self.writer.transport.abort()


def codes(told: list[dict[str, Any]]) -> list[str]:
    """Return the codes of all errors."""
    return [each["code"] for each in told if each["type"] == "error"]
