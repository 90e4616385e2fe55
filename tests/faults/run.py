"""The fault suite: plays scenarios by seed on real nodes and prints what came of it.

    python -m tests.faults.run [--seeds 1,2,3] [--database sqlite|postgresql|both]
                               [--scenario NAME,…] [--keep FOLDER] [--write docs/reliability.md]

Returns 0 when all of it was played and every run was valid and clean. A run that was not is kept in
`--keep`: its record and tables can be judged again with `python -m tests.faults.checker`, and its
seed belongs into `seeds.toml`. The page is written by a run of every scenario on both databases to
its end, and by no other: its table would show less than it says.
"""

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.faults.play import Result, Scenario, perform
from tests.faults.report import page, write
from tests.faults.scenarios.table import SCENARIOS
from tests.faults.world import Kind, World

KINDS: tuple[Kind, ...] = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Run:
    """One scenario with one seed, and how much of it."""

    scenario: Scenario
    seed: int
    scale: float

    @classmethod
    def read(cls, said: str) -> "Run":
        """Read `mixed:17:0.3`."""
        name, seed, scale = said.split(":")
        return cls(SCENARIOS[name], int(seed), float(scale))


def planned(names: Sequence[str], seeds: Sequence[int], scale: float) -> list[Run]:
    """Return every scenario with every seed; those that try every case anyway with one."""
    return [
        Run(SCENARIOS[name], seed, scale)
        for seed in seeds
        for name in names
        if seed == seeds[0] or not SCENARIOS[name].once
    ]


async def play(kind: Kind, runs: Iterable[Run], keep: Path | None, results: list[Result]) -> None:
    """Play runs in one world, which is mended between them; add what came of each."""
    with tempfile.TemporaryDirectory(prefix="portal-faults-", ignore_cleanup_errors=True) as folder:
        world = World(kind, Path(folder))
        try:
            await world.open()
            for run in runs:
                if kind not in run.scenario.kinds:
                    continue
                began = time.monotonic()
                kept = keep / f"{run.scenario.name}-{kind}-{run.seed}" if keep else None
                result = await perform(world, run.scenario, run.seed, kept, run.scale)
                results.append(result)
                print(f"{result}\n  took {time.monotonic() - began:.1f} s", flush=True)
        finally:
            await world.close()
            if keep is not None:
                for node in world.nodes:
                    (keep / f"{kind}-{node.name}.log").write_text(node.portal.log)


async def play_all(
    kinds: Sequence[Kind],
    runs: Sequence[Run],
    keep: Path | None,
    results: list[Result],
    *,
    together: bool,
) -> None:
    """Play them on each database, one after the other or, in half the time, both at once."""
    if together:
        await asyncio.gather(*(play(kind, runs, keep, results) for kind in kinds))
    else:
        for kind in kinds:
            await play(kind, runs, keep, results)


def main(arguments: Sequence[str]) -> int:
    """Read the command line, run, and say how it went."""
    reads = argparse.ArgumentParser(prog="python -m tests.faults.run")
    reads.add_argument("--seeds", default="1,2,3")
    reads.add_argument("--database", choices=[*KINDS, "both"], default="both")
    reads.add_argument("--scenario", default=",".join(SCENARIOS), help=", ".join(SCENARIOS))
    reads.add_argument("--play", help="SCENARIO:SEED:SCALE,… in place of the two before")
    reads.add_argument("--scale", type=float, default=1.0, help="how much of everything; 1 is all")
    reads.add_argument("--together", action="store_true", help="both databases at once")
    reads.add_argument("--keep", type=Path, help="where records, tables and logs go")
    reads.add_argument("--write", type=Path, help="a page with markers for the table")
    given = reads.parse_args(arguments)
    seeds = [int(each) for each in given.seeds.split(",")]
    runs = planned(given.scenario.split(","), seeds, given.scale)
    if given.play:
        runs = [Run.read(each) for each in given.play.split(",")]
    if given.keep:
        given.keep.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    kinds = KINDS if given.database == "both" else (given.database,)
    results: list[Result] = []
    interrupted = True
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # leaves no process behind either
    with suppress(KeyboardInterrupt):  # what was played is told all the same
        asyncio.run(play_all(kinds, runs, given.keep, results, together=given.together))
        interrupted = False
    text = page(results, time.monotonic() - began)
    print(text)
    if given.write:
        if missing := unshown(kinds, runs, interrupted=interrupted):
            print(f"{given.write} is not written: {missing}", file=sys.stderr)
        else:
            write(given.write, text)
    return 1 if failed(results, interrupted=interrupted) else 0


def unshown(kinds: Sequence[Kind], runs: Sequence[Run], *, interrupted: bool) -> str | None:
    """Return why the table of these runs would not show what its page says; None: it does."""
    if interrupted:
        return "the run was interrupted"
    if set(kinds) != set(KINDS):
        return f"only {', '.join(kinds)} was played"
    if left_out := set(SCENARIOS) - {run.scenario.name for run in runs}:
        return f"not played: {', '.join(sorted(left_out))}"
    if any(run.scale < 1 for run in runs):
        return "not all of every scenario was played"
    return None


def failed(results: Sequence[Result], *, interrupted: bool) -> bool:
    """Whether this proves less than that the promises are kept. Nothing played proves nothing."""
    return interrupted or not results or not all(result.clean for result in results)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
