"""Fixtures of the browser tests: the sample newsroom as a portal, a Chromium, people at it."""

import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.support.browser import PATIENCE_MS, Person, at_desk, launch, sign_in
from tests.support.devtools import Devtools, Profile, chromium
from tests.support.servers import Portal

READY_SECONDS = 120.0
STORY = "/news/company-news/nato-plans-routes-for-moving-troops-across-europe"

expect.set_options(timeout=PATIENCE_MS)


@dataclass
class Demo:
    """The sample newsroom, served by two workers, and who may sign in there.

    Attributes:
        sessions: the cookies of who has signed in, by e-mail: doing it for each test would be
            refused, rightly.
    """

    portal: Portal
    email: str
    password: str
    sessions: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.portal.url


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The sample newsroom, for all tests in a browser."""
    portal = Portal(tmp_path_factory.mktemp("demo") / "data", verb="demo")
    portal.start(wait=False)
    try:
        portal.wait_until_ready(READY_SECONDS)
        email, password = (_printed(portal, name) for name in ("E-mail", "Password"))
        yield Demo(portal, email, password)
    finally:
        portal.stop()


def _printed(portal: Portal, name: str) -> str:
    """Return what the demo prints behind a name, which is a moment after it is ready."""
    deadline = time.monotonic() + READY_SECONDS
    while not (found := re.search(rf"^{name}: (.+)$", portal.log, re.MULTILINE)):
        assert time.monotonic() < deadline, portal.log
        time.sleep(0.02)
    return found[1]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium, for one file: while it runs no other loop can."""
    with sync_playwright() as playwright:
        launched = launch(playwright)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Chromium that nobody tells what is looked at, for one file; its address."""
    with chromium(tmp_path_factory.mktemp("chromium")) as address:
        yield address


@pytest.fixture
async def line(desktop: str) -> AsyncIterator[Devtools]:
    """The way by which it is driven."""
    async with Devtools.of(desktop) as devtools:
        yield devtools


@pytest.fixture
async def person(line: Devtools) -> AsyncIterator[Profile]:
    """Somebody who was never here."""
    profile = await Profile.new(line)
    yield profile
    await profile.close()


Comes = Callable[..., Person]


@pytest.fixture
def comes(browser: Browser, demo: Demo) -> Iterator[Comes]:
    """Bring somebody with a browser of his own; what goes wrong on his screen fails the test."""
    people: list[Person] = []

    def come(origin: str = demo.url, **options: Any) -> Person:
        people.append(Person(browser, origin, **options))
        return people[-1]

    yield come
    for person in people:
        person.context.close()

    assert [] == [trouble for person in people for trouble in person.wrong]


@pytest.fixture
def agent(comes: Comes, demo: Demo) -> Callable[..., Person]:
    """Bring a member of staff and sign him in, unless he has; his console has its line then."""

    def come(email: str = demo.email, **options: Any) -> Person:
        person = comes(storage_state=demo.sessions.get(email), **options)
        if email in demo.sessions:
            person.page.goto("/staff/")
            at_desk(person.page)
        else:
            sign_in(person, email, demo.password)
            demo.sessions[email] = person.context.storage_state()
        return person

    return come
