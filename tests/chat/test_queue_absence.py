"""An agent who is gone for a minute: his visitors are told, and are the next ones elsewhere."""

from typing import Any

from portal.chat.absence import Absence
from tests.chat.conftest import Hire, StartNode, message_id
from tests.chat.node import Node, Screen, secret
from tests.conftest import HeldClock

GRACE = 0.05


class Minutes:
    """Seconds that pass when they are told to, for several processes."""

    def __init__(self) -> None:
        self.now = 0.0
        self._nodes: list[Node] = []

    def pass_at(self, node: Node) -> Node:
        """Let a process count absence by these, from now on."""
        node.chat.duty.absence = Absence(elapsed=lambda: self.now)
        node.chat.duty.grace_seconds = GRACE
        self._nodes.append(node)
        return node

    async def go_by(self, seconds: float) -> None:
        """Let time pass, and every process do then what it does every so often.

        Each has learned before who is there now: in a minute they beat twelve times.
        """
        for node in self._nodes * 2:
            await node.chat.beat()
        self.now += seconds
        for node in self._nodes:
            await node.chat.beat()
            await does(node, "put back what the gone held")
            await does(node, "whose turn it is")
            await node.chat.queue.stand_in_line()


async def does(node: Node, what: str) -> None:
    """Let a process do some of its periodic work now."""
    (work,) = [each for each in node.chat.periodic if each.description == f"chat: {what}"]
    await work.run()


async def asks(node: Node, clock: HeldClock) -> tuple[Screen, str]:
    """A visitor who waits."""
    clock.forward(1_000)
    page = await node.visitor()
    which: str = (await page.ask("chat.open", visitor=secret()))["conversation"]
    await page.ask("chat.say", id=message_id(), text="hello")
    return page, which


def events(page: Screen) -> list[tuple[Any, Any, Any]]:
    """The lines the portal wrote: what happened, who it is about, who says so."""
    return [
        (each["event"], each["author"]["kind"], each["author"]["name"])
        for each in page.told
        if each["type"] == "chat.said" and each["kind"] == "event"
    ]


async def test_his_chats_go_to_the_head_of_the_queue(
    start_node: StartNode, clock: HeldClock, hire: Hire
) -> None:
    """Not while he may come back; then before all who wait, the oldest first, and they read so."""
    minutes = Minutes()
    here, there = [minutes.pass_at(await start_node(sweeping=False)) for _ in range(2)]
    mei, ben = await hire("mei"), await hire("ben")
    console, other = await here.agent(mei), await there.agent(ben)
    (first, a), (second, b), (patient, c) = [await asks(there, clock) for _ in range(3)]
    for page, which in ((first, a), (second, b)):
        await console.ask("chat.claim", conversation=which)
        await page.hears("chat.said", event="joined")
    await other.ask("desk.watch", list="waiting")
    await minutes.go_by(1)
    await patient.hears("chat.state", position=1)
    await console.close()
    gone = await first.hears(lambda frame: frame.get("agent") == {"name": "mei", "state": "gone"})
    await minutes.go_by(59)
    kept = await other.ask("desk.watch", list="waiting")
    for page in (first, second, patient):
        page.forget()

    await minutes.go_by(1)
    places = [
        await page.hears("chat.state", status="waiting", position=n)
        for n, page in enumerate((first, second, patient), 1)
    ]
    line = (await other.ask("desk.watch", list="waiting"))["conversations"]
    taken = await other.ask("desk.next")
    await first.hears("chat.said", event="joined")
    await second.hears("chat.said", event="left")

    assert gone["type"] == "chat.state"
    assert [each["conversation"] for each in kept["conversations"]] == [c]
    assert [each.get("agent") for each in places] == [None] * 3
    assert [each["conversation"] for each in line] == [a, b, c]
    assert taken["conversation"] == a
    assert events(first) == [("left", "portal", "mei"), ("joined", "agent", "ben")]
    assert events(second) == [("left", "portal", "mei")]
    assert events(patient) == []


async def test_who_comes_back_within_a_minute_keeps_them(
    start_node: StartNode, clock: HeldClock, hire: Hire
) -> None:
    """At whichever process; the next absence is counted anew."""
    minutes = Minutes()
    here, there = [minutes.pass_at(await start_node(sweeping=False)) for _ in range(2)]
    mei = await hire("mei")
    console = await here.agent(mei)
    page, which = await asks(there, clock)
    await console.ask("chat.claim", conversation=which)
    await page.hears("chat.said", event="joined")
    await minutes.go_by(1)
    states = []
    for node in (there, here):
        page.forget()
        await console.close()
        await page.hears(lambda frame: frame.get("agent") == {"name": "mei", "state": "gone"})
        await minutes.go_by(59)
        console = await node.agent(mei)
        told = await page.hears(lambda f: f.get("agent") == {"name": "mei", "state": "available"})
        await minutes.go_by(59)
        states.append((told["status"], events(page)))
    mine = await console.ask("desk.watch", list="mine")

    assert states == [("open", []), ("open", [])]
    assert [each["conversation"] for each in mine["conversations"]] == [which]


async def test_by_itself_somebody_else_gets_them(
    start_node: StartNode, clock: HeldClock, hire: Hire
) -> None:
    """Where who waits is given out, a colleague with room has them at once, the oldest first."""
    minutes = Minutes()
    parts = {"sweeping": False, "automatic": True, "capacity": 1}
    here, there = [minutes.pass_at(await start_node(**parts)) for _ in range(2)]
    mei, ben = await hire("mei"), await hire("ben")
    console = await here.agent(mei)
    first, _ = await asks(there, clock)
    await first.hears("chat.said", event="joined")
    patient, _ = await asks(there, clock)
    await minutes.go_by(1)
    await patient.hears("chat.state", position=1)
    await console.close()
    await first.hears(lambda frame: frame.get("agent") == {"name": "mei", "state": "gone"})
    await minutes.go_by(59)
    first.forget()

    minutes.now += 1
    for node in (here, there):
        await node.chat.beat()
    await does(here, "put back what the gone held")
    await there.agent(ben)
    await does(there, "whose turn it is")
    await first.hears("chat.state", status="open", agent={"name": "ben", "state": "available"})
    await first.hears("chat.said", event="joined")

    assert events(first) == [("left", "portal", "mei"), ("joined", "agent", "ben")]
    assert events(patient) == []
