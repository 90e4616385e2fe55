"""The crowd: people who use the portal while it suffers, each with dice of his own.

Visitors write every few seconds, some on two tabs; agents race for those who wait, answer, note,
release and close; readers come, look, and go. What they do is drawn from the seed; when it happens
depends on the machine.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from tests.faults.answers import Gone, Refused, wait_for
from tests.faults.clients import Agent, Reader, Visitor
from tests.faults.record import Record
from tests.faults.screen import Screen
from tests.faults.talker import Talker
from tests.faults.world import World

T = TypeVar("T", bound=Screen)

WORDS = ("harbour", "Brücke", "灯台", "مرفأ", "rope", "tide", "🚢", "fog", "<b>quay</b>", "pier")
MOST_UNSENT = 4
"""Nobody writes on and on into a line that is down."""


class Crowd:
    """The people of one run."""

    def __init__(self, world: World, record: Record, seed: int) -> None:
        self.world = world
        self.record = record
        self._seed = seed
        self.visitors: list[Visitor] = []
        self.agents: list[Agent] = []
        self.readers: list[Reader] = []
        self._working: list[asyncio.Task[None]] = []
        self._written = 0

    @property
    def talkers(self) -> list[Talker]:
        return [*self.visitors, *self.agents]

    @property
    def screens(self) -> list[Screen]:
        return [*self.talkers, *self.readers]

    @property
    def conversations(self) -> set[str]:
        return {each.conversation for each in self.visitors if each.conversation}

    def dice(self, purpose: str) -> random.Random:
        return random.Random(f"{self._seed}:{purpose}")

    # Who comes

    async def come(
        self, *, visitors: int = 4, second_tabs: int = 1, agents: int = 2, readers: int = 2
    ) -> None:
        """Let them open their pages, and wait until they are in."""
        for number in range(visitors):
            await self.visitor(f"visitor-{number}")
        for number in range(second_tabs):
            first = self.visitors[number]
            await self.visitor(f"{first.name}.2", secret=first.secret)
        for email in self.world.agents[1 : 1 + agents]:
            await self.agent(email)
        for number in range(readers):
            self.reader(f"reader-{number}")
        await asyncio.gather(*(each.attached() for each in self.visitors))
        await asyncio.gather(*(each.ready() for each in self.screens))
        for agent in self.agents:
            for conversation in self.conversations:
                await agent.join(conversation)

    async def visitor(self, name: str, *, secret: str | None = None) -> Visitor:
        """Let one more visitor's tab open chat."""
        article = self.world.articles["harbour"]
        visitor = Visitor(
            name, self.world, self.record, self.dice(name), secret=secret, article=article
        )
        self.visitors.append(visitor)
        visitor.start()
        return visitor

    async def agent(self, email: str) -> Agent:
        """Let one more agent sign in and open the console."""
        name = f"agent-{email.partition('@')[0]}-{len(self.agents)}"
        agent = Agent(name, self.world, self.record, self.dice(name), email=email)
        self.agents.append(agent)
        await agent.sign_in()
        agent.start()
        return agent

    def reader(self, name: str) -> Reader:
        """Let one more reader open an article."""
        dice = self.dice(name)
        article = dice.choice(sorted(self.world.articles.values()))
        reader = Reader(name, self.world, self.record, dice, article=article)
        self.readers.append(reader)
        reader.start()
        return reader

    # What they do

    def work(self, *, pause: float = 1.0) -> None:
        """Begin; `pause` is about how many seconds somebody rests between two acts."""
        for visitor in [each for each in self.visitors if not each.left]:
            # Together his tabs may say thirty a minute.
            tabs = sum(each.person == visitor.person for each in self.visitors)
            self._begin(self._again(visitor, self._visit, 2.6 * pause * tabs))
        for agent in self.agents:
            self._begin(self._again(agent, self._serve, 0.5 * pause))
        if self.readers:
            self._begin(self._come_and_go(2.0 * pause))

    async def work_on(self, seconds: float) -> None:
        """Go on when all is well again, whoever rested too, and then rest.

        Agents note something now and then beside what they do: somebody must be heard however few
        are there.
        """
        await self.rest()
        for screen in self.screens:
            screen.hurry()
        self.work()
        for agent in self.agents:
            self._begin(self._again(agent, self._note, 1.0))
        await asyncio.sleep(seconds)
        await self.rest()

    async def rest(self) -> None:
        """Stop acting; what is written still goes out."""
        for task in self._working:
            task.cancel()
        await asyncio.gather(*self._working, return_exceptions=True)
        self._working.clear()

    def text(self, who: Screen, dice: random.Random) -> str:
        """Return words nobody wrote before."""
        self._written += 1
        said = " ".join(dice.choices(WORDS, k=dice.randint(1, 6)))
        return f"{said} ({who.name}, {self._seed}.{self._written})"

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        self._working.append(asyncio.create_task(work))

    async def _again(
        self, who: T, act: Callable[[T, random.Random], Awaitable[None]], pause: float
    ) -> None:
        dice = self.dice(f"{who.name} acts")
        await asyncio.sleep(dice.uniform(0, pause))
        while not who.left:
            if who.refused is None:
                with suppress(Gone):
                    await act(who, dice)
            await asyncio.sleep(dice.uniform(0.4, 1.6) * pause)

    async def _visit(self, visitor: Visitor, dice: random.Random) -> None:
        if len(visitor.outbox) < MOST_UNSENT:
            visitor.write(self.text(visitor, dice))
        if dice.random() < 0.3:
            visitor.see()
        if dice.random() < 0.2:
            visitor.tell("chat.typing", text="…")
        if dice.random() < 0.02:
            with suppress(Refused):
                await visitor.ask("chat.leave")

    async def _serve(self, agent: Agent, dice: random.Random) -> None:
        waiting = [each for each in agent.waiting if each in self.conversations]
        mine = [each for each in agent.mine if each in self.conversations]
        what = dice.random()
        if waiting and what < 0.5:
            await agent.act("chat.claim", dice.choice(waiting))
        elif mine and what < 0.8 and len(agent.outbox) < MOST_UNSENT:
            agent.write(self.text(agent, dice), dice.choice(mine))
        elif what < 0.88 and agent.logs and len(agent.outbox) < MOST_UNSENT:
            where = dice.choice(sorted(agent.logs))
            agent.write(f"note: {self.text(agent, dice)}", where, "chat.note")
        elif mine and what < 0.93:
            await agent.act("chat.release", dice.choice(mine))
        elif mine and what < 0.96:
            await agent.act("chat.close", dice.choice(mine))
        elif mine:
            agent.tell("chat.typing", conversation=dice.choice(mine))

    async def _note(self, agent: Agent, dice: random.Random) -> None:
        if agent.open and agent.logs and len(agent.outbox) < MOST_UNSENT:
            where = dice.choice(sorted(agent.logs))
            agent.write(f"note: {self.text(agent, dice)}", where, "chat.note")

    async def _come_and_go(self, pause: float) -> None:
        dice = self.dice("readers")
        while True:
            await asyncio.sleep(dice.uniform(0.4, 1.6) * pause)
            reader = self.reader(f"reader-{len(self.readers)}")
            older = [each for each in self.readers[2:-3] if each.link]
            if older and reader is not older[0]:
                await older[0].leave()
            again = [each for each in self.readers[:-1] if each.link and each.viewed is not None]
            if again:
                dice.choice(again).reload()

    # How it ends

    async def settle(self, seconds: float = 60.0) -> None:
        """Wait until everybody is back, attached, and has sent all he wrote."""
        for screen in self.screens:
            screen.hurry()
        here = [each for each in self.talkers if each.refused is None and not each.left]
        await wait_for(lambda: all(t.open and not t.outbox for t in here), seconds)

    async def go(self) -> None:
        """Close everything without a word: the run is over."""
        await self.rest()
        await asyncio.gather(*(each.end() for each in self.screens))
