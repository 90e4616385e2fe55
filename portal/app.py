"""The application: every part built once, in one order, and handed to those who need it.

Construction only. What a part does is in its room; which address or message reaches it is in
`portal.routes`.
"""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Literal, TypedDict

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection

from portal import logs, parent, routes
from portal.alert_letters import AlertLetters
from portal.audience.room import furnish as furnish_audience
from portal.chat.conditions import Conditions
from portal.chat.files.pages import FilePages
from portal.chat.files.parts import Terms
from portal.chat.outreach.house import House
from portal.chat.outreach.pages import TranscriptPage
from portal.chat.parts import Chat
from portal.chat.setup.ledger import SETTINGS as SETTINGS_TOPIC
from portal.clock import system_clock
from portal.errands import Errands
from portal.furnished import Furnished
from portal.health import Health
from portal.identity import Actor, Agent, Reader
from portal.live.admission import Admission
from portal.live.draining import Draining
from portal.live.endpoint import Endpoint, Hooks
from portal.live.heap import settle_heap
from portal.live.hub import Hub
from portal.live.open_files import raise_limit
from portal.live.strain import LOOK_SECONDS, Strain
from portal.memory.bus import Bus
from portal.memory.redis import Memory, connect
from portal.meter import Meter
from portal.metrics import Metrics, gauges
from portal.news.breaking import LOOK_SECONDS as BREAKING_LOOK_SECONDS
from portal.news.breaking import BreakingNews
from portal.news.matching import MatchSocket
from portal.news.socket import BELL, NewsSocket
from portal.news.socket import LOOK_SECONDS as NEWS_LOOK_SECONDS
from portal.news.socket import TOPIC as NEWS_TOPIC
from portal.news.store.articles import Articles
from portal.news.store.breaking import Breakings
from portal.news.store.categories import category_of
from portal.packed import build
from portal.periodic import Job, Rounds
from portal.screens.board.account import AccountPages
from portal.screens.board.page import BoardPages
from portal.screens.console import Console
from portal.screens.letterbox import Letterbox
from portal.screens.machines.pages import Machines
from portal.screens.pane import Pane
from portal.screens.reading import Pages
from portal.screens.room import furnish as furnish_screens
from portal.screens.search import Search
from portal.screens.setup.pages import SetupPages
from portal.settings import Settings, key_ring
from portal.staff.pages import StaffDoor
from portal.staff.profile import Profile
from portal.staff.renewal import Renewal
from portal.staff.room import furnish as furnish_staff
from portal.staff.sessions import Sessions
from portal.staff.socket import LOOK_SECONDS as STAFF_LOOK_SECONDS
from portal.storage.database import Database, address
from portal.storage.media import Media
from portal.web.forms import FormTokens
from portal.web.given_up import GivenUp
from portal.web.headers import SecurityHeaders
from portal.web.origin import OwnOrigin
from portal.web.person import Person, network_of
from portal.web.templates import Templates
from portal.web.theme import Theme

Identify = Callable[[HTTPConnection], Awaitable[Actor | None]]


class State(TypedDict):
    """What pages reach through `request.state`."""

    settings: Settings
    health: Health
    metrics: Metrics
    staff_door: StaffDoor
    renewal: Renewal
    sessions: Sessions
    media: Media
    theme: Theme
    pages: Pages
    machines: Machines
    search: Search
    console: Console
    pane: Pane
    letterbox: Letterbox
    transcripts: TranscriptPage
    chat_files: FilePages
    profile: Profile
    setup: SetupPages
    accounts: AccountPages
    board: BoardPages
    doors: dict[str, Endpoint]
    ring_staff: Callable[[], Awaitable[object]]


def create_app(settings: Settings, furnished: Furnished | None = None) -> Starlette:
    """Return the ASGI application; nothing is opened before its lifespan begins.

    Args:
        furnished: set by the parent process once the database may be used.
    """
    logs.configure(logging.WARNING if settings.demo else logging.INFO)

    async def identify(connection: HTTPConnection) -> Agent | None:
        sessions: Sessions = connection.scope["state"]["sessions"]
        return await sessions.identify(connection)

    app = Starlette(
        routes=routes.addresses(),
        middleware=[
            Middleware(Person, trusted=settings.trusted_proxies, identify=identify),
            Middleware(OwnOrigin, origins=settings.origins),
        ],
        exception_handlers=routes.failures(),
        lifespan=partial(lifespan, settings, furnished),
        max_body_size=1024 * 1024,
    )
    # Starlette sends a wrong slash on to an address made of the Host header; ours are made by us.
    app.router.redirect_slashes = False
    # Around everything, Starlette's own answers to a fault and to a huge body included, which
    # stand outside whatever is listed as middleware.
    app.middleware_stack = GivenUp(
        SecurityHeaders(
            app.build_middleware_stack(), secure=settings.secure, frames=settings.embeds
        )
    )
    return app


@asynccontextmanager
async def lifespan(
    settings: Settings, furnished: Furnished | None, _app: Starlette
) -> AsyncIterator[State]:
    """Build the parts, keep them for the process' life, and take them down in reverse."""
    async with AsyncExitStack() as stack:
        yield await _build(settings, furnished, stack)


async def _build(settings: Settings, furnished: Furnished | None, stack: AsyncExitStack) -> State:
    node = secrets.token_hex(6)
    now = system_clock
    elapsed = asyncio.get_running_loop().time
    assert settings.redis_url is not None  # the parent process has started one or was given one

    # storage and memory
    meter = Meter()
    db = Database(address(settings.database_url, settings.data), meter)
    await db.open()
    stack.push_async_callback(db.close)
    memory = Memory(connect(settings.redis_url), meter)
    stack.push_async_callback(memory.close)
    bus = Bus(settings.redis_url, node=node, meter=meter)

    def well() -> bool:
        return memory.well and not bus.doubtful

    # web and live
    templates = Templates.of(settings)
    loading = asyncio.create_task(asyncio.to_thread(templates.load), name="templates")
    hub = Hub()
    raise_limit()
    admission = Admission()
    draining = Draining(hub, seconds=settings.drain_seconds)
    strain = Strain(hub, well=well, elapsed=elapsed)

    # news
    articles = Articles(db, now)
    news_socket = NewsSocket(hub, articles.standing, meter)
    bus.want(NEWS_TOPIC, news_socket.receive)
    errands = Errands()
    stack.push_async_callback(errands.close)
    ring_news = partial(bus.publish, NEWS_TOPIC, BELL)
    breaking = BreakingNews(hub, Breakings(db, now), ring_news, errands)
    bus.want(NEWS_TOPIC, breaking.receive)
    matching = MatchSocket(db)

    # audience
    audience = furnish_audience(
        settings,
        database=db,
        memory=memory,
        bus=bus,
        hub=hub,
        node=node,
        clock=now,
        elapsed=elapsed,
        is_published=articles.is_published,
        titles=articles.titles,
        sections=articles.sections,
    )

    # staff
    tokens = FormTokens(key_ring(settings), now)
    media = Media(settings.data / "media")
    staff = furnish_staff(
        settings,
        database=db,
        memory=memory,
        bus=bus,
        hub=hub,
        clock=now,
        templates=templates,
        tokens=tokens,
        media=media,
        errands=errands,
    )
    ring_staff = partial(bus.publish, "staff", b"{}")
    # chat
    house = House.of(settings, templates.render, articles.as_read)
    chat = Chat(
        db=db,
        bus=bus,
        memory=memory,
        hub=hub,
        now=now,
        node=node,
        titles=articles.titles,
        keys=key_ring(settings),
        automatic=settings.chat_assignment == "automatic",
        capacity=settings.capacity,
        category_of=category_of,
        conditions=Conditions.of(settings.chat_fields, settings.chat_consent),
        preview=settings.chat_preview,
        may=staff.roster.may,
        held=staff.sessions.held,
        meter=meter,
        files=Terms(settings.data / "chat-files", settings.chat_file_mb, staff.sessions.identify),
        house=house,
    )
    assert chat.files is not None
    audience.socket.attended.append(
        lambda peer, told: chat.socket.attended(peer, told.paragraph or None, told.depth or None)
    )

    if settings.alert_mail and house.post is not None:
        audience.alerts.on_raised(AlertLetters(house).write)

    # screens
    assert chat.outreach is not None
    screens = furnish_screens(
        settings,
        database=db,
        clock=now,
        templates=templates,
        tokens=tokens,
        articles=articles,
        audience=audience,
        breaking=breaking,
        form=chat.outreach.form,
        held=staff.sessions.held,
        ring=lambda: bus.publish(SETTINGS_TOPIC, b"{}"),
    )
    bus.want(NEWS_TOPIC, screens.pages.receive)
    audience.facts.place = screens.pages.place

    def resumed() -> None:
        screens.pages.receive(b"")
        errands.send(news_socket.look())
        breaking.receive(b"")
        errands.send(audience.upkeep.beat())

    bus.on_resumed(resumed)

    # the two doors
    hooks = Hooks(
        welcome=chat.socket.welcome,
        prove=chat.socket.prove,
        opened=[
            news_socket.opened,
            breaking.opened,
            audience.socket.opened,
            audience.alarms.opened,
            chat.socket.opened,
            strain.opened,
        ],
        closed=[
            audience.socket.closed,
            audience.board.closed,
            chat.handling.closed,
            chat.socket.closed,
        ],
        heads=chat.socket.heads,
        refuse=draining.refusal,
        still=staff.watch.still,
    )

    def door(name: Literal["live", "staff"], identify: Identify) -> Endpoint:
        return Endpoint(
            door=name,
            table=routes.messages(
                name, audience.socket, audience.board, matching, staff.socket, *chat.sockets
            ),
            hub=hub,
            identify=identify,
            origins=settings.origins,
            network_of=lambda peer: network_of(peer.scope, settings.trusted_proxies),
            clock=now,
            hooks=hooks,
            admission=admission,
            build=build(),
            meter=meter,
            errands=errands,
        )

    async def reader(peer: HTTPConnection) -> Reader:
        return Reader(colleague=await staff.sessions.knows(peer))

    # what runs by itself
    await loading
    if furnished is not None:
        await parent.wait_at_the_door(furnished)
    await bus.start()
    stack.push_async_callback(bus.stop)
    looked_up = gauges(
        hub=hub,
        bus=bus,
        memory=memory,
        strain=strain,
        draining=draining,
        audience=audience,
        chat=chat,
    )
    metrics = Metrics(settings, meter, looked_up, node=node)
    await metrics.start()
    stack.push_async_callback(metrics.stop)
    await audience.upkeep.start()
    stack.push_async_callback(audience.upkeep.stop)
    await chat.start()
    stack.push_async_callback(chat.stop)
    rounds = Rounds(
        [
            *(
                Job(w.description, w.run, w.seconds, w.seconds / 10, w.one_node)
                for w in chat.periodic
            ),
            *(
                Job(r.description, r.call, r.seconds, r.seconds / 10)
                for r in audience.upkeep.rounds()
            ),
            Job("memory: does it take what is written?", memory.probe, every_seconds=1),
            Job("live: who is told that it takes longer", strain.look, LOOK_SECONDS),
            Job("staff: sessions of open sockets", staff.watch.look, every_seconds=2),
            Job("staff: sessions about to end", staff.socket.look, STAFF_LOOK_SECONDS),
            Job("news: what open pages were not told", news_socket.look, NEWS_LOOK_SECONDS),
            Job("news: what is breaking, and no longer", breaking.look, BREAKING_LOOK_SECONDS),
            Job("screens: what was published without a bell", screens.pages.look, every_seconds=3),
        ],
        memory.redis,
        node,
    )
    rounds.start()
    stack.push_async_callback(rounds.stop)
    orphaned = asyncio.create_task(parent.end_with_it(), name="parent")
    stack.callback(orphaned.cancel)
    hub.pulse.start(staff.watch.woken)
    stack.callback(hub.pulse.stop)
    draining.install()
    stack.callback(draining.uninstall)
    settle_heap()
    return State(
        settings=settings,
        health=Health(db, well, node, draining, lambda: not audience.stall.lasts),
        metrics=metrics,
        media=media,
        profile=staff.profile,
        setup=screens.setup,
        accounts=screens.accounts,
        board=screens.board,
        theme=templates.theme,
        pages=screens.pages,
        machines=screens.machines,
        search=screens.search,
        console=screens.console,
        pane=screens.pane,
        letterbox=screens.letterbox,
        transcripts=chat.outreach.pages(staff.sessions.identify),
        chat_files=chat.files.pages,
        staff_door=staff.door,
        renewal=staff.renewal,
        sessions=staff.sessions,
        doors={"live": door("live", reader), "staff": door("staff", staff.sessions.identify)},
        ring_staff=ring_staff,
    )
