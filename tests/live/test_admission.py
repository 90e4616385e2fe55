"""Admission: who gets a socket, who is told to come back, and that nothing is kept of the gone."""

import asyncio
import json

import pytest
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from websockets.exceptions import InvalidStatus

from portal.identity import Agent, Reader, Role, StaffId, Visitor, VisitorId
from portal.live.admission import (
    HANDSHAKES_AT_ONCE,
    NETWORK_MOST,
    NETWORK_SHARE,
    SESSION_MOST,
    VISITOR_MOST,
    Admission,
    Guest,
    stands_for_nobody,
)
from portal.live.connection import Connection
from portal.live.endpoint import Endpoint, Hooks
from portal.live.refusal import Refusal
from tests.live.conftest import AGENT, HELLO, House, Open, closed, heard, until

OFFICE, ELSEWHERE = "198.51.100.7", "2001:db8::/64"
SECRET = "s" * 43


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.at = 1_000.0

    def __call__(self) -> float:
        return self.at


def house(places: int = 50_000) -> tuple[Admission, Clock]:
    clock = Clock()
    return Admission(places, clock), clock


def come(admission: Admission, clock: Clock, many: int, network: str) -> list[Guest]:
    """Let so many come, slowly enough; return those who were let in."""
    found = []
    for _ in range(many):
        clock.at += 0.01
        entered = admission.enter(network)
        if isinstance(entered, Guest):
            found.append(entered)
    return found


def test_five_hundred_handshakes_a_second_are_let_in() -> None:
    """For as long as they come; so are a thousand at once after a quiet time."""
    admission, clock = house()
    refused = 0
    for number in range(5_000):
        clock.at += 1 / 500
        refused += isinstance(admission.enter(f"203.0.113.{number % 250}"), Refusal)
    clock.at += 10
    crowd = [admission.enter("203.0.113.1") for _ in range(HANDSHAKES_AT_ONCE + 1)]

    assert refused == 0
    assert [isinstance(each, Guest) for each in crowd].count(False) == 1


def test_a_crowd_is_spread_over_the_time_that_it_takes() -> None:
    """Ten thousand at once are told to come back over a quarter of a minute, not in one second."""
    admission, clock = house()
    told = [admission.enter(OFFICE if n % 2 else ELSEWHERE) for n in range(7_000)]
    refused = [each for each in told if isinstance(each, Refusal)]
    last = [each.retry_ms or 0 for each in refused[-1000:]]
    clock.at += 60

    assert len(refused) == 6_000
    assert {each.reason for each in refused} == {"crowd"}
    assert min(last) >= 1_000
    assert max(last) > 8_000
    assert max(last) <= 31_000
    assert admission.look("203.0.113.1") is None


def test_looking_takes_nothing() -> None:
    """`/live/check` says what a handshake would be told, and is none."""
    admission, _ = house(places=16)
    looks = [admission.look(OFFICE) for _ in range(2 * HANDSHAKES_AT_ONCE)]

    assert looks == [None] * len(looks)
    assert admission.taken == 0


def test_an_office_is_not_shut_out() -> None:
    """Two hundred people with five tabs each behind one address, in a house that is nearly full."""
    admission, clock = house()
    for number in range(30_000):
        clock.at += 0.01
        admission.enter(f"203.{number % 200}.113.1")
    office = come(admission, clock, 1_000, OFFICE)

    assert len(office) == NETWORK_SHARE == 1_000


def test_one_address_never_takes_the_house() -> None:
    """It gets a share of what there is, and less when others need it; those are let in."""
    admission, clock = house()
    taken = come(admission, clock, NETWORK_MOST + 100, OFFICE)
    small, small_clock = house(places=800)
    there = come(small, small_clock, 800, OFFICE)
    others = [come(small, small_clock, 150, f"2001:db8:{n}::/64") for n in range(4)]
    told = small.enter(OFFICE)

    assert len(taken) == NETWORK_MOST
    assert len(there) == 400
    assert [len(each) for each in others] == [150, 150, 100, 0]
    assert isinstance(told, Refusal)
    assert told.reason == "full"
    assert told.retry_ms is not None
    assert told.retry_ms >= 10_000


def test_a_pressed_house_asks_whoever_has_most_to_wait() -> None:
    """Past half of the places a network keeps what it has and gets no more than its share."""
    admission, clock = house(places=800)
    first = come(admission, clock, 300, OFFICE)
    second = come(admission, clock, 300, "203.0.113.1")
    more = admission.enter(OFFICE)
    third = come(admission, clock, 100, ELSEWHERE)

    assert (len(first), len(second), len(third)) == (300, 200, 100)
    assert isinstance(more, Refusal)
    assert more.reason == "network"


@pytest.mark.parametrize("network", ["127.0.0.1", "127.0.0.9", "::/64", "local", ""])
def test_a_proxy_that_was_not_named_is_no_network(network: str) -> None:
    """From loopback everybody comes: only the places bound it."""
    admission, clock = house(places=6_000)
    guests = come(admission, clock, 6_001, network)

    assert stands_for_nobody(network)
    assert len(guests) == 6_000


@pytest.mark.parametrize("network", [OFFICE, ELSEWHERE, "10.0.0.1"])
def test_other_networks_are(network: str) -> None:
    """Private ones too: in a company's house they are its people."""

    assert not stands_for_nobody(network)


def test_one_person_has_more_sockets_than_tabs_and_not_any_number() -> None:
    """A hundred for a visitor, fifty for a session; another person is not concerned."""
    admission, clock = house()
    ada = Agent(StaffId(1), "Ada", Role.AGENT, "a", 1)
    promoted = Agent(StaffId(1), "Ada", Role.ADMIN, "a", 2)
    again = Agent(StaffId(1), "Ada", Role.AGENT, "b", 1)
    guests = come(admission, clock, 400, OFFICE)
    visitor = [admission.recognise(each, Visitor(VisitorId("v"))) for each in guests[:101]]
    session = [admission.recognise(each, ada) for each in guests[101:152]]
    other = admission.recognise(guests[160], Visitor(VisitorId("w")))
    browser = admission.recognise(guests[161], again)
    reader = [admission.recognise(each, Reader()) for each in guests[170:]]
    same = admission.recognise(guests[101], promoted)
    admission.leave(guests[0])
    admission.leave(guests[101])

    assert visitor == [True] * VISITOR_MOST + [False]
    assert session == [True] * SESSION_MOST + [False]
    assert (other, browser, same) == (True, True, True)
    assert all(reader)
    assert admission.recognise(guests[100], Visitor(VisitorId("v")))
    assert admission.recognise(guests[151], ada)
    assert admission.refused == {"person": 2}


def test_nothing_is_kept_of_the_gone() -> None:
    """Neither network nor person, whoever came and went."""
    admission, clock = house()
    guests = come(admission, clock, 50, OFFICE) + come(admission, clock, 50, ELSEWHERE)
    for number, guest in enumerate(guests):
        admission.recognise(guest, Visitor(VisitorId(str(number % 7))))
    for guest in guests:
        admission.leave(guest)

    assert admission.taken == 0
    assert admission._networks == admission._persons == {}


async def test_a_refused_handshake_says_why_and_when(open_house: Open) -> None:
    """503, Retry-After and words; the check says the same; whoever is gone makes room."""
    admission = Admission(2)
    made: list[Endpoint] = []

    def app(endpoint: Endpoint) -> Starlette:
        made.append(endpoint)
        return Starlette(
            routes=[Route("/live/check", endpoint.check), WebSocketRoute("/live", endpoint)]
        )

    house = await open_house(admission=admission, app=app)
    first = await house.enter()
    silent = await house.knock()
    with pytest.raises(InvalidStatus) as refused:
        await house.knock()
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    writer.write(b"GET /live/check HTTP/1.1\r\nHost: portal.example\r\nConnection: close\r\n\r\n")
    check = json.loads((await reader.read()).rpartition(b"\r\n\r\n")[2])
    writer.close()
    await silent.close()
    await until(lambda: admission.taken == 1)
    second = await house.enter()
    answer = refused.value.response

    assert answer.status_code == 503
    assert 10 <= int(answer.headers["retry-after"]) <= 20
    assert json.loads(answer.body or b"") == {"ok": False, "reason": "full"}
    assert (check["ok"], check["reason"]) == (False, "full")
    assert 10_000 <= check["retry_ms"] <= 20_000
    await first.close()
    await second.close()
    await until(lambda: admission.taken == 0)


async def test_a_foreign_origin_takes_no_handshake(open_house: Open) -> None:
    """Somebody else's page cannot use up what ours need."""
    admission = Admission(1)
    house = await open_house(admission=admission)
    for _ in range(5):
        with pytest.raises(InvalidStatus):
            await house.knock(origin="http://evil.example")

    assert (await house.enter()).state.name == "OPEN"
    assert admission.refused == {}


async def test_the_newest_of_too_many_tabs_is_told_and_closed(open_house: Open) -> None:
    """The tabs that are open stay; the next one hears `limited` and comes back later."""

    async def prove(connection: Connection, secret: str) -> Visitor | None:
        return Visitor(VisitorId("v"))

    house = await open_house(hooks=Hooks(prove=prove), admission=Admission(1_000))
    tabs = [await house.enter(visitor=SECRET) for _ in range(VISITOR_MOST)]
    one_more = await house.knock()
    await one_more.send(json.dumps({**HELLO, "visitor": SECRET, "ref": "h"}))
    told = await heard(one_more)
    code = await closed(one_more)
    await tabs[0].close()
    await until(lambda: len(house.closed) == 2)
    again = await house.enter(visitor=SECRET)

    assert (told["code"], told["ref"], told["re"]) == ("limited", "h", "live.hello")
    assert told["retry_ms"] >= 1_000
    assert code == 4003
    assert all(each.state.name == "OPEN" for each in tabs[1:])
    for each in [*tabs[1:], again]:
        await each.close()


async def test_a_reader_who_asks_for_chat_in_too_many_tabs_is_told(open_house: Open) -> None:
    """Whoever becomes a visitor on an open socket counts from then on."""
    admission = Admission(1_000)
    house = await open_house(admission=admission)
    guests = [admission.enter("192.0.2.9") for _ in range(VISITOR_MOST)]
    for guest in guests:
        assert isinstance(guest, Guest)
        admission.recognise(guest, Visitor(VisitorId("v")))
    socket = await house.enter()
    becoming(house)
    await socket.send(json.dumps({"type": "room.say", "id": "0" * 16, "text": "x", "ref": "o"}))
    told = await heard(socket)
    code = await closed(socket)

    assert (told["code"], told["ref"]) == ("limited", "o")
    assert code == 4003


def becoming(house: House) -> None:
    """Make the next request make a visitor of whoever asks."""

    async def handler(connection: Connection, asked: object) -> None:
        connection.actor = Visitor(VisitorId("v"))

    for kind in list(house.endpoint._handlers):
        house.endpoint._handlers[kind] = handler


async def test_a_session_that_ended_during_the_handshake_is_closed(open_house: Open) -> None:
    """Nobody could close the socket before its hello; so it is looked at once more."""
    ended = False

    async def still(connection: Connection) -> bool:
        return not ended

    house = await open_house(door="staff", actor=AGENT, hooks=Hooks(still=still))
    before = await house.enter()
    socket = await house.knock()
    ended = True
    await socket.send(json.dumps(HELLO))
    code = await closed(socket)

    assert code == 4502
    assert before.state.name == "OPEN"
    assert len(house.opened) == 1
    await before.close()
