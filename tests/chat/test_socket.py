"""The socket: what visitors and staff are told, over two server processes."""

import asyncio
from typing import Any

import pytest

from portal.clock import DAY
from tests.chat.conftest import Hire, StartNode, message_id
from tests.chat.node import Screen, secret
from tests.conftest import HeldClock


async def test_a_message_and_its_answer_cross_two_nodes(start_node: StartNode, hire: Hire) -> None:
    """A visitor on one node and an agent on another talk; each sees his own words, too."""
    here, there = await start_node(), await start_node()
    mei = await hire("mei")
    page, console = await here.visitor(), await there.agent(mei)
    await console.ask("desk.watch", list="waiting")

    opened = await page.ask("chat.open", visitor=secret(), name="Ann")
    conversation = opened["conversation"]
    stored = await page.ask("chat.say", id=message_id(), text="hello")
    row = await console.hears("desk.changed", conversation=conversation, last_text="hello")
    await console.ask("chat.join", conversation=conversation)
    await console.ask("chat.say", conversation=conversation, id=message_id(), text="hi Ann")
    await page.reaches(conversation, 3)
    await console.reaches(conversation, 3)

    assert stored["type"] == "chat.stored"
    assert (row["status"], row["name"], row["unread"], row["online"]) == ("waiting", "Ann", 1, True)
    assert page.stream(conversation) == [1, 2, 3]
    assert console.stream(conversation) == [1, 2, 3]
    answer = await page.hears("chat.said", seq=3)
    assert answer["author"] == {"kind": "agent", "name": "mei"}
    assert (await page.hears("chat.said", seq=2))["event"] == "joined"
    assert (await page.hears("chat.state", status="open"))["agent"] == {
        "name": "mei",
        "state": "available",
    }
    assert (await console.hears("chat.said", seq=3))["author"]["id"] == mei.id


async def test_a_note_never_reaches_the_visitor(start_node: StartNode, hire: Hire) -> None:
    """No byte of a note comes over a visitor's socket: not live, not as history, not otherwise."""
    here, there = await start_node(), await start_node()
    mei = await hire("mei")
    key = secret()
    page, console = await here.visitor(), await there.agent(mei)
    conversation = (await page.ask("chat.open", visitor=key))["conversation"]
    await page.ask("chat.say", id=message_id(), text="hello")
    await console.ask("chat.join", conversation=conversation)
    canary = "canary-9f3a"

    note = message_id()
    await console.tell("chat.typing", conversation=conversation, note=True)
    await console.ask("chat.note", conversation=conversation, id=note, text=canary)
    await console.ask("chat.say", conversation=conversation, id=message_id(), text="hi")
    await page.reaches(conversation, 4)
    again = await there.visitor(key)
    history = await again.ask("chat.since", seq=0)
    answers = [
        await again.ask("chat.note", conversation=conversation, id=message_id(), text="x"),
        await again.ask("chat.join", conversation=conversation),
        await again.ask("desk.watch", list="all"),
    ]

    void = {"type": "chat.said", "conversation": conversation, "seq": 2, "kind": "void"}
    assert await page.hears("chat.said", seq=2) == void
    assert history["messages"][1] == void
    assert [each["code"] for each in answers] == ["unknown_type"] * 3
    for screen in (page, again):
        assert canary.encode() not in screen.bytes
        assert note.encode() not in screen.bytes
        assert b'"note"' not in screen.bytes
        assert not [frame for frame in screen.told if frame["type"] == "chat.typing"]
    assert (await console.hears("chat.said", seq=2))["text"] == canary


async def test_history_comes_in_pages(start_node: StartNode, hire: Hire) -> None:
    """Pages hold at most a hundred entries and sixty kilobytes; the last one attaches."""
    node = await start_node()
    mei = await hire("mei")
    key = secret()
    page, console = await node.visitor(), await node.agent(mei)
    conversation = (await page.ask("chat.open", visitor=key))["conversation"]
    await console.ask("chat.claim", conversation=conversation)
    for i in range(130):
        text = "語" * 4000 if i < 12 else f"line {i}"
        await node.chat.desk.say(mei, conversation, message_id(), text)

    again = await node.visitor(key)
    sizes, seq = [], 0
    while True:
        history = await again.ask("chat.since", seq=seq)
        sizes.append(len(history["messages"]))
        seq = history["messages"][-1]["seq"]
        if seq == history["last_seq"]:
            break
    await node.chat.desk.say(mei, conversation, message_id(), "live")
    await again.reaches(conversation, 132)

    assert again.stream(conversation) == list(range(1, 133))
    assert sizes[0] < 13
    assert max(sizes) <= 100
    assert max(map(len, [history["messages"]])) <= 100
    assert (await again.ask("chat.since", seq=5, limit=2))["messages"][-1]["seq"] == 7


async def test_nothing_is_lost_between_page_and_stream(start_node: StartNode, hire: Hire) -> None:
    """Somebody who attaches while others speak gets every number once, in order."""
    here, there = await start_node(), await start_node()
    mei = await hire("mei")
    key = secret()
    page = await here.visitor()
    conversation = (await page.ask("chat.open", visitor=key))["conversation"]
    await here.chat.desk.claim(mei, conversation)

    async def speak() -> None:
        for i in range(60):
            await here.chat.desk.say(mei, conversation, message_id(), f"line {i}")
            await asyncio.sleep(0)

    speaking = asyncio.create_task(speak())
    screens = []
    for _ in range(5):
        screen = await there.visitor(key)
        screens.append(screen)
        await screen.tell("chat.since", seq=0)
        await asyncio.sleep(0.01)
    await speaking
    for screen in [*screens, page]:
        await screen.reaches(conversation, 61)

    for screen in [*screens, page]:
        assert screen.stream(conversation) == list(range(1, 62))


async def test_claims_over_two_consoles(start_node: StartNode, hire: Hire) -> None:
    """Of two who claim at once one gets it and the other is told who."""
    here, there = await start_node(), await start_node()
    mei, ben = await hire("mei"), await hire("ben")
    one, two = await here.agent(mei), await there.agent(ben)
    page = await here.visitor()
    conversation = (await page.ask("chat.open", visitor=secret()))["conversation"]

    answers = await asyncio.gather(
        one.ask("chat.claim", conversation=conversation),
        two.ask("chat.claim", conversation=conversation),
    )

    won = next(each for each in answers if each["type"] == "chat.claimed")
    lost = next(each for each in answers if each["type"] == "error")
    assert (lost["code"], lost["by"]) == ("taken", won["agent"])
    assert lost["conversation"] == conversation


async def test_a_stranger_reaches_nothing(start_node: StartNode) -> None:
    """A reader is told to ask for chat; a visitor finds only his own conversation."""
    node = await start_node()
    page, other, reader = await node.visitor(), await node.visitor(), await node.visitor()
    theirs = (await page.ask("chat.open", visitor=secret()))["conversation"]
    await other.ask("chat.open", visitor=secret())

    refused = [
        await reader.ask("chat.say", id=message_id(), text="hi"),
        await reader.ask("chat.since", seq=0),
        await reader.ask("chat.seen", seq=0),
        await reader.ask("chat.typing"),
        await reader.ask("chat.leave"),
    ]
    frames: list[tuple[str, dict[str, Any]]] = [
        ("chat.say", {"id": message_id(), "text": "hi"}),
        ("chat.since", {"seq": 0}),
        ("chat.seen", {"seq": 0}),
        ("chat.typing", {}),
        ("chat.leave", {}),
    ]
    found = [
        await other.ask(type, conversation=which, **fields)
        for type, fields in frames
        for which in (theirs, "x" * 22)
    ]

    assert [each["code"] for each in refused] == ["not_allowed"] * 5
    assert [each["code"] for each in found] == ["not_found"] * 10
    assert len({each["message"] for each in found}) == 1


async def test_typing_and_seen(start_node: StartNode, hire: Hire) -> None:
    """Typing is told to the other side and ends with the word; what was typed only to staff."""
    here, there = await start_node(), await start_node()
    mei = await hire("mei")
    page, console = await here.visitor(), await there.agent(mei)
    conversation = (await page.ask("chat.open", visitor=secret()))["conversation"]
    await page.ask("chat.say", id=message_id(), text="hello")
    await console.ask("chat.join", conversation=conversation)

    await page.tell("chat.typing", text="how mu")
    typed = await console.hears("chat.typing", on=True)
    await page.ask("chat.say", id=message_id(), text="how much")
    stopped = await console.hears("chat.typing", on=False)
    await console.tell("chat.seen", conversation=conversation, seq=2)
    seen = await page.hears("chat.seen", by="agent")
    await console.tell("chat.typing", conversation=conversation)
    typing = await page.hears("chat.typing", on=True)

    assert (typed["text"], typed["author"]["kind"]) == ("how mu", "visitor")
    assert "text" not in stopped
    assert (seen["seq"], typing["author"]) == (2, {"kind": "agent", "name": "mei"})


async def test_who_goes_over_to_a_note_writes_to_the_visitor_no_more(
    start_node: StartNode, hire: Hire
) -> None:
    """He is told so at once, whatever the console says of it; colleagues see the note."""
    node = await start_node()
    page, console = await node.visitor(), await node.agent(await hire("mei"))
    colleague = await node.agent(await hire("tom"))
    conversation = (await page.ask("chat.open", visitor=secret()))["conversation"]
    await page.ask("chat.say", id=message_id(), text="hello")
    await console.ask("chat.join", conversation=conversation)
    await colleague.ask("chat.join", conversation=conversation)

    await console.tell("chat.typing", conversation=conversation)
    await page.hears("chat.typing", on=True)
    await console.tell("chat.typing", conversation=conversation, note=True)
    stopped = await page.hears("chat.typing", on=False)
    noted = await colleague.hears("chat.typing", on=True, note=True)
    page.forget()
    await console.ask("chat.typing", conversation=conversation, note=True, on=False)
    await page.ask("chat.typing", text="x")

    assert stopped["author"] == {"kind": "agent", "name": "mei"}
    assert noted["author"]["name"] == "mei"
    assert not [each for each in page.told if each["type"] == "chat.typing"]


async def test_the_desk_opens_and_closes(start_node: StartNode, hire: Hire) -> None:
    """Everybody is told when the first agent comes and the last one goes."""
    here, there = await start_node(), await start_node()
    mei = await hire("mei")
    page = await here.visitor()
    before = (await page.hears("live.welcome"))["desk"]

    console = await there.agent(mei)
    opened = await page.hears("desk.state", open=True)
    await console.ask("desk.watch", list="mine")
    staff = await console.hears("desk.staff")
    page.forget()
    await console.ask("desk.status", state="away")
    closed = await page.hears("desk.state", open=False)

    assert before == {"open": False, "agents": 0}
    assert (opened["agents"], closed["agents"]) == (1, 0)
    assert staff["people"] == [{"id": mei.id, "name": "mei", "state": "available", "load": 0}]


async def test_where_the_visitor_reads(start_node: StartNode, hire: Hire) -> None:
    """Staff follow the visitor from article to article, by the newsroom's own titles."""

    async def titles(articles):  # type: ignore[no-untyped-def]
        return {id: (f"Article {id}", f"/news/{id}") for id in articles if id < 10}

    here, there = await start_node(titles=titles), await start_node(titles=titles)
    mei = await hire("mei")
    key = secret()
    page, console = await here.visitor(article=1, title="forged", url="/x"), await there.agent(mei)
    conversation = (await page.ask("chat.open", visitor=key))["conversation"]
    await page.ask("chat.say", id=message_id(), text="hello")
    await console.ask("desk.watch", list="all")
    await console.ask("chat.join", conversation=conversation)
    first = await console.hears("chat.where")

    await here.visitor(key, article=2, title="forged", url="/x")
    second = await console.hears("chat.where", article=2)
    row = await console.hears("desk.changed", article=2)
    await here.visitor(key, article=99, title="A page", url="javascript:alert(1)")
    third = await console.hears("chat.where", title="A page")

    where = {"type": "chat.where", "conversation": conversation}
    assert first == {**where, "article": 1, "title": "Article 1", "url": "/news/1"}
    assert second == {**where, "article": 2, "title": "Article 2", "url": "/news/2"}
    assert (row["title"], row["url"]) == ("Article 2", "/news/2")
    assert third == {**where, "title": "A page", "url": ""}


async def test_lists_are_paged(start_node: StartNode, hire: Hire) -> None:
    """A list gives a hundred rows a page, all of them once, and says how many there are."""
    node = await start_node()
    mei = await hire("mei")
    from tests.chat.conftest import somebody

    ids = set()
    for _ in range(105):
        visitor = somebody()
        ids.add((await node.chat.desk.open(visitor.id)).id)
        await node.chat.desk.say(visitor, None, message_id(), "hello")
    await node.chat.desk.open(somebody().id)
    console = await node.agent(mei)

    first = await console.ask("desk.watch", list="waiting")
    second = await console.ask("desk.watch", list="waiting", after=first["next"])
    all_ = await console.ask("desk.watch", list="all")
    mine = await console.ask("desk.watch", list="mine")
    bad = await console.ask("desk.watch", list="all", after="nonsense")

    rows = first["conversations"] + second["conversations"]
    assert (len(first["conversations"]), first["total"], len(rows)) == (100, 105, 105)
    assert {row["conversation"] for row in rows} == ids
    assert "next" not in second
    assert (all_["total"], mine["total"], bad["code"]) == (106, 0, "bad_field")


async def test_a_flood_is_limited_and_loses_nothing(start_node: StartNode) -> None:
    """Past ten at once the visitor is told when to come again; the refused one is not stored."""
    node = await start_node()
    page = await node.visitor()
    await page.ask("chat.open", visitor=secret())

    answers = [await page.ask("chat.say", id=message_id(), text=f"line {i}") for i in range(11)]
    history = await page.ask("chat.since", seq=0)

    assert [each["type"] for each in answers[:10]] == ["chat.stored"] * 10
    assert answers[10]["code"] == "limited"
    assert 0 < answers[10]["retry_ms"] <= 2_000
    assert len(history["messages"]) == 10


async def test_a_disabled_agent_gets_nothing_done(start_node: StartNode, hire: Hire) -> None:
    """Whoever may no more is refused, however long his socket lives."""
    node = await start_node()
    mei = await hire("mei")
    page, console = await node.visitor(), await node.agent(mei)
    conversation = (await page.ask("chat.open", visitor=secret()))["conversation"]

    node.disabled.add(mei.id)
    answers = [
        await console.ask("chat.claim", conversation=conversation),
        await console.ask("chat.join", conversation=conversation),
        await console.ask("desk.watch", list="all"),
    ]

    assert [each["code"] for each in answers] == ["not_allowed"] * 3


async def test_hello_proves_and_does_not_attach(start_node: StartNode) -> None:
    """A known secret is welcomed with its conversation's head; an unknown one is not found."""
    node = await start_node()
    key = secret()
    page = await node.visitor()
    opened = await page.ask("chat.open", visitor=key)
    await page.ask("chat.say", id=message_id(), text="hello")

    again, stranger = await node.visitor(key), await node.visitor(secret())
    welcome = await again.hears("live.welcome")
    refused = await stranger.hears("error")
    await page.ask("chat.say", id=message_id(), text="more")
    await asyncio.sleep(0.05)

    assert welcome["conversation"]["conversation"] == opened["conversation"]
    assert (welcome["conversation"]["last_seq"], welcome["conversation"]["epoch"]) == (1, 1)
    assert (refused["code"], refused["re"]) == ("not_found", "visitor")
    assert again.stream(opened["conversation"]) == []
    assert key.encode() not in page.bytes + again.bytes


async def test_after_a_week_other_tabs_follow_into_the_new_one(
    start_node: StartNode, hire: Hire, clock: HeldClock
) -> None:
    """When a visitor's word begins a new conversation, his other screens are told and get it."""
    here, there = await start_node(), await start_node()
    mei, key = await hire("mei"), secret()
    page, tab = await here.visitor(), await there.visitor()
    old = (await page.ask("chat.open", visitor=key))["conversation"]
    await tab.ask("chat.open", visitor=key)
    await page.ask("chat.say", id=message_id(), text="hello")
    await here.chat.desk.claim(mei, old)
    await here.chat.desk.close(mei, old)
    await tab.hears("chat.state", status="closed")
    clock.forward(8 * DAY)
    page.forget()
    tab.forget()

    stored = await page.ask("chat.say", id=message_id(), text="hello again")
    new = stored["conversation"]
    for screen in (page, tab):
        await screen.hears("chat.opened", conversation=new)
        await screen.reaches(new, 1)

    assert new != old
    assert page.stream(new) == tab.stream(new) == [1]


async def test_who_stops_typing_without_a_word_is_forgotten(
    start_node: StartNode, hire: Hire
) -> None:
    """Typing ends by itself, on every node, and whoever joins meanwhile is told of it."""
    here, there = await start_node(), await start_node()
    for node in (here, there):
        node.chat.threads._typing_seconds = 0.4
    mei, ben = await hire("mei"), await hire("ben")
    page, console, later = await here.visitor(), await there.agent(mei), await there.agent(ben)
    conversation = (await page.ask("chat.open", visitor=secret()))["conversation"]
    await console.ask("chat.join", conversation=conversation)

    await page.tell("chat.typing", text="hm")
    await console.hears("chat.typing", on=True)
    await later.ask("chat.join", conversation=conversation)
    joined = await later.hears("chat.typing", on=True)
    for screen in (console, later):
        await screen.hears("chat.typing", on=False)

    assert joined["text"] == "hm"


async def test_staff_see_how_far_he_has_read(start_node: StartNode, hire: Hire) -> None:
    """The paragraph a visitor reads is told to staff, once he has opened chat."""
    here, there = await start_node(), await start_node()
    mei = await hire("mei")
    page, console = await here.visitor(url="/about", title="About"), await there.agent(mei)
    connection = next(each for each in here.hub.connections())
    here.chat.socket.attended(connection, 3, 10.0)
    conversation = (await page.ask("chat.open", visitor=secret()))["conversation"]
    await console.ask("chat.join", conversation=conversation)

    first = await console.hears("chat.where")
    here.chat.socket.attended(connection, 7, 50.0)
    second = await console.hears("chat.where", paragraph=7)

    assert "paragraph" not in first
    assert (second["depth"], second["url"], second["title"]) == (50.0, "/about", "About")


async def test_two_who_wait_stand_in_line(
    start_node: StartNode, hire: Hire, clock: HeldClock
) -> None:
    """A waiting visitor knows his place; it moves up when the one before him is answered."""
    node = await start_node()
    mei = await hire("mei")
    first, second = await node.visitor(), await node.visitor()
    ids = []
    for page in (first, second):
        ids.append((await page.ask("chat.open", visitor=secret()))["conversation"])
        await page.ask("chat.say", id=message_id(), text="hello")
        clock.forward(1_000)

    before = await second.hears("chat.state", seconds=4, position=2)
    await node.chat.desk.claim(mei, ids[0])
    after = await second.hears("chat.state", seconds=4, position=1)

    assert (before["status"], after["status"]) == ("waiting", "waiting")


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"type": "chat.since", "seq": -1}, "bad_field"),
        ({"type": "chat.since", "seq": 2**31}, "bad_field"),
        ({"type": "chat.since", "seq": 1.5}, "bad_field"),
        ({"type": "chat.since", "seq": "1"}, "bad_field"),
        ({"type": "chat.since", "seq": 0, "limit": 101}, "bad_field"),
        ({"type": "chat.say", "id": "x" * 16, "text": "y" * 4001}, "too_long"),
        ({"type": "chat.say", "id": "x" * 16, "text": ""}, "bad_field"),
        ({"type": "chat.say", "id": "x" * 16, "text": " \u200b\n"}, "bad_field"),
        ({"type": "chat.say", "id": "x" * 16, "text": "a\0b"}, "bad_field"),
        ({"type": "chat.say", "id": "x" * 15, "text": "y"}, "bad_field"),
        ({"type": "chat.say", "id": "x" * 16 + "\n", "text": "y"}, "bad_field"),
        ({"type": "chat.say", "id": "x" * 16}, "bad_field"),
        ({"type": "chat.open", "visitor": "short"}, "bad_field"),
        ({"type": "chat.open", "visitor": "a" * 43, "email": "nobody"}, "bad_field"),
        ({"type": "chat.open", "visitor": "a" * 43, "name": "n" * 81}, "too_long"),
        ({"type": "chat.transfer", "conversation": "c"}, "unknown_type"),
        ({"type": "desk.status", "state": "available"}, "unknown_type"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    refusing: Screen, frame: dict[str, Any], code: str
) -> None:
    """A wrong field is named by a code, and the socket lives."""
    answer = await refusing.ask(**frame)
    after = await refusing.ask("live.ping")

    assert (answer["type"], answer["code"]) == ("error", code)
    assert after["type"] == "live.pong"


async def test_four_thousand_signs_of_any_kind_pass(start_node: StartNode) -> None:
    """The limit counts characters, whatever each of them weighs."""
    node = await start_node()
    page = await node.visitor()
    await page.ask("chat.open", visitor=secret())

    for text in ("😀" * 4000, "語" * 4000, "\u0001" * 3999 + "x"):
        stored = await page.ask("chat.say", id=message_id(), text=text)
        assert stored["type"] == "chat.stored"
        await page.hears("chat.said", seq=stored["seq"], text=text)
