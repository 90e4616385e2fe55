"""The page's chat in Arabic, from right to left, and in Chinese."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.page.newsdesk import HARBOUR, SELECT, SENTENCE, Newsdesk, axe
from tests.support.browser import Person

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@dataclass(frozen=True)
class Words:
    """What a language says."""

    tag: str
    chat: str
    field: str
    ask: str
    unquote: str
    emoji: str
    find: str
    heart: str
    direction: str = "ltr"


ARABIC = Words(
    tag="ar",
    chat="محادثة مباشرة",
    field="اكتب رسالة",
    ask="اسأل عن هذا",
    unquote="عدم السؤال عن هذه الجملة",
    emoji="رموز تعبيرية",
    find="ابحث عن رمز",
    heart="قلب أحمر",
    direction="rtl",
)
CHINESE = Words(
    tag="zh-CN",
    chat="在线客服",
    field="输入消息",
    ask="就此提问",
    unquote="不再引用这句话",
    emoji="表情",
    find="搜索表情",
    heart="红心",
)


@pytest.fixture(scope="module", params=[ARABIC, CHINESE], ids=lambda words: words.tag)
def abroad(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Words, Newsdesk]]:
    """A site whose first language is another."""
    words: Words = request.param
    running = Newsdesk(tmp_path_factory.mktemp("abroad"), words.tag).start()
    yield words, running
    running.portal.stop()


def test_all_of_it_speaks_the_language_of_the_page(
    browser: Browser, abroad: tuple[Words, Newsdesk]
) -> None:
    """Launcher, button, field, quotation and emoji; the panel at the side where lines end."""
    words, newsdesk = abroad
    person = Person(browser, newsdesk.portal.url, locale=words.tag)
    page = person.page
    page.goto(HARBOUR)
    person.until("() => customElements.get('chat-launcher')")
    page.evaluate(SELECT, SENTENCE)
    page.get_by_role("button", name=words.ask).click()
    field = page.get_by_role("textbox", name=words.field)
    expect(field).to_be_focused()
    expect(page.get_by_role("button", name=words.unquote)).to_be_visible()
    page.get_by_role("button", name=words.emoji).click()
    find = page.get_by_role("searchbox", name=words.find)
    expect(find).to_be_focused()
    found = axe(page)
    find.fill(words.heart)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("gridcell", name=words.heart)).to_be_focused()
    page.keyboard.press("Enter")
    panel = page.locator("chat-panel").bounding_box()

    expect(field).to_have_value("❤️")
    assert [] == found
    assert words.direction == page.evaluate("() => document.documentElement.dir")
    assert panel is not None
    assert (panel["x"] < 100) == (words.direction == "rtl")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name=words.chat)).to_be_focused()
    person.close()


def test_arrows_among_emoji_go_as_lines_do(
    browser: Browser, abroad: tuple[Words, Newsdesk]
) -> None:
    """The next one stands to the left where lines run to the left."""
    words, newsdesk = abroad
    person = Person(browser, newsdesk.portal.url, locale=words.tag)
    page = person.page
    page.goto(HARBOUR)
    person.until("() => customElements.get('chat-launcher')")
    page.get_by_role("button", name=words.chat).click()
    page.get_by_role("button", name=words.emoji).click()
    expect(page.get_by_role("searchbox", name=words.find)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft" if words.direction == "rtl" else "ArrowRight")

    expect(page.get_by_role("gridcell").nth(1)).to_be_focused()
    person.close()
