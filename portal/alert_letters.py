"""Letters about what is far from the usual, to those who publish: editors and administrators.

Each is written in the transaction in which the alert begins, so there is one for each of them,
whatever is killed; the outbox sends them when it can.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from portal.audience.alerts import SITE, Alert
from portal.chat.outreach import outbox
from portal.chat.outreach.house import House
from portal.clock import HOUR
from portal.news.store.articles import titles
from portal.staff.store import publishers

ALERT: Final = "alert"
AN_HOUR: Final = 10
"""Letters to one person: whoever floods a hundred stories fills nobody's box."""


@dataclass(frozen=True)
class AlertLetters:
    """Writes them into the outbox."""

    house: House

    async def write(self, connection: AsyncConnection, alert: Alert) -> None:
        """Write a letter to everybody who publishes."""
        named = await titles(connection, [] if alert.article == SITE else [alert.article])
        title, path = named.get(alert.article, (self.house.site_name, "/"))
        subject, text = self._words(alert, title, path)
        for address in await publishers(connection):
            since = alert.began_at - HOUR
            if await outbox.written(connection, ALERT, since, recipient=address) >= AN_HOUR:
                continue  # the board has it all the same
            await outbox.write(
                connection,
                key=f"{ALERT}:{alert.id}:{outbox.mark(address)}",
                kind=ALERT,
                conversation=None,
                recipient=address,
                subject=subject,
                text=text,
                html="",
                now=alert.began_at,
            )

    def _words(self, alert: Alert, title: str, path: str) -> tuple[str, str]:
        board = self.house.absolute("/staff/board")
        account = self.house.absolute(f"/staff/board/articles/{alert.article}")
        numbers = f"{alert.clicks:,} clicks in ten minutes; usual are {alert.usual:,}."
        match alert.kind:
            case "spike":
                what, more = "Many are reading", "Questions may come to the chat desk."
            case "drop":
                what, more = "Few are reading", "Is everything as it should be?"
            case "held":
                what = "Clicks are held"
                numbers = f"{alert.clicks:,} clicks wait for somebody to decide: {account}"
                more = "They came from few networks and are in no number until then."
        lines = [
            f"{title}",
            self.house.absolute(path),
            "",
            numbers,
            more,
            "",
            f"Board: {board}",
            "",
        ]
        return f"{what}: {title}", "\n".join(lines)
