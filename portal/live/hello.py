"""The words both doors share: hello and welcome, ping and pong, the beat, and the farewell."""

from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType

from portal.live.protocol import VERSION, Key, Request, Told

Secret = Annotated[str, Meta(min_length=43, max_length=43, pattern=r"\A[A-Za-z0-9_-]+\Z")]
"""32 random bytes, base64url: what proves a visitor."""


class Hello(Request, tag="live.hello"):
    """The first frame of every socket. It proves who one is and says what page is open."""

    protocol: int
    build: Annotated[str, Meta(max_length=64)] | UnsetType = UNSET
    article: Key | UnsetType | None = UNSET
    revision: Key | UnsetType | None = UNSET
    url: Annotated[str, Meta(max_length=2048)] | UnsetType = UNSET
    title: Annotated[str, Meta(max_length=300)] | UnsetType = UNSET
    referrer: Annotated[str, Meta(max_length=2048)] | UnsetType = UNSET
    tab: Annotated[str, Meta(max_length=64)] | UnsetType = UNSET
    visitor: Secret | UnsetType | None = UNSET


class Ping(Request, tag="live.ping"):
    """Is the line alive?"""


class Pong(Told, tag="live.pong"):
    """It is."""

    time: int


class Welcome(Told, tag="live.welcome", kw_only=True):
    """The answer to hello. `reload`: this page is of another build than this server."""

    protocol: int = VERSION
    time: int
    beat_seconds: int
    desk: Any = None
    conversation: Any = UNSET
    reload: bool | UnsetType = UNSET


class Beat(Told, tag="live.beat"):
    """The server lives; `heads` are the last numbers of the conversations this socket is in."""

    time: int
    heads: dict[str, int]


class Retry(Told, tag="live.retry"):
    """A restart is near: come back after that long."""

    after_ms: int
