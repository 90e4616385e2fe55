"""The answer to a request that cannot be done: an `error` frame that names what it is about."""

from msgspec import UNSET, UnsetType

from portal.errors import Refused
from portal.live.protocol import Error, Request, Unreadable

BUSY_RETRY_MS = 1_000


def refused_request(asked: Request, refused: Refused) -> Error:
    """Answer a request that was understood."""
    about = refused.re or _text_of(asked, "id") or name_of(asked)
    return _error(refused, asked.ref, about, _text_of(asked, "conversation"))


def refused_unread(bad: Unreadable, refused: Refused | None = None) -> Error:
    """Answer a frame that is no request, as far as it could be read."""
    return _error(refused or bad, bad.ref, bad.re, bad.conversation)


def busy(asked: Request) -> Error:
    """Answer a request that failed on our side."""
    refused = Refused("busy", "this cannot be done just now", retry_ms=BUSY_RETRY_MS)
    return refused_request(asked, refused)


def name_of(asked: Request) -> str:
    """Return the request's type as it travels."""
    return str(asked.__struct_config__.tag)


def _error(
    refused: Refused, ref: str | UnsetType | None, re: str | None, conversation: str | None
) -> Error:
    return Error(
        code=refused.code,
        message=refused.message,
        ref=UNSET if ref is None else ref,
        re=UNSET if re is None else re,
        conversation=UNSET if conversation is None else conversation,
        retry_ms=UNSET if refused.retry_ms is None else refused.retry_ms,
        by=UNSET if refused.by is None else refused.by,
    )


def _text_of(asked: Request, field: str) -> str | None:
    found = getattr(asked, field, None)
    return found if isinstance(found, str) else None
