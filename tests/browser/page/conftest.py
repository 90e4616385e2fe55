"""Fixtures of the page and its chat: a small newsroom, its readers, and Mei at her desk."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.page.newsdesk import Desk, Newsdesk
from tests.support.browser import Person

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}


@pytest.fixture(scope="session")
def newsdesk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsdesk]:
    """Three articles, and Mei."""
    running = Newsdesk(tmp_path_factory.mktemp("newsdesk")).start()
    yield running
    running.portal.stop()


@pytest.fixture
def reader(browser: Browser, newsdesk: Newsdesk) -> Iterator[Person]:
    """Somebody who was never here, at a desk; what goes wrong on his screen fails the test."""
    person = Person(browser, newsdesk.portal.url)
    yield person
    person.close()


@pytest.fixture
def phone(browser: Browser, newsdesk: Newsdesk) -> Iterator[Person]:
    """The same, on a phone."""
    person = Person(browser, newsdesk.portal.url, **PHONE)
    yield person
    person.close()


@pytest.fixture(scope="module")
def desk(browser: Browser, newsdesk: Newsdesk) -> Iterator[Desk]:
    """Mei, at a desk without a console."""
    person = Person(browser, newsdesk.portal.url)
    yield Desk(person)
    person.close()
