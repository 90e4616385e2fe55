"""Templates: a context in, a page out; unknown names are errors and text stays text."""

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import jinja2
import pytest

from portal.packed import build
from portal.web import templates
from portal.web.templates import Templates, static, url

NOON = 1_717_754_400_000
"""2024-06-07T10:00:00Z"""


@dataclass
class Page:
    """A page's context."""

    text: str = ""
    at: int = NOON


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for a test's own templates."""
    monkeypatch.setattr(templates, "folder", lambda name: tmp_path)
    return tmp_path


def rendered(shelf: Path, source: str, page: Page | None = None) -> str:
    (shelf / "page.html").write_text(source)
    made = Templates(site_url="https://news.example", zone=ZoneInfo("Europe/Berlin"))
    return made.render("page.html", page or Page())


def test_text_is_never_markup(shelf: Path) -> None:
    """What a person typed is escaped, in text and in attributes."""
    page = Page(text="<script>'\"&")

    assert (
        rendered(shelf, '<p title="{{ text }}">{{ text }}</p>', page)
        == '<p title="&lt;script&gt;&#39;&#34;&amp;">&lt;script&gt;&#39;&#34;&amp;</p>'
    )


def test_a_name_the_context_lacks_is_an_error(shelf: Path) -> None:
    """A page and its context know each other."""
    with pytest.raises(jinja2.UndefinedError):
        rendered(shelf, "{{ titel }}")


def test_links_are_made_of_our_own_address(shelf: Path) -> None:
    """Paths are escaped, and the absolute ones begin with the site's address."""
    made = rendered(
        shelf, "{{ absolute('/a b') }} {{ url('\u00fcber/') }} {{ static('css/a.css') }}"
    )

    assert made == (f"https://news.example/a%20b /%C3%BCber/ /static/{build()}/css/a.css")


def test_times_are_shown_in_the_site_s_zone(shelf: Path) -> None:
    """A machine's time is UTC, a person's is the zone's."""
    made = rendered(shelf, "{{ at|iso }} | {{ at|day }} | {{ at|daytime }}")

    assert made == "2024-06-07T10:00:00Z | 7 June 2024 | 7 June 2024, 12:00"


@pytest.mark.parametrize(
    ("path", "link"),
    [
        ("/", "/"),
        ("news/", "/news/"),
        ("//evil.example/", "/evil.example/"),
        ("/\\evil.example", "/%5Cevil.example"),
        ("javascript:alert(1)", "/javascript:alert%281%29"),
        ('/"><script>', "/%22%3E%3Cscript%3E"),
        ("/\u6d77\u6e2f", "/%E6%B5%B7%E6%B8%AF"),
    ],
)
def test_a_link_stays_on_the_site(path: str, link: str) -> None:
    """Whatever a path says, its link begins with one slash."""
    assert url(path) == link


def test_static_files_live_under_their_build() -> None:
    """So that they may be kept for ever."""
    assert static("js/page.js") == f"/static/{build()}/js/page.js"


def test_every_template_compiles() -> None:
    """A slip in a rarely shown page is found here."""
    made = Templates(site_url="https://news.example", zone=ZoneInfo("UTC"))
    environment = made._environment

    names = environment.list_templates(extensions=["html"])
    for name in names:
        environment.get_template(name)

    assert "staff/sign-in.html" in names
