"""Rights that end while somebody is connected: on both doors, with Redis and without."""

import asyncio
import secrets
from collections.abc import Coroutine
from typing import Any, TypeVar

from sqlalchemy import update

from portal.storage.tables.staff import staff
from tests.faults.answers import wait_for
from tests.faults.clients import Agent
from tests.faults.door import changes, inside, sign_out, stands, use_link
from tests.faults.play import Scenario, Scene
from tests.faults.world import ORIGIN

T = TypeVar("T")

SIGNED_OUT = 4502
SILENT_SECONDS, SILENT_WITHOUT_REDIS_SECONDS = 1.0, 5.0
REQUEUED_SECONDS = 10.0
GONE_SECONDS, PUT_BACK_SECONDS = 60.0, 65.0
"""Not before a minute: who changes networks comes back. The round after it takes three seconds."""


async def _hire(scene: Scene, role: str = "agent") -> tuple[Agent, Agent]:
    """Let a new member of staff sit at a console on each node, with one session each."""
    email = f"new-{secrets.token_hex(4)}@portal.test"
    await scene.world.hire(email, role)
    consoles = []
    for node in scene.nodes:
        console = await scene.crowd.agent(email)
        console.stay_at = node
        consoles.append(console)
        console.cut()
    await asyncio.sleep(0.3)
    for console in consoles:
        console.hurry()
        await console.ready()
        for conversation in scene.crowd.conversations:
            await console.join(conversation)
    return consoles[0], consoles[1]


async def _take_one(scene: Scene, console: Agent) -> str:
    """Let him answer one conversation, begun for it."""
    visitor = await scene.crowd.visitor(f"asks-{len(scene.crowd.visitors)}")
    conversation = await visitor.attached()
    visitor.write("please help me")
    await console.join(conversation)
    for _ in range(20):
        if await console.act("chat.claim", conversation) == "ok":
            break
        await asyncio.sleep(0.2)
    console.write("I am with you", conversation)
    await asyncio.sleep(0.5)
    return conversation


async def _silent(scene: Scene, consoles: list[Agent], within: float, began: float) -> None:
    """Wait until every console was told to go, and note how long it took."""
    loop = asyncio.get_running_loop()
    await wait_for(lambda: all(each.refused for each in consoles), within + 6.0)
    took = loop.time() - began
    bell = "rung" if within <= SILENT_SECONDS else "not rung"
    scene.measure(f"access ended to last socket closed, bell {bell}, s", took)
    scene.expect(took <= within + 0.5, f"sockets were closed {took:.1f} s after access ended")
    codes = {each.refused for each in consoles}
    scene.expect(codes == {SIGNED_OUT}, f"they were closed with {codes}")


async def _ends(
    scene: Scene, who: Agent, how: str, work: Coroutine[Any, Any, T], *, session: str = ""
) -> tuple[asyncio.Task[T], float]:
    """Let somebody's access end; return who does it, as soon as SQL has it, and when that was.

    The promised second begins there, and not when a command has printed what it did.
    """
    before = await stands(scene.world, who.email)
    working = asyncio.create_task(work)
    async with asyncio.timeout(20):
        await changes(scene.world, who.email, before)
    scene.record.revoked(who.person, how, session=session)
    began = asyncio.get_running_loop().time()
    return working, began


def _refused(*consoles: Agent) -> int:
    return sum(each.refused is not None for each in consoles)


async def disabled(scene: Scene) -> None:
    """F40: an account is disabled under load; once with Redis, once without."""
    await scene.begin(visitors=3, second_tabs=0, agents=1)
    await _disable(scene, SILENT_SECONDS)
    number = scene.record.fault("redis.away", redis=True, forgets=True)
    killed = await scene.world.valkey.kill()
    await _disable(scene, SILENT_WITHOUT_REDIS_SECONDS)
    await scene.world.valkey.start()
    scene.record.healed(number, fired=killed)
    await asyncio.sleep(1.0)


async def _disable(scene: Scene, within: float) -> None:
    first, second = await _hire(scene)
    conversation = await _take_one(scene, first)
    cookie = first.cookie()
    number = scene.record.fault("account.disabled")
    disable = scene.world.command("staff", "disable", first.email)
    disabling, began = await _ends(scene, first, "disabled", disable)
    await _silent(scene, [first, second], within, began)
    await disabling
    scene.record.healed(number, fired=_refused(first, second))
    for node in scene.nodes:
        status = await inside(node, cookie)
        scene.expect(status in (302, 303), f"the console's page answered {status} afterwards")
    other = scene.crowd.agents[0]

    def free() -> bool:
        row = other.rows.get(conversation)
        owner = (row or {}).get("agent") or {}
        return row is not None and owner.get("id") != first.id

    await wait_for(free, REQUEUED_SECONDS + within)
    scene.measure("his chat waits again, s", asyncio.get_running_loop().time() - began)


async def lowered(scene: Scene) -> None:
    """F41: an administrator becomes an agent; from then on he is judged as one."""
    await scene.begin(visitors=2, second_tabs=0, agents=1)
    first, second = await _hire(scene, "admin")
    theirs = await _take_one(scene, scene.crowd.agents[0])
    scene.expect(await first.act("chat.release", theirs) == "ok", "an administrator may release")
    number = scene.record.fault("role.lowered")
    await _lower(scene, first.email)
    scene.record.revoked(first.person, "role")
    began = asyncio.get_running_loop().time()
    # No command does this yet, so no bell rings: the look at SQL every two seconds must do.
    await _silent(scene, [first, second], SILENT_WITHOUT_REDIS_SECONDS, began)
    scene.record.healed(number, fired=_refused(first, second))
    await first.return_()
    await first.ready()
    again = await _take_one(scene, scene.crowd.agents[0])
    await first.join(again)
    code = await first.act("chat.close", again)
    scene.expect(code == "not_allowed", f"he closed another's chat as an administrator: {code}")


async def _lower(scene: Scene, email: str) -> None:
    values = {"role": "agent", "version": staff.c.version + 1}
    await scene.world.db.write(
        lambda c: c.execute(update(staff).where(staff.c.email == email).values(values))
    )


async def changed(scene: Scene) -> None:
    """F42: a session is signed out, then the password is changed; the other sessions go silent."""
    await scene.begin(visitors=3, second_tabs=0, agents=1)
    first, second = await _hire(scene)
    await _take_one(scene, second)
    number = scene.record.fault("session.ended")
    leave = sign_out(scene.nodes[1], first.cookie())
    leaving, began = await _ends(scene, first, "signed_out", leave, session=first.session)
    await _silent(scene, [first], SILENT_SECONDS, began)
    scene.expect(await leaving == 303, f"signing out answered {leaving.result()}")
    scene.expect(second.refused is None, "the other session was closed too")
    await first.return_()
    await first.ready()
    link = (await scene.world.command("staff", "link", first.email)).strip()
    scene.expect(link.startswith(ORIGIN), f"a link: {link}")
    use = use_link(scene.nodes[0], link, "another harbour opens at noon")
    using, began = await _ends(scene, first, "password", use)
    await _silent(scene, [first, second], SILENT_SECONDS, began)
    scene.record.healed(number, fired=_refused(first, second))
    scene.expect(await using == 303, f"the link answered {using.result()}")
    for console in (first, second):
        scene.expect(
            await inside(scene.nodes[0], console.cookie()) != 200, "an old cookie opens the console"
        )


async def browser_dies(scene: Scene) -> None:
    """F39: an agent's browser dies; what he held waits again after a minute, not before."""
    await scene.begin(visitors=2, second_tabs=0, agents=2)
    dying, other = scene.crowd.agents
    await scene.crowd.rest()
    conversation = await _take_one(scene, dying)
    await other.join(conversation)
    number = scene.record.fault("browser.dies")
    began = asyncio.get_running_loop().time()
    dying.sleep()

    def free() -> bool:
        row = other.rows.get(conversation)
        return row is not None and row["status"] == "waiting"

    try:
        await wait_for(free, PUT_BACK_SECONDS + 15.0)
        took = asyncio.get_running_loop().time() - began
        scene.measure("his chat waits again, s", took)
        in_time = GONE_SECONDS <= took <= PUT_BACK_SECONDS
        scene.expect(in_time, f"his chat waited again after {took:.1f} s")
    except TimeoutError:
        scene.problems.append("an agent whose browser died holds his chat for ever (F39)")
    scene.record.healed(number, fired=not dying.open)
    dying.wake()
    await dying.ready()
    scene.crowd.work()
    await asyncio.sleep(8.0)


SCENARIOS = [
    Scenario(
        "browser-dies",
        ("F39",),
        "an agent's browser dies: released after 60 s, at 65 s at most",
        browser_dies,
        once=True,
    ),
    Scenario("disabled", ("F40",), "disabled while connected, with Redis and without", disabled),
    Scenario("lowered", ("F41",), "the role is lowered while connected", lowered),
    Scenario("changed", ("F42",), "signed out, password changed, on both doors", changed),
]
