"""How a site looks: what `theme.toml` may say, and what is said when it cannot be meant."""

from pathlib import Path

import pytest

from portal.errors import Stopped
from portal.packed import folder
from portal.web.templates import check
from portal.web.theme import Theme, load

EXAMPLE = folder("sample") / "theme"


def themed(tmp_path: Path, text: str) -> Theme:
    (tmp_path / "theme.toml").write_text(text, encoding="utf-8")
    return load(None, tmp_path)


def test_without_a_theme_there_is_nothing(tmp_path: Path) -> None:
    """No sheet, no file, no link; the house's own bands."""
    assert load(None, tmp_path) == Theme()


def test_the_example_is_a_theme() -> None:
    """All of it: logo by day and night, two colours, faces, links."""
    theme = load(EXAMPLE / "theme.toml", Path("/nowhere"))
    sheet = theme.files[theme.sheet].content.decode()

    assert {"logo.svg", "logo-dark.svg", "site.css"} == set(theme.files)
    assert theme.logo_size == (188, 48)
    assert not theme.show_name
    assert "--raw-petrol: #7a1f3d;" in sheet
    assert "prefers-color-scheme: dark" in sheet
    assert "--font-headline: Georgia" in sheet
    assert ["Shop", "المتجر", "Shop"] == [theme.header[0].name(tag) for tag in ("en", "ar", "fr")]
    assert theme.bands[0] != Theme().bands[0]


def test_a_change_is_another_address(tmp_path: Path) -> None:
    """So that it may be kept for ever."""
    first = themed(tmp_path, 'colour = "#7a1f3d"')
    again = themed(tmp_path, 'colour = "#7a1f3d"')
    other = themed(tmp_path, 'colour = "#7a1f3e"')

    assert first.digest == again.digest != other.digest


def test_a_font_comes_along(tmp_path: Path) -> None:
    """As a file of the theme, shown once it is there."""
    (tmp_path / "Body.woff2").write_bytes(b"wOF2 and more")
    theme = themed(tmp_path, '[fonts]\ntext = "Body.woff2"')
    sheet = theme.files["site.css"].content.decode()

    assert theme.files["font-text.woff2"].media_type == "font/woff2"
    assert 'url("font-text.woff2")' in sheet
    assert "font-display: swap" in sheet


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("colour = 3", "colour: expected a colour like #00594f, got '3'"),
        ('accent = "red"', "accent: expected a colour like #00594f, got 'red'"),
        ("color = 3", "color: there is no such entry; there are accent, colour"),
        ('logo = "none.svg"', "logo: none.svg cannot be read"),
        ('logo = "../etc/passwd.svg"', "logo: expected a file beside theme.toml"),
        ('logo = "a.exe"', "logo: a.exe is none of .svg, .png, .webp"),
        ('logo = "flat.svg"', "logo: the drawing does not say its size"),
        ('logo = "no.png"', "logo: it is no picture"),
        ('show_name = "no"', "show_name: expected true or false"),
        ('fonts = "serif"', "fonts.: expected a table"),
        ('[fonts]\ntext = "comic"', "fonts.text: comic is none of .woff2"),
        ('[fonts]\ntext = "no.woff2"', "fonts.text: no.woff2 is no WOFF2 font"),
        ('[[header]]\nname = "A"\naddress = "javascript:x"', "header 1: expected an address"),
        ('[[footer]]\naddress = "/a"', "footer 1: expected name"),
        ("header = 3", "header: expected at most 12 links"),
        ("= 3", "theme.toml: "),
    ],
)
def test_what_cannot_be_meant_is_said_in_one_line(tmp_path: Path, text: str, reason: str) -> None:
    """With the file, the entry and what was expected."""
    (tmp_path / "flat.svg").write_text("<svg/>")
    (tmp_path / "no.png").write_text("no")
    (tmp_path / "no.woff2").write_text("no")

    with pytest.raises(Stopped) as stopped:
        themed(tmp_path, text)

    assert reason in str(stopped.value)
    assert "\n" not in str(stopped.value)


def test_a_theme_that_was_named_must_be_there(tmp_path: Path) -> None:
    """One in the data folder need not."""
    with pytest.raises(Stopped, match="cannot be read"):
        load(tmp_path / "none.toml", tmp_path)


def test_a_template_that_cannot_be_read_is_named_with_its_line(tmp_path: Path) -> None:
    """Before anybody is served; and so is a folder that is not there."""
    (tmp_path / "base.html").write_text("<p>\n{% if %}\n")

    with pytest.raises(Stopped, match=r"base\.html, line 2: "):
        check(tmp_path)
    with pytest.raises(Stopped, match="there is no folder"):
        check(tmp_path / "none")
    check(EXAMPLE / "templates")
