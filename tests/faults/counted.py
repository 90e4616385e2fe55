"""What is counted: condition C12, on views, what screens were told of them, and the tables."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.faults.history import CALM_SECONDS, Call, History, Violation
from tests.faults.record import Event

RIGHT_SECONDS = 2.0
"""Promise 7: so long after the last counted view the numbers are right."""
WINDOW_SECONDS = 1800.0


@dataclass
class Views:
    """The views of one article. Moments are in order."""

    base: int = 0
    attempted: list[float] = field(default_factory=list)
    """When each view was asked for that counted or may have."""
    counted: list[float] = field(default_factory=list)
    """When each `counted: true` came."""

    @property
    def least(self) -> int:
        return self.base + len(self.counted)

    @property
    def most(self) -> int:
        return self.base + len(self.attempted)


def counts_are_right(history: History) -> Iterator[Violation]:
    """C12: what a screen is told lies between acked and attempted and never falls; in the end it
    is what was accepted."""
    views = _views(history)
    yield from _screens(history, views)
    yield from _final(history, views)
    yield from _once_a_reader(history)


def _views(history: History) -> dict[int, Views]:
    views: dict[int, Views] = defaultdict(Views)
    for article, clicks in history.before.clicks.items():
        views[article].base = clicks
    first: dict[tuple[str, int], Call] = {}
    for call in history.calls.values():
        if call.op != "audience.view" or call.refused:
            continue
        article = call.asked["article"]
        if call.ok and call.answer["counted"]:
            views[article].counted.append(call.ended_at)
        elif call.ok:
            continue
        # Asked again after an unknown outcome a tab is still one click, unless it was forgotten.
        key = (_tab(call), article)
        if key[0] and key in first and not _forgot_between(history, first[key], call):
            continue
        first.setdefault(key, call)
        views[article].attempted.append(call.invoked.at)
    for found in views.values():
        found.attempted.sort()
        found.counted.sort()
    return views


def _tab(call: Call) -> str:
    found: str = call.link.opened.fields.get("tab", "")
    return found


def _forgot_between(history: History, first: Call, again: Call) -> bool:
    """Say whether Redis may have forgotten a reader between two views, or the window was over."""
    if again.invoked.at - first.ended_at > WINDOW_SECONDS:
        return True
    return any(
        fault.forgets and fault.begun.at <= again.ended_at and fault.healed_at >= first.invoked.at
        for fault in history.faults.values()
    )


def _screens(history: History, views: dict[int, Views]) -> Iterator[Violation]:
    for link in history.links.values():
        told: dict[int, list[tuple[float, int, Event]]] = defaultdict(list)
        for event in link.events:
            if event.kind == "received" and event.op == "audience.counts":
                for article, numbers in event.fields["counts"].items():
                    told[int(article)].append((event.at, numbers["clicks"], event))
        until = min(link.closed_at, history.end)
        for article, shown in told.items():
            yield from _one_screen(history, link.client, article, shown, until, views[article])


def _one_screen(
    history: History,
    client: str,
    article: int,
    shown: list[tuple[float, int, Event]],
    until: float,
    views: Views,
) -> Iterator[Violation]:
    before: tuple[float, int, Event] | None = None
    for at, clicks, event in shown:
        if before is not None and clicks < before[1]:
            sentence = f"{client}: article {article} fell from {before[1]} to {clicks}"
            yield Violation("C12", sentence, (before[2], event))
        most = views.base + bisect_right(views.attempted, at)
        if clicks > most:
            sentence = f"{client}: article {article} shows {clicks}, at most {most} were asked for"
            yield Violation("C12", sentence, (event,))
        before = (at, clicks, event)
    moments = [at for at, _, _ in shown]
    for number, counted in enumerate(views.counted, views.base + 1):
        since = max(counted, moments[0])
        due = since + RIGHT_SECONDS
        if history.active(since - CALM_SECONDS, due):  # it may stand still, and then catches up
            due = history.calm_from(since) + CALM_SECONDS
        if due > until:
            continue
        _, clicks, event = shown[bisect_right(moments, due) - 1]
        if clicks < number:
            sentence = (
                f"{client}: article {article} shows {clicks} at {due:.3f}, {number} were told"
            )
            yield Violation("C12", sentence, (event,))
            return


def _final(history: History, views: dict[int, Views]) -> Iterator[Violation]:
    for article, found in views.items():
        clicks = history.tables.clicks.get(article, 0)
        if not found.least <= clicks <= found.most:
            wanted = str(found.least)
            if found.most > found.least:
                wanted += f" to {found.most}"
            sentence = f"article {article} has {clicks} clicks in the end, accepted were {wanted}"
            yield Violation("C12", sentence)
    for article, clicks in history.tables.clicks.items():
        hours = history.tables.hours.get(article, 0)
        if hours != clicks:
            sentence = f"article {article} has {clicks} clicks, its hours have {hours}"
            yield Violation("C12", sentence)


def _once_a_reader(history: History) -> Iterator[Violation]:
    last: dict[tuple[str, int], Call] = {}
    for call in sorted(history.calls.values(), key=lambda each: each.ended_at):
        if call.op != "audience.view" or not call.ok or not call.answer["counted"]:
            continue
        key = (_tab(call), call.asked["article"])
        first = last.get(key)
        last[key] = call
        if key[0] and first is not None and not _forgot_between(history, first, call):
            sentence = f"article {key[1]} counted the tab {key[0]} twice"
            yield Violation("C12", sentence, (*first.events, *call.events))
