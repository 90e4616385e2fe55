"""Blocks: whom nobody listens to for a while, and whose network.

Every process holds the live ones in memory, so that whoever is blocked costs neither SQL nor a
message to other processes, however much he types. They are read again when a bell rings and every
few seconds; one that has run out ends by itself. A network is known by a keyed hash only.

Who has one conversation blocked by network is blocked himself, too: he may have come from elsewhere
since he began it.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.chat import conversation as moves
from portal.chat.acts import Acts
from portal.chat.handling.log import note
from portal.chat.outcome import Outcome
from portal.errors import Refused
from portal.identity import Agent, VisitorId
from portal.live.admission import stands_for_nobody
from portal.storage.tables.chat import visitor as visitors
from portal.storage.tables.chat import visitor_key as keys
from portal.storage.tables.desk import block as table

Until = int | None
"""When a block ends; None: when it is lifted."""


@dataclass(frozen=True)
class Live:
    """The blocks that hold: whom, and until when."""

    visitors: dict[str, Until] = field(default_factory=dict)
    networks: dict[str, Until] = field(default_factory=dict)


class Networks:
    """Names networks by a hash nobody else can make."""

    def __init__(self, ring: Sequence[str]) -> None:
        """Take the secret keys, the newest first."""
        self._ring = [key.encode() for key in ring]

    def name(self, network: str) -> str:
        """Return a network's name under the newest key; "" for one that says nothing."""
        found = self.names(network)
        return found[0] if found else ""

    def names(self, network: str) -> list[str]:
        """Return its names under every key: one may have been blocked under an older one."""
        if not network or stands_for_nobody(network):
            return []
        text = b"network:" + network.encode()
        return [hmac.new(key, text, "sha256").hexdigest() for key in self._ring]


class Blocks:
    """The blocks, as this process knows them, and their rows.

    Attributes:
        networks: how a network is named.
    """

    def __init__(self, acts: Acts, networks: Networks) -> None:
        """Begin with none; `read` finds them."""
        self._acts = acts
        self._live = Live()
        self.networks = networks

    @property
    def live(self) -> Live:
        """The blocks that hold, as they were read last."""
        return self._live

    async def block(
        self,
        agent: Agent,
        which: str,
        by: Literal["visitor", "network"],
        reason: str,
        until: int | None,
    ) -> None:
        """Listen no more to this visitor; by network: nor to anybody who comes from there.

        Raises:
            Refused: `not_found`, `not_allowed`, `bad_field`; `conflict`, his network is unknown.
        """
        now = self._acts.now()
        if until is not None and until <= now:
            raise Refused("bad_field", "`until` has passed")

        async def work(c: AsyncConnection) -> Outcome:
            before, who = await self._acts.begin(c, agent, which)
            whom = {"visitor": str(before.visitor)}
            if by == "network":
                whom["network"] = await self._network_of(c, before.visitor)
            await c.execute(delete(table).where(_about(whom)))
            row = {"name": before.visitor_name, "reason": reason, "created_by": who.id}
            row |= {"created_at": now, "expires_at": until}
            rows = [{"kind": kind, "whom": name, **row} for kind, name in whom.items()]
            await c.execute(insert(table), rows)
            await note(c, now, who.id, f"chat.block {by}", before.id)
            move = replace(moves.stays(before), events=("blocked",), about=by)
            return await self._acts.write(c, who, before, move, None, now)

        await self._acts.do(work)

    async def unblock(self, agent: Agent, which: str) -> None:
        """Listen to him again, and to his network.

        Raises:
            Refused: `not_found`, `not_allowed`.
        """
        now = self._acts.now()

        async def work(c: AsyncConnection) -> Outcome:
            before, who = await self._acts.begin(c, agent, which)
            whom = {"visitor": str(before.visitor), "network": await _network(c, before.visitor)}
            gone = await c.execute(delete(table).where(_about(whom)).returning(table.c.id))
            if not gone.all():
                return Outcome(before, changed=False)
            await note(c, now, who.id, "chat.unblock", before.id)
            move = replace(moves.stays(before), events=("unblocked",))
            return await self._acts.write(c, who, before, move, None, now)

        await self._acts.do(work)

    async def read(self) -> None:
        """Learn from SQL which blocks hold now."""
        holds = or_(table.c.expires_at.is_(None), table.c.expires_at > self._acts.now())
        async with self._acts.db.read() as c:
            rows = (await c.execute(select(table).where(holds))).all()
            found = {kind: _latest(rows, kind) for kind in ("visitor", "network")}
            # A browser in which he followed a way back brings another secret.
            whom = select(table.c.whom).where(table.c.kind == "visitor", holds)
            others = (
                await c.execute(
                    select(keys.c.id, keys.c.visitor_id).where(keys.c.visitor_id.in_(whom))
                )
            ).all()
        for secret, visitor in others:
            if visitor in found["visitor"]:
                found["visitor"][secret] = found["visitor"][visitor]
        self._live = Live(found["visitor"], found["network"])

    def of(self, visitor: VisitorId | None, network: str = "") -> tuple[bool, Until]:
        """Say whether somebody is blocked, and until when; from memory."""
        live = self._live
        ends = [live.visitors[visitor]] if visitor in live.visitors else []
        if live.networks:
            names = self.networks.names(network)
            ends += [live.networks[name] for name in names if name in live.networks]
        holding = [end for end in ends if end is None or end > self._acts.now()]
        if not holding:
            return False, None
        return True, None if None in holding else max(end for end in holding if end)

    def bars(self, visitor: VisitorId | None, network: str = "") -> None:
        """Refuse somebody who is blocked.

        Raises:
            Refused: `not_allowed`.
        """
        if self.of(visitor, network)[0]:
            raise Refused("not_allowed", "you cannot write here; staff have blocked this chat")

    async def _network_of(self, c: AsyncConnection, visitor: VisitorId) -> str:
        found = await _network(c, visitor)
        if not found:
            raise Refused("conflict", "nobody knows which network he comes from")
        return found


async def _network(c: AsyncConnection, visitor: VisitorId) -> str:
    query = select(visitors.c.network).where(visitors.c.id == visitor)
    return await c.scalar(query) or ""


def _about(whom: dict[str, str]) -> ColumnElement[bool]:
    each = [and_(table.c.kind == kind, table.c.whom == name) for kind, name in whom.items() if name]
    return or_(*each)


def _latest(rows: Sequence[Any], kind: str) -> dict[str, Until]:
    """Of several blocks of one, keep the one that ends last."""
    found: dict[str, Until] = {}
    for row in rows:
        if row.kind == kind:
            before = found.get(row.whom, 0)
            ends = (before, row.expires_at)
            found[row.whom] = None if None in ends else max(end or 0 for end in ends)
    return found
