"""Languages: a page's words, and how it writes numbers, dates and hours.

What templates and pages say stands in them in English. Every other language is one catalogue,
`portal/locale/<tag>.po`, read at the start and never compiled to a file; what a catalogue lacks is
said in English. How numbers and dates are written comes from CLDR, through Babel.

A language is asked for by its tag, and falls back: `zh-CN` is served by `zh-CN.po`, `zh` and
`zh-SG` by it too, and a language without a catalogue by English words and its own dates.
"""

import gettext
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time, get_datetime_format
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from portal.clock import moment

FOLDER: Final = Path(__file__).parent.parent / "locale"
SOURCE: Final = "en"
"""The language the words stand in where they are used."""
PLAIN_ENGLISH: Final = "en_GB"
"""`en` says no country; the house writes 7 June 2024 and 16:30."""
DIGITS: Final = {
    "arab": "٠١٢٣٤٥٦٧٨٩",
    "arabext": "۰۱۲۳۴۵۶۷۸۹",
    "beng": "০১২৩৪৫৬৭৮৯",
    "deva": "०१२३४५६७८९",
    "mymr": "၀၁၂၃၄၅၆၇၈၉",
}
"""Babel knows which digits a language writes by default, and does not write them."""


class Language:
    """One language of the site, for the life of the process."""

    def __init__(self, tag: str, zone: ZoneInfo) -> None:
        """Read its catalogue, where there is one.

        Args:
            tag: as the setting has it: `zh-CN`.
            zone: the site's, for days and hours.
        """
        self.tag = tag
        self._zone = zone
        self._locale = _locale(tag)
        self._words = _words(tag)
        digits = DIGITS.get(self._locale.default_numbering_system, "0123456789")
        self._digits = str.maketrans("0123456789", digits)

    @property
    def segment(self) -> str:
        """The tag as addresses write it: `zh-cn`."""
        return self.tag.lower()

    @property
    def direction(self) -> str:
        """Which way it runs: "ltr" or "rtl"."""
        return "rtl" if self._locale.character_order == "right-to-left" else "ltr"

    @property
    def own_name(self) -> str:
        """What it calls itself: `English`, `中文`, `العربية`."""
        name = self._locale.get_language_name(self._locale) or self.tag
        return name[:1].upper() + name[1:]

    @property
    def territory(self) -> str:
        """Language and country as Open Graph writes them: `zh_CN`; `en_GB` where none is said."""
        if self._locale.territory:
            return f"{self._locale.language}_{self._locale.territory}"
        return self._locale.language

    def gettext(self, words: str) -> str:
        """Return `words` in this language."""
        return self._words.gettext(words)

    def ngettext(self, one: str, many: str, number: int) -> str:
        """Return the words that go with `number` in this language."""
        return self._words.ngettext(one, many, number)

    def pgettext(self, context: str, words: str) -> str:
        """Return `words` as they are said in a context."""
        return self._words.pgettext(context, words)

    def npgettext(self, context: str, one: str, many: str, number: int) -> str:
        """Return the words that go with `number` in a context."""
        return self._words.npgettext(context, one, many, number)

    def number(self, value: int) -> str:
        """Write 1234567 as 1,234,567."""
        written = format_decimal(value, locale=self._locale, numbering_system="default")
        return written.translate(self._digits)

    def day(self, at: int) -> str:
        """Write milliseconds UTC as 7 June 2024."""
        return format_date(self._local(at), "long", self._locale).translate(self._digits)

    def short_day(self, at: int) -> str:
        """Write milliseconds UTC as 7 Jun 2024."""
        return self._skeleton("yMMMd", self._local(at))

    def daytime(self, at: int) -> str:
        """Write milliseconds UTC as 7 June 2024, 09:30; without the hour at midnight."""
        local = self._local(at)
        if (local.hour, local.minute) == (0, 0):
            return self.day(at)
        hour = format_time(local, "short", locale=self._locale).translate(self._digits)
        joined = get_datetime_format("medium", locale=self._locale)
        return str(joined).replace("{1}", self.day(at)).replace("{0}", hour)

    def month(self, month: int) -> str:
        """Return a month's name as it stands alone: `June`, from 1."""
        return str(self._locale.months["stand-alone"]["wide"][month])

    def month_of(self, year: int, month: int) -> str:
        """Write a month with its year: `June 2024`."""
        return self._skeleton("yMMMM", datetime(year, month, 1, tzinfo=self._zone))

    def year(self, year: int) -> str:
        """Write a year: `2024`, `2024年`."""
        return self._skeleton("y", datetime(year, 1, 1, tzinfo=self._zone))

    def _skeleton(self, skeleton: str, local: datetime) -> str:
        written = format_skeleton(skeleton, local, locale=self._locale)
        return written.translate(self._digits)

    def _local(self, at: int) -> datetime:
        return moment(at).astimezone(self._zone)


def to_translate(words: str) -> str:
    """Mark words for the catalogues that are looked up where they are shown."""
    return words


@cache
def language(tag: str, zone: ZoneInfo) -> Language:
    """Return a language, its catalogue read once a process."""
    return Language(tag, zone)


def catalogue(tag: str) -> Path | None:
    """Return the catalogue that serves `tag`; None: English words do."""
    if tag.lower().partition("-")[0] == SOURCE:
        return None
    known = {path.stem.lower(): path for path in sorted(FOLDER.glob("*.po"))}
    parts = tag.lower().split("-")
    for length in range(len(parts), 0, -1):
        exact = known.get("-".join(parts[:length]))
        if exact is not None:
            return exact
    near = (path for name, path in known.items() if name.partition("-")[0] == parts[0])
    return next(near, None)


def _words(tag: str) -> gettext.NullTranslations:
    path = catalogue(tag)
    if path is None:
        return gettext.NullTranslations()
    with path.open("rb") as file:
        read = read_po(file, locale=_locale(path.stem), abort_invalid=True)
    made = BytesIO()
    write_mo(made, read)
    made.seek(0)
    return gettext.GNUTranslations(made)


def _locale(tag: str) -> Locale:
    """Return what CLDR knows of a language, or of the one it is a kind of."""
    if tag.lower() == SOURCE:
        return Locale.parse(PLAIN_ENGLISH)
    parts = tag.split("-")
    for length in range(len(parts), 0, -1):
        try:
            return Locale.parse("-".join(parts[:length]), sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse(PLAIN_ENGLISH)
