"""What stands around every page, in the language of the site."""

from dataclasses import replace

import pytest
from markupsafe import Markup

from portal.screens.contexts import StaticPage
from portal.screens.frame import Site, frame
from portal.screens.household import NOTHING_AROUND
from portal.web.templates import Templates
from tests.conftest import HeldClock
from tests.screens.conftest import SETTINGS, HeldClicks


@pytest.mark.parametrize(
    ("languages", "direction", "chat"),
    [
        (("en", "ar"), "ltr", "Live Chat"),
        (("zh-CN",), "ltr", "在线客服"),
        (("ar", "en"), "rtl", "محادثة مباشرة"),
        (("fr",), "ltr", "Live Chat"),
    ],
)
def test_chat_is_offered_in_the_first_language(
    clock: HeldClock, templates: Templates, languages: tuple[str, ...], direction: str, chat: str
) -> None:
    """The site's first language decides which way it runs and what the launcher says."""
    site = Site(replace(SETTINGS, languages=languages), HeldClicks(), clock)
    around = frame(site, NOTHING_AROUND, None, title="A page")
    page = templates.render("screens/page.html", StaticPage(around, "A page", Markup("")))

    assert languages[0] == around.language
    assert direction == around.direction
    assert f'popovertarget="chat-coming">{chat}</button>' in page
