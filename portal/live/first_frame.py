"""The first frame of a socket: hello, or the last one."""

import asyncio
from typing import Final

from portal.errors import Code, Refused
from portal.live.answer import refused_request, refused_unread
from portal.live.hello import Hello
from portal.live.protocol import VERSION, Decoder, Unreadable, encode
from portal.live.refusal import Receive
from portal.live.wire import Wire, text_frame

NOT_TEXT: Final = 1003
NOT_UNDERSTOOD: Final = 4500
LATE_HELLO = "no hello"


async def read_hello(
    wire: Wire, receive: Receive, decoder: Decoder, seconds: float
) -> Hello | None:
    """Return the hello that came within `seconds`, whole; else close the socket and return None."""
    try:
        async with asyncio.timeout(seconds):
            event = await receive()
    except TimeoutError:
        wire.close(NOT_UNDERSTOOD, LATE_HELLO)
        return None
    if event["type"] != "websocket.receive":
        return None
    text = event.get("text")
    if text is None:
        wire.close(NOT_TEXT, "text frames only")
        return None
    try:
        hello = decoder.decode(text)
    except Unreadable as bad:
        wire.write(text_frame(encode(refused_unread(bad))))
        wire.close(NOT_UNDERSTOOD, "hello first")
        return None
    if isinstance(hello, Hello) and hello.protocol == VERSION:
        return hello
    code: Code = "bad_field" if isinstance(hello, Hello) else "not_allowed"
    bad_start = Refused(code, f"the first frame is live.hello of protocol {VERSION}")
    wire.write(text_frame(encode(refused_request(hello, bad_start))))
    wire.close(NOT_UNDERSTOOD, "hello first")
    return None
