"""Languages: words, numbers, days and hours as each writes them."""

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from portal.clock import HOUR
from portal.web.languages import FOLDER, catalogue, language
from portal.web.templates import iso

UTC = ZoneInfo("UTC")
ENGLISH = language("en", UTC)
MIDNIGHT = 1_717_718_400_000
"""2024-06-07T00:00:00Z"""


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (119, "119"), (1234, "1,234"), (9_007_199_254_740_991, "9,007,199,254,740,991")],
)
def test_numbers_are_grouped(value: int, shown: str) -> None:
    """By thousands, up to the largest a browser can count."""
    assert ENGLISH.number(value) == shown


def test_a_day_s_midnight_has_no_hour() -> None:
    """What was dated by day only does not pretend to know the hour."""
    new_york = language("en", ZoneInfo("America/New_York"))

    assert ENGLISH.short_day(MIDNIGHT) == "7 Jun 2024"
    assert ENGLISH.daytime(MIDNIGHT) == ENGLISH.day(MIDNIGHT) == "7 June 2024"
    assert iso(MIDNIGHT) == "2024-06-07T00:00:00Z"
    assert new_york.daytime(MIDNIGHT) == "6 June 2024, 20:00"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "لا مقالات"),
        (1, "مقال واحد"),
        (2, "مقالان"),
        (3, "3 مقالات"),
        (11, "11 مقالًا"),
        (100, "100 مقال"),
    ],
)
def test_a_plural_is_what_the_language_has(number: int, said: str) -> None:
    """Arabic has six; Chinese has one."""
    arabic, chinese = language("ar", UTC), language("zh-CN", UTC)
    words = ("%(count)s article", "%(count)s articles", number)

    assert arabic.ngettext(*words) % {"count": arabic.number(number)} == said
    assert chinese.ngettext(*words) % {"count": number} == f"{number} 篇文章"


@pytest.mark.parametrize(
    ("tag", "day", "short", "daytime", "month", "own_name", "direction"),
    [
        ("en", "7 June 2024", "7 Jun 2024", "7 June 2024, 18:30", "June 2024", "English", "ltr"),
        (
            *("zh-CN", "2024年6月7日", "2024年6月7日", "2024年6月7日 18:30"),
            *("2024年6月", "中文", "ltr"),
        ),
        (
            *("ar", "7 يونيو 2024", "7 يونيو 2024", "7 يونيو 2024، 6:30 م"),
            *("يونيو 2024", "العربية", "rtl"),
        ),
    ],
)
def test_each_language_writes_days_and_hours_in_its_way(
    *, tag: str, day: str, short: str, daytime: str, month: str, own_name: str, direction: str
) -> None:
    """In the site's zone; and knows its own name and its direction."""
    spoken = language(tag, ZoneInfo("Asia/Shanghai"))
    at = MIDNIGHT + 10 * HOUR + HOUR // 2

    assert (spoken.day(at), spoken.short_day(at)) == (day, short)
    assert spoken.daytime(at) == daytime
    assert spoken.month_of(2024, 6) == month
    assert (spoken.own_name, spoken.direction) == (own_name, direction)


@pytest.mark.parametrize(
    ("tag", "catalogue_of", "digits"),
    [
        ("en-US", None, "1,234"),
        ("zh", "zh-CN", "1,234"),
        ("zh-TW", "zh-CN", "1,234"),
        ("ar-EG", "ar", "١٬٢٣٤"),
        ("fa", None, "۱٬۲۳۴"),
        ("xx-unheard", None, "1,234"),
    ],
)
def test_a_language_without_a_catalogue_of_its_own_takes_the_nearest(
    tag: str, catalogue_of: str | None, digits: str
) -> None:
    """Else English words; its numbers are its own all the same."""
    found = catalogue(tag)

    assert (found.stem if found else None) == catalogue_of
    assert language(tag, UTC).number(1_234) == digits


CATALOGUES = sorted(FOLDER.glob("*.po"))
PLACE = re.compile(r"%\(\w+\)s")


def said() -> Catalog:
    """Return everything that templates and pages say to readers."""
    with (FOLDER / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    gathered = Catalog()
    words = {**DEFAULT_KEYWORDS, "to_translate": None}
    root = FOLDER.parent.parent
    for found in extract_from_dir(root, method_map=methods, options_map=options, keywords=words):
        gathered.add(found[2], context=found[4])
    return gathered


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_catalogue_says_all_that_is_said_and_nothing_else(path: Path) -> None:
    """Every word a reader sees is translated, none twice, and none that nobody says any more."""
    with path.open("rb") as file:
        catalogue = read_po(file)
    there = {(each.context, each.id) for each in said() if each.id}
    translated = {(each.context, each.id) for each in catalogue if each.id}
    empty = [each.id for each in catalogue if each.id and not all(_forms(each))]

    assert translated - there == set()
    assert there - translated == set()
    assert empty == []
    assert not any(each.fuzzy for each in catalogue if each.id)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_translation_fills_in_what_the_words_do(path: Path) -> None:
    """Placeholders and tags are the same; only a plural form may say its number in words."""
    with path.open("rb") as file:
        catalogue = read_po(file)

    for each in catalogue:
        if isinstance(each.id, str):
            assert _places(str(each.string)) == _places(each.id), each.id
        else:
            full = _places(each.id[1])
            assert all(_places(form) <= full for form in _forms(each)), each.id
            assert _places(_forms(each)[-1]) == full, each.id


def _forms(message: Message) -> list[str]:
    said = message.string or ""
    return [said] if isinstance(said, str) else list(said)


def _places(words: str) -> set[str]:
    return set(PLACE.findall(words))
