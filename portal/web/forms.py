"""Forms: their token, and reading their fields without believing them.

The token is an HMAC over what the form is bound to (a session, or the form's name for those who
have none yet) and the day, by the newest key of the ring; older keys and yesterday still verify.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request

from portal.clock import DAY, Clock
from portal.errors import Refused

FORM_BYTES = 64 * 1024
"""The largest form there is."""
LENGTH = re.compile(r"[0-9]{1,9}", re.ASCII)


class FormTokens:
    """Makes and checks the hidden field `token`."""

    def __init__(self, keys: Sequence[str], now: Clock) -> None:
        self._keys = [key.encode() for key in keys]
        self._now = now

    def make(self, bound_to: str) -> str:
        """Return a token for a form bound to `bound_to`, good until the end of tomorrow (UTC)."""
        return self._sign(self._keys[0], bound_to, self._now() // DAY)

    def check(self, token: str, bound_to: str) -> None:
        """Accept the token.

        Raises:
            Refused: it was not made here for this, or is too old.
        """
        today = self._now() // DAY
        for key in self._keys:
            for day in (today, today - 1):
                if hmac.compare_digest(token.encode(), self._sign(key, bound_to, day).encode()):
                    return
        raise Refused("not_allowed", "This form has grown old. Please send it again.")

    def _sign(self, key: bytes, bound_to: str, day: int) -> str:
        return hmac.new(key, f"form|{bound_to}|{day}".encode(), hashlib.sha256).hexdigest()


async def fields(request: Request, *names: str, longest: int = 2_000) -> dict[str, str]:
    """Read the named text fields of a form; a missing one is an empty string.

    Raises:
        HTTPException: 413 for a form that is too large or does not say how large it is, 415 for
            what is no form, 400 for a field that cannot be meant.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        raise HTTPException(415, "Expected a form.")
    length = request.headers.get("content-length", "")
    if not LENGTH.fullmatch(length) or int(length) > FORM_BYTES:
        raise HTTPException(413, "This form is too large.")
    async with request.form(max_files=0, max_fields=50) as form:
        found = {}
        for name in names:
            value = form.get(name)
            text = value if isinstance(value, str) else ""
            if len(text) > longest or not _storable(text):
                raise HTTPException(400, f"The field {name} cannot be meant.")
            found[name] = text
        return found


def _storable(text: str) -> bool:
    """Tell whether a database takes the text: no NUL, and no half of a character, which a part
    that claims to be UTF-7 or UTF-16 can bring."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
