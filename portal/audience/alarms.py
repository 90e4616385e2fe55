"""The alarms: what is far from the usual, and numbers that stand still, told to all who work here.

Whoever answers chats learns that many are reading a story before their questions come, and nobody
takes a number for true that nobody writes any more.
"""

from collections.abc import Awaitable, Callable, Collection
from typing import Final

from portal.audience.alerts import SITE, Alert
from portal.audience.messages import Alarm, BoardAlarms
from portal.audience.stall import Stall
from portal.live.connection import Connection
from portal.live.hub import Hub

TOPIC: Final = "board.alarms"
TELL_SECONDS: Final = 2.0
MOST: Final = 50
"""Told at once; whoever floods a hundred stories fills no console."""
WHOLE: Final = ("The whole site", "/")

Titles = Callable[[Collection[int]], Awaitable[dict[int, tuple[str, str]]]]


class Alarms:
    """Knows what lasts, by name, and has told every console of it."""

    def __init__(
        self,
        *,
        hub: Hub,
        lasting: Callable[[], tuple[Alert, ...]],
        stall: Stall,
        titles: Titles,
    ) -> None:
        """Begin with nothing to say.

        Args:
            lasting: the alerts that last.
            titles: title and path, "/" in front, of those articles that readers may see.
        """
        self._hub = hub
        self._lasting = lasting
        self._stall = stall
        self._titles = titles
        self._named: tuple[Alert, ...] = ()
        self._told = BoardAlarms(alarms=(), still=False)

    @property
    def lasting(self) -> tuple[Alarm, ...]:
        """Return what lasts, the newest first."""
        return self._told.alarms

    def opened(self, connection: Connection) -> None:
        """Tell a console from now on, and at once if there is something to tell."""
        if connection.door != "staff":
            return
        self._hub.join(TOPIC, connection)
        if self._told.alarms or self._told.still:
            connection.tell_state(TOPIC, self._told)

    async def look(self) -> None:
        """See whether there is something new to tell.

        Raises:
            Unavailable: the database does not name a story; that numbers stand still is told.
        """
        self._tell(self._told.alarms)
        lasting = self._lasting()[:MOST]
        if lasting == self._named:
            return
        named = await self._titles({alert.article for alert in lasting} - {SITE})
        self._named = lasting
        self._tell(tuple(_alarm(alert, named) for alert in lasting if _is_known(alert, named)))

    def _tell(self, alarms: tuple[Alarm, ...]) -> None:
        state = BoardAlarms(alarms=alarms, still=self._stall.lasts)
        if state != self._told:
            self._told = state
            self._hub.publish(TOPIC, state, slot=TOPIC)


def _is_known(alert: Alert, named: dict[int, tuple[str, str]]) -> bool:
    """Tell whether there is something to show: not of a story that was withdrawn meanwhile."""
    return alert.article == SITE or alert.article in named


def _alarm(alert: Alert, named: dict[int, tuple[str, str]]) -> Alarm:
    title, url = WHOLE if alert.article == SITE else named[alert.article]
    return Alarm(
        id=alert.id,
        kind=alert.kind,
        article=alert.article,
        title=title,
        url=url,
        clicks=alert.clicks,
        usual=alert.usual,
        began_at=alert.began_at,
    )
