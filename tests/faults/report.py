"""The report: what all runs came to, one row a fault, as it stands in docs/reliability.md."""

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.faults.play import Result
from tests.faults.scenarios.table import ELSEWHERE, FAULTS, SCENARIOS

BEGIN, END = "<!-- faults: begin -->", "<!-- faults: end -->"
HEADINGS = (
    "fault",
    "scenarios",
    "runs",
    "seeds",
    "faults (fired)",
    "sends",
    "acked outside faults",
    "violations",
    "p99 ack outside / in faults",
)


@dataclass
class Tally:
    """What the runs of one scenario came to."""

    runs: int = 0
    seeds: set[int] = field(default_factory=set)
    faults: int = 0
    fired: int = 0
    races: int = 0
    sends: int = 0
    calm: int = 0
    calm_ok: int = 0
    violations: int = 0
    problems: int = 0
    invalid: int = 0
    calm_seconds: list[float] = field(default_factory=list)
    fault_seconds: list[float] = field(default_factory=list)

    def add(self, result: Result) -> None:
        """Count one run."""
        verdict, sums = result.verdict, result.sums
        self.runs += 1
        self.seeds.add(result.seed)
        self.faults += verdict.numbers["faults"]
        self.fired += verdict.numbers["fired"]
        self.races += verdict.numbers["races"]
        self.sends += verdict.numbers["sends"]
        self.violations += len(verdict.violations)
        self.problems += len(result.problems)
        self.invalid += bool(verdict.invalid)
        self.calm += sums.calm
        self.calm_ok += sums.calm_ok
        self.calm_seconds += sums.calm_seconds
        self.fault_seconds += sums.fault_seconds


def table(results: Sequence[Result]) -> str:
    """Return the table in Markdown, as it is printed and written."""
    lines = [_row(HEADINGS), _row(["---"] * len(HEADINGS))]
    for name, what in FAULTS.items():
        scenarios = [s for s in SCENARIOS.values() if name in s.covers]
        played = [r for r in results if name in r.scenario.covers]
        tally = Tally()
        for result in played:
            tally.add(result)
        lines.append(_row(_cells(name, what, [s.name for s in scenarios], tally)))
    return "\n".join(lines)


def _cells(name: str, what: str, scenarios: list[str], tally: Tally) -> Iterable[str]:
    title = f"{name}: {what}" if name.startswith("F") else what
    if not tally.runs:
        why = ELSEWHERE.get(name, "not played")
        return [title, ", ".join(scenarios) or "–", "0", "–", "–", "–", "–", "–", why]
    wrong = str(tally.violations)
    if tally.problems:
        wrong += f", {tally.problems} problems"
    if tally.invalid:
        wrong += f", {tally.invalid} invalid"
    faults = [f"{tally.faults} ({tally.fired:,})"] if tally.faults else []
    faults += [f"{tally.races:,} races"] if tally.races else []
    share = f"{tally.calm_ok} of {tally.calm}"
    return [
        title,
        ", ".join(scenarios),
        str(tally.runs),
        " ".join(map(str, sorted(tally.seeds))),
        ", ".join(faults),
        f"{tally.sends:,}",
        share,
        wrong,
        f"{_p99(tally.calm_seconds)} / {_p99(tally.fault_seconds)}",
    ]


def figures(results: Sequence[Result]) -> str:
    """Return what the scenarios measured, the worst of all runs, in Markdown."""
    worst: dict[tuple[str, str], dict[str, float]] = {}
    for result in results:
        for name, value in result.figures.items():
            found = worst.setdefault((result.scenario.name, name), {})
            found[result.kind] = max(value, found.get(result.kind, value))
    lines = [_row(("scenario", "measured, the largest of all runs", "SQLite", "PostgreSQL"))]
    lines.append(_row(["---"] * 4))
    for (scenario, name), by_kind in worst.items():
        shown = [_number(by_kind.get(kind)) for kind in ("sqlite", "postgresql")]
        lines.append(_row((scenario, name, *shown)))
    return "\n".join(lines)


def elsewhere() -> str:
    """Return what is proven beside this suite, or cannot be yet, in Markdown."""
    return "\n".join(f"- {name}, {FAULTS[name]}: {why}." for name, why in ELSEWHERE.items())


def page(results: Sequence[Result], seconds: float) -> str:
    """Return what goes between the markers."""
    kinds = sorted({result.kind for result in results})
    head = (
        f"{len(results)} runs on {' and '.join(kinds)}, {datetime.now(UTC):%Y-%m-%d}, "
        f"{seconds / 60:.0f} min, Python {platform.python_version()}, "
        f"{os.cpu_count()} processors."
    )
    return "\n\n".join([head, table(results), figures(results), elsewhere()])


def write(path: Path, text: str) -> None:
    """Put the report between the markers of a page.

    Raises:
        ValueError: it has none; nothing is written.
    """
    said = path.read_text(encoding="utf-8")
    if not 0 <= said.find(BEGIN) < said.find(END):
        raise ValueError(f"{path} has no {BEGIN} before an {END}")
    before, _, rest = said.partition(BEGIN)
    _, _, after = rest.partition(END)
    path.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")


def _p99(seconds: list[float]) -> str:
    if not seconds:
        return "–"
    found = sorted(seconds)
    return f"{found[min(len(found) - 1, int(len(found) * 0.99))] * 1000:.0f} ms"


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.0f}" if value == int(value) else f"{value:.2f}"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
