"""Who else has a chat in front of him."""

import pytest
from playwright.sync_api import expect

from tests.browser.console.people import Comes, Desk, open_chat

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_who_else_looks_is_named_until_he_leaves(desk: Desk, visitor: Comes) -> None:
    """A colleague with the same chat in front is named beside it, and no longer when he goes."""
    asker = visitor("Ada")
    asker.say("Is anybody there at all?")
    mei, jonas = desk("mei@example.org"), desk("jonas@example.org")
    open_chat(mei, asker)
    open_chat(jonas, asker)

    expect(mei.locator("desk-looking")).to_have_text("Jonas Weber looks in too")
    expect(jonas.locator("desk-looking")).to_have_text("Mei Lin looks in too")
    jonas.evaluate("() => { location.hash = 'waiting'; }")
    expect(mei.locator("desk-looking")).to_be_hidden()
