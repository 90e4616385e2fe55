"""The audience room, put together: `app.py` calls `furnish` once and wires what it returns."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from portal.audience.alarms import Alarms, Titles
from portal.audience.alerts import Alerts
from portal.audience.board import Board, Sections
from portal.audience.counting import Counting
from portal.audience.facts import Facts
from portal.audience.ledger import Ledger
from portal.audience.marks import Salts
from portal.audience.messages import Numbers
from portal.audience.reading import Reading
from portal.audience.record import Record
from portal.audience.rollup import Rollup
from portal.audience.socket import AudienceSocket
from portal.audience.stall import Stall
from portal.audience.ticker import Ticker
from portal.audience.upkeep import Upkeep
from portal.audience.usual import Usual
from portal.audience.watchers import IsPublished, Watchers
from portal.clock import Clock
from portal.live.hub import Hub
from portal.memory.bus import Bus
from portal.memory.reading import Readings
from portal.memory.redis import Memory
from portal.memory.tally import Tally
from portal.settings import Settings
from portal.storage.database import Database


@dataclass(frozen=True)
class Audience:
    """What other parts need of the room.

    Attributes:
        clicks: the read side, `request.state["clicks"]`.
        socket: `table(door)`, `opened`, `closed` for the endpoints; `attended` for the chat room.
        upkeep: `start()` and `stop()` for the lifespan, `rounds()` for the periodic table.
        reading: readers now, `numbers(article)`.
        ledger: clicks in SQL.
        record: what was no click, and how readers came, on its way into SQL.
        counting: decides about views; `clicked` tells of every click.
        tally: about how many readers there were, `readers(days)`.
        alerts: what is far from the usual, `on_raised`.
        alarms: the same for consoles, `opened`.
        facts: how clicks came, `place`.
        stall: whether clicks are carried where they belong, `lasts`.
        board: what is being read now, `table(door)`, `closed`, `state()`.
    """

    clicks: Ticker
    socket: AudienceSocket
    upkeep: Upkeep
    reading: Reading
    ledger: Ledger
    record: Record
    counting: Counting
    tally: Tally
    board: Board
    alerts: Alerts
    alarms: Alarms
    facts: Facts
    stall: Stall


def furnish(
    settings: Settings,
    *,
    database: Database,
    memory: Memory,
    bus: Bus,
    hub: Hub,
    node: str,
    clock: Clock,
    elapsed: Callable[[], float],
    is_published: IsPublished,
    titles: Titles,
    sections: Sections,
) -> Audience:
    """Build the room's parts and introduce them to each other.

    Args:
        node: this process' own name, unlike any other's.
        elapsed: the loop's clock, s.
        is_published: whether readers may know of an article.
        titles: title and path, "/" in front, of those articles that readers may see.
        sections: what categories are called, by path, "/" in front.
    """

    def numbers(article: int) -> Numbers:
        open_, reading_ = reading.numbers(article)
        return Numbers(clicks=ticker.total(article), open=open_, reading=reading_)

    watchers = Watchers(hub, numbers, is_published, elapsed)
    tally = Tally(memory)
    salts = Salts(database, clock)
    ledger = Ledger(database, clock)
    record = Record(database, clock)
    ticker = Ticker(tally=tally, bus=bus, clock=clock, changed=watchers.touch)
    host = urlsplit(settings.site_url).hostname or ""
    tags = settings.languages[1:]
    fronts = {"/", *(f"/{tag.lower()}/" for tag in tags)}
    facts = Facts(record, host=host, fronts=fronts, demo=settings.demo)
    reading = Reading(
        readings=Readings(memory, node=node, clock=clock),
        bus=bus,
        node=node,
        elapsed=elapsed,
        changed=watchers.touch,
        left=facts.read,
    )
    counting = Counting(
        tally=tally,
        ticker=ticker,
        record=record,
        salts=salts,
        is_published=is_published,
        clock=clock,
        identity=settings.count_identity,
        window_seconds=settings.click_window,
        demo=settings.demo,
        clicked=[facts.clicked],
    )
    alerts = Alerts(
        database=database, ticker=ticker, usual=Usual(database, settings.timezone), clock=clock
    )
    stall = Stall(elapsed)
    alarms = Alarms(hub=hub, lasting=lambda: alerts.lasting, stall=stall, titles=titles)
    board = Board(
        hub=hub,
        ticker=ticker,
        reading=reading,
        alarms=lambda: alarms.lasting,
        titles=titles,
        sections=sections,
        clock=clock,
        elapsed=elapsed,
    )
    return Audience(
        clicks=ticker,
        socket=AudienceSocket(counting, watchers, reading),
        upkeep=Upkeep(
            alarms,
            alerts,
            board,
            counting,
            ledger,
            reading,
            record,
            Rollup(database, clock, settings.count_days),
            salts,
            stall,
            ticker,
            watchers,
        ),
        reading=reading,
        ledger=ledger,
        record=record,
        counting=counting,
        tally=tally,
        board=board,
        alerts=alerts,
        alarms=alarms,
        facts=facts,
        stall=stall,
    )
