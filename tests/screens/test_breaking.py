"""What is breaking, on every page as it is served: whoever runs no script reads of it too."""

from portal.clock import HOUR
from portal.news.store.breaking import Breakings
from tests.screens.conftest import Newsroom

BAR = '<breaking-bar class="breaking"'


async def begin(newsroom: Newsroom, article: int) -> None:
    """Make an article breaking, and ring."""
    await Breakings(newsroom.db, newsroom.clock).begin(article, HOUR)
    newsroom.pages.receive(b"")


async def test_every_page_has_the_bar_but_the_story_s_own(newsroom: Newsroom) -> None:
    """A link with the title, in a region of its own; pages that were kept are made anew."""
    done = await newsroom.publish("flood", title="Flood & <storm>")
    await newsroom.publish("other")
    pages = ["/", "/news/", "/news/other", "/archive/", "/nothing-here"]
    before = [(await newsroom.get(path)).text for path in pages]
    await begin(newsroom, done.article_id)
    after = [(await newsroom.get(path)).text for path in pages]
    own = (await newsroom.get("/news/flood")).text

    assert [text for text in before if BAR in text] == []
    for text in after:
        assert text.count(BAR) == 1
        assert 'aria-label="Breaking news"' in text
        assert 'href="/news/flood">Flood &amp; &lt;storm&gt;</a>' in text.partition(BAR)[2]
        assert "css/breaking.css" in text
    assert BAR not in own
    assert "css/breaking.css" not in own


async def test_the_bar_goes_when_its_time_is_over(newsroom: Newsroom) -> None:
    """As soon as a node has seen so; and at once when it is ended by hand."""
    done = await newsroom.publish("flood")
    await begin(newsroom, done.article_id)
    on = (await newsroom.get("/")).text
    newsroom.clock.forward(HOUR)
    await newsroom.breaking.look()
    await newsroom.pages.look()
    over = (await newsroom.get("/")).text
    await begin(newsroom, done.article_id)
    again = (await newsroom.get("/")).text
    await Breakings(newsroom.db, newsroom.clock).end(done.article_id)
    newsroom.pages.receive(b"")
    ended = (await newsroom.get("/")).text

    assert [BAR in text for text in (on, over, again, ended)] == [True, False, True, False]


async def test_the_bar_follows_its_article(newsroom: Newsroom) -> None:
    """A new title stands there at once; withdrawn, there is none."""
    done = await newsroom.publish("flood")
    await begin(newsroom, done.article_id)
    await newsroom.publish("flood", of=done.article_id, title="The flood recedes")
    renamed = (await newsroom.get("/")).text
    await newsroom.articles.withdraw(done.article_id)
    newsroom.pages.receive(b"")
    gone = (await newsroom.get("/")).text

    assert "The flood recedes</a>" in renamed.partition(BAR)[2].partition("</breaking-bar>")[0]
    assert BAR not in gone
