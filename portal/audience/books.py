"""The books of the counts, as lines anybody can add up: written, and counted again from the file.

JSON, one object a line. `article` says what readers are shown; `hour` and `day` what came in that
time; `decision` what became of held clicks. The file alone tells why each number is what it is.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from portal.audience.account import Account

KINDS: Final = ("article", "hour", "day", "decision")
LINE_LONGEST: Final = 100_000


def written(account: Account) -> Iterator[str]:
    """Yield the lines of one article, each with its end."""
    head = {
        "kind": "article",
        "article": account.article,
        "title": account.title,
        "path": account.path,
        "shown": account.shown,
        "counted": account.counted,
        "released": account.released,
        "held": account.held,
        "discarded": account.discarded,
    }
    yield _line(head)
    for each in account.lines:
        yield _line(
            {
                "kind": each.span,
                "article": account.article,
                "at": each.at,
                "counted": each.counted,
                "released": each.released,
                "held": each.held,
                "discarded": each.discarded,
                "refused": dict(sorted(each.refused.items())),
            }
        )
    for decision in account.decisions:
        yield _line(
            {
                "kind": "decision",
                "article": account.article,
                "at": decision.at,
                "by": decision.by,
                "verdict": decision.verdict,
                "clicks": decision.clicks,
                "note": decision.note,
            }
        )


def _line(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"


@dataclass
class Recount:
    """What adding up a file came to.

    Attributes:
        articles: how many it tells of.
        shown: what readers are shown of all of them together, as recounted.
        wrong: a sentence for each number that does not add up.
    """

    articles: int = 0
    shown: int = 0
    wrong: list[str] = field(default_factory=list)


@dataclass
class _Sums:
    head: dict[str, Any] | None = None
    lines: Counter[str] = field(default_factory=Counter)
    decided: Counter[str] = field(default_factory=Counter)


def recount(lines: Iterable[str]) -> Recount:
    """Add a file up and compare every number it claims.

    Raises:
        ValueError: a line is none of ours; the message names it by its number.
    """
    articles: dict[int, _Sums] = {}
    for number, text in enumerate(lines, 1):
        if text.strip():
            _take(articles, number, text)
    found = Recount()
    for article, sums in articles.items():
        found.articles += 1
        found.wrong += [f"article {article}: {words}" for words in _compare(sums)]
        found.shown += sums.lines["counted"] + sums.lines["released"]
    return found


def _take(articles: dict[int, _Sums], number: int, text: str) -> None:
    try:
        if len(text) > LINE_LONGEST:
            raise ValueError("too long")
        row = json.loads(text)
        kind, sums = row["kind"], articles.setdefault(int(row["article"]), _Sums())
        if kind == "article":
            if sums.head is not None:
                raise ValueError("told twice")
            sums.head = {name: _count(row, name) for name in _CLAIMED}
        elif kind in ("hour", "day"):
            for name in ("counted", "released", "held", "discarded"):
                sums.lines[name] += _count(row, name)
        elif kind == "decision":
            sums.decided[str(row["verdict"])] += _count(row, "clicks")
        else:
            raise ValueError(f"unknown kind {kind!r}")
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"line {number} cannot be read: {error}") from None


_CLAIMED = ("shown", "counted", "released", "held", "discarded")


def _count(row: dict[str, Any], name: str) -> int:
    value = row[name]
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{name} is no number of clicks")
    return value


def _compare(sums: _Sums) -> Iterator[str]:
    if sums.head is None:
        yield "nothing says what is shown"
        return
    added = {**sums.lines, "shown": sums.lines["counted"] + sums.lines["released"]}
    for name in _CLAIMED:
        if sums.head[name] != added.get(name, 0):
            yield f"{name} {sums.head[name]}, its hours come to {added.get(name, 0)}"
    for name in ("released", "discarded"):
        if sums.decided[name] != sums.lines[name]:
            yield f"{name} by decisions {sums.decided[name]}, by hours {sums.lines[name]}"
