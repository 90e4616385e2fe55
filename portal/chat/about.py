"""About: what is known of a visitor besides his name, from his browser and from where he comes."""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from msgspec import UNSET
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat import device
from portal.chat.requests import Open
from portal.identity import VisitorId
from portal.live.connection import Connection
from portal.storage.tables.chat import visitor as table


class About(NamedTuple):
    """What is known; "" for what is not.

    Attributes:
        language: of his browser, BCP 47.
        zone: his time zone, by IANA.
        device: "Firefox on Android".
        network: a keyed hash of where he comes from, never the address.
        consent: he agreed to the text he was shown.
    """

    language: str = ""
    zone: str = ""
    device: str = ""
    network: str = ""
    consent: bool = False


def told(language: str, zone: str) -> tuple[str, str]:
    """Return language and zone as far as they could be one."""
    known = re.fullmatch(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*", language)
    there = re.fullmatch(r"[A-Za-z][A-Za-z0-9_+\-]*(?:/[A-Za-z0-9_+\-]+)*", zone)
    return language if known else "", zone if there else ""


def of(connection: Connection, asked: Open, network: Callable[[str], str]) -> About:
    """Return what a socket and its `chat.open` tell of who sits there."""
    language = "" if asked.language is UNSET else asked.language
    zone = "" if asked.zone is UNSET else asked.zone
    return About(
        *told(language, zone),
        device=device.named(connection.browser),
        network=network(connection.network),
        consent=asked.consent,
    )


async def news(
    connection: AsyncConnection, visitor: VisitorId, about: About, now: int
) -> Mapping[str, Any]:
    """Return the columns that are to be written: what is known now and was not, or not so."""
    given: dict[str, Any] = {
        name: value for name, value in about._asdict().items() if name != "consent" and value
    }
    if not given and not about.consent:
        return {}
    query = select(table).where(table.c.id == visitor)
    found = (await connection.execute(query)).mappings().one_or_none()
    row: Mapping[Any, Any] = {} if found is None else found
    other = {name: value for name, value in given.items() if row.get(name) != value}
    if about.consent and row.get("consented_at") is None:
        other["consented_at"] = now
    return other


async def write(
    connection: AsyncConnection, visitor: VisitorId, columns: Mapping[str, Any]
) -> None:
    """Write what `news` found."""
    if columns:
        await connection.execute(update(table).where(table.c.id == visitor).values(**columns))
