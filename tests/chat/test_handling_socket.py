"""Handling over both doors and two processes: who is told what, and who is told nothing."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select, update

from portal.chat.standing import visitor_id
from portal.storage.database import Database
from portal.storage.tables.chat import visitor
from portal.storage.tables.desk import mention
from portal.storage.tables.staff import staff
from tests.chat.conftest import Hire, StartNode, message_id
from tests.chat.node import Node, Screen, secret

CANARY = "canary-51ab"
ARTICLE = 42


async def titles(articles: Any) -> dict[int, tuple[str, str]]:
    return {id: ("Bridge closed", "/news/bridge") for id in articles if id == ARTICLE}


async def asks(node: Node, key: str | None = None) -> tuple[Screen, str]:
    page = await node.visitor()
    opened = await page.ask("chat.open", visitor=key or secret())
    await page.ask("chat.say", id=message_id(), text="hello")
    return page, opened["conversation"]


async def test_nothing_of_staff_s_own_reaches_a_visitor(start_node: StartNode, hire: Hire) -> None:
    """Not by any new message, live or as history; to another visitor nothing comes at all."""
    here, there = await start_node(titles=titles), await start_node(titles=titles)
    mei, tom = await hire("mei"), await hire("tom")
    page, which = await asks(here)
    other, _ = await asks(here)
    console = await there.agent(mei)
    await console.ask("chat.claim", conversation=which)
    label, reason = f"{CANARY}-label", f"{CANARY}-reason"
    answers = [
        await console.ask("chat.label", conversation=which, labels=[label]),
        await console.ask(
            "chat.note", conversation=which, id=message_id(), text=CANARY, mentions=[tom.id]
        ),
        await console.ask("chat.snooze", conversation=which, until=2**52),
        await console.ask("chat.snooze", conversation=which, until=None),
        await console.ask("desk.look", conversation=which),
        await console.ask("chat.block", conversation=which, reason=reason),
        await console.ask("chat.unblock", conversation=which),
        await console.ask("chat.transfer", conversation=which, to={"agent": tom.id}),
    ]
    await page.hears("chat.said", seq=9)
    history = await page.ask("chat.since", seq=0)
    refused = [
        await page.ask("chat.transfer", conversation=which, to={"desk": 0}),
        await page.ask("chat.label", conversation=which, labels=["x"]),
        await page.ask("desk.look", conversation=which),
        await console.ask("chat.rate", score=5),
        await console.ask("chat.forget"),
    ]

    assert [each["type"] for each in answers[:1] + answers[2:]] == ["ok"] * 7
    kinds = [each.get("event", each["kind"]) for each in history["messages"]]
    assert kinds == ["text", "joined", *["void"] * 6, "transferred"]
    assert history["messages"][-1]["data"] == {"event": "transferred", "about": "tom"}
    assert CANARY.encode() not in page.bytes + other.bytes
    assert b"snoozed" not in page.bytes
    assert b"viewers" not in page.bytes
    assert [each["code"] for each in refused] == ["unknown_type"] * 5
    assert which.encode() not in other.bytes


async def test_a_colleague_is_told_that_he_was_named(start_node: StartNode, hire: Hire) -> None:
    """On every console of his, on whichever process; nobody else is, nor who wrote it."""
    here, there = await start_node(), await start_node()
    mei, tom, eva = await hire("mei"), await hire("tom"), await hire("eva")
    _, which = await asks(here)
    writes, first, second, third = [
        await node.agent(who)
        for node, who in ((here, mei), (here, tom), (there, tom), (there, eva))
    ]

    note = await writes.ask(
        "chat.note", conversation=which, id=message_id(), text="see @tom", mentions=[tom.id, mei.id]
    )
    told = [await screen.hears("desk.mentioned") for screen in (first, second)]

    expected = {"conversation": which, "seq": note["seq"], "by": "mei", "text": "see @tom"}
    assert all(expected.items() <= each.items() for each in told)
    await asyncio.sleep(0.2)
    assert not [each for each in writes.told + third.told if each["type"] == "desk.mentioned"]


async def test_whoever_is_off_duty_can_be_named_and_finds_it_in_the_morning(
    start_node: StartNode, hire: Hire, database: Database
) -> None:
    """A console knows everybody who works here; what names one of them waits until he comes."""
    node = await start_node()
    mei, tom, eva = await hire("mei"), await hire("tom"), await hire("eva")
    page, which = await asks(node)
    console = await node.agent(mei)
    await console.ask("desk.watch", list="all")
    known = await console.hears("desk.colleagues")
    on_duty = await console.hears("desk.staff")

    await console.ask(
        "chat.note", conversation=which, id=message_id(), text="@tom", mentions=[tom.id]
    )
    async with database.read() as c:
        kept = (await c.execute(select(mention.c.staff_id, mention.c.seen_at))).all()
    morning = await node.agent(tom)
    await morning.ask("desk.watch", list="mentions")
    found = await morning.hears("desk.list", list="mentions")

    people = [{"id": each.id, "name": each.name} for each in (eva, mei, tom)]
    assert known["people"] == people
    assert tom.id not in [each["id"] for each in on_duty["people"]]
    assert [tuple(each) for each in kept] == [(tom.id, None)]
    assert [each["conversation"] for each in found["conversations"]] == [which]
    assert b"colleagues" not in page.bytes


async def test_colleagues_who_come_and_go_are_told(
    start_node: StartNode, hire: Hire, database: Database
) -> None:
    """Without a new page: by the next beat; whoever may no longer come in is not among them."""
    node = await start_node()
    mei, tom = await hire("mei"), await hire("tom")
    console = await node.agent(mei)
    await console.ask("desk.watch", list="all")
    await console.hears("desk.colleagues")
    await node.chat.beat()
    console.forget()

    await hire("eva")
    gone = update(staff).where(staff.c.id == tom.id).values(disabled_at=1)
    await database.write(lambda c: c.execute(gone))
    await node.chat.beat()
    told = await console.hears("desk.colleagues")
    await node.chat.beat()

    assert [each["name"] for each in told["people"]] == ["eva", "mei"]
    assert len([each for each in console.told if each["type"] == "desk.colleagues"]) == 1


async def test_labels_are_told_to_who_watches(start_node: StartNode, hire: Hire) -> None:
    """After the first list, and on every process when there is another one."""
    here, there = await start_node(), await start_node()
    _, which = await asks(here)
    one, other = await here.agent(await hire("mei")), await there.agent(await hire("tom"))
    for console in (one, other):
        await console.ask("desk.watch", list="all")
    before = (await other.hears("desk.labels"))["labels"]

    await one.ask("chat.label", conversation=which, labels=["Refund"])
    after = await other.hears(lambda each: each["type"] == "desk.labels" and each["labels"] != [])

    assert before == []
    assert [each["name"] for each in after["labels"]] == ["Refund"]
    assert after["labels"][0]["hue"] in range(8)


async def test_pointing_shows_our_own_words(start_node: StartNode, hire: Hire) -> None:
    """Title and address come from our records; what is not published is not found."""
    here, there = await start_node(titles=titles), await start_node(titles=titles)
    page, which = await asks(here)
    stranger, _ = await asks(here)
    console = await there.agent(await hire("mei"))

    done = await console.ask("chat.point", conversation=which, article=ARTICLE, paragraph="p7")
    told = await page.hears("chat.point")
    hidden = await console.ask("chat.point", conversation=which, article=7, paragraph="p7")
    nowhere = await console.ask("chat.point", conversation="no", article=ARTICLE, paragraph="p7")

    assert done["type"] == "ok"
    assert told == {
        "type": "chat.point",
        "conversation": which,
        "article": ARTICLE,
        "paragraph": "p7",
        "title": "Bridge closed",
        "url": "/news/bridge",
        "by": "mei",
    }
    assert (hidden["code"], nowhere["code"]) == ("not_found", "not_found")
    assert not [each for each in stranger.told if each["type"] == "chat.point"]
    assert not [each for each in console.told if each["type"] == "chat.point"]


async def test_nobody_points_where_no_page_is_open(
    start_node: StartNode, hire: Hire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is refused in words, on any node; once he is back it is told again."""
    here, there = await start_node(titles=titles), await start_node(titles=titles)
    for node in (here, there):
        monkeypatch.setattr(node.chat.online, "_grace_seconds", 0.0)
    page, which = await asks(here, key := secret())
    consoles = [
        await each.agent(await hire(name)) for each, name in ((here, "mei"), (there, "tom"))
    ]
    point = {"conversation": which, "article": ARTICLE, "paragraph": "p7"}
    await page.close()
    async with asyncio.timeout(5):
        while here.chat.online.is_online(which) or there.chat.online.is_online(which):
            await asyncio.sleep(0.01)
    refused = [await each.ask("chat.point", **point) for each in consoles]
    back = await here.visitor(key)
    await back.ask("chat.open", visitor=key)
    async with asyncio.timeout(5):
        while not there.chat.online.is_online(which):
            await asyncio.sleep(0.01)
    told = [await each.ask("chat.point", **point) for each in consoles]

    assert [(each["code"], each["re"]) for each in refused] == [("conflict", "chat.point")] * 2
    assert "no page open" in refused[0]["message"]
    assert [each["type"] for each in told] == ["ok"] * 2


async def test_who_has_it_in_front_is_told_and_gone_with_his_socket(
    start_node: StartNode, hire: Hire
) -> None:
    """To staff who read along, on every process, within a second; once a colleague."""
    here, there = await start_node(), await start_node()
    mei, tom = await hire("mei"), await hire("tom")
    _, which = await asks(here)
    one, other, tab = await here.agent(mei), await there.agent(tom), await there.agent(tom)
    await one.ask("chat.join", conversation=which)

    async def sees(screen: Screen, names: list[str]) -> None:
        def these(each: dict[str, Any]) -> bool:
            return each["type"] == "chat.viewers" and [p["name"] for p in each["people"]] == names

        await screen.hears(these)
        screen.forget()

    await one.ask("desk.look", conversation=which)
    await sees(one, ["mei"])
    await other.ask("desk.look", conversation=which)
    await tab.ask("desk.look", conversation=which)
    await sees(one, ["mei", "tom"])
    late = await there.agent(await hire("eva"))
    await late.ask("chat.join", conversation=which)
    await sees(late, ["mei", "tom"])
    await other.ask("desk.look", conversation=None)
    await one.ask("desk.look", conversation=None)
    await sees(one, ["tom"])
    await tab.close()
    await sees(one, [])
    refused = await one.ask("desk.look", conversation="nowhere")

    assert refused["code"] == "not_found"


async def test_who_sits_there_is_kept_when_he_opens_chat(
    start_node: StartNode, database: Database
) -> None:
    """Language, zone and consent as he told them; what could not be one is not kept."""
    node = await start_node()
    key, liar = secret(), secret()
    page, other = await node.visitor(), await node.visitor()

    plain = await page.ask("chat.open", visitor=key)
    opened = await page.ask(
        "chat.open", visitor=key, language="zh-CN", zone="Asia/Shanghai", consent=True
    )
    await other.ask("chat.open", visitor=liar, language="<b>", zone="../../etc")

    async with database.read() as c:
        rows = {each.id: each for each in (await c.execute(select(visitor))).all()}
    found, lied = rows[visitor_id(key)], rows[visitor_id(liar)]
    assert (found.language, found.zone) == ("zh-CN", "Asia/Shanghai")
    assert found.consented_at is not None
    assert len(found.network) == 64
    assert (lied.language, lied.zone, lied.consented_at) == ("", "", None)
    assert ("consented" in plain, opened["consented"]) == (False, True)
