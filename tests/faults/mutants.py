"""The mutants: does the fault suite notice when the product is broken on purpose?

    python -m tests.faults.mutants [BUG …] [--seeds 1,2,3] [--keep FOLDER] [--list]

Each bug of `bugs` is put into a copy of the tree, and the fault suite plays its scenarios against
that copy, seed after seed, until one of them is not clean. First the copy is played as it is: what
is found there would be found in every mutant and would prove nothing. Returns 0 when every bug was
caught.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.faults.bug import Bug
from tests.faults.bugs import BUGS

ROOT = Path(__file__).parents[2]
NEEDED = ("portal", "static", "templates", "tests", "pyproject.toml")
LONGEST_SECONDS = 900.0


@dataclass(frozen=True)
class Run:
    """What one run of the suite against a copy came to."""

    scenario: str
    database: str
    seed: int
    seconds: float
    says: str
    found: tuple[str, ...]
    """Conditions that were broken, then how many problems the scenario itself has."""
    first: str

    @property
    def caught(self) -> bool:
        return self.says == "broken" or bool(self.found)


def mutate(bug: Bug | None, into: Path) -> None:
    """Copy the tree and put a bug into it.

    Raises:
        ValueError: the product no longer reads as the bug expects.
    """
    ignored = shutil.ignore_patterns("__pycache__", "artifacts", ".*")
    for name in NEEDED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, into / name, ignore=ignored)
        else:
            shutil.copy(source, into / name)
    for change in bug.changes if bug else ():
        change.apply(into)


def play(root: Path, scenario: str, database: str, seed: int, keep: Path | None = None) -> Run:
    """Play a scenario, named with its scale, against the product in `root`."""
    began = time.monotonic()
    scenario, _, scale = scenario.partition(":")
    command = [sys.executable, "-m", "tests.faults.run", "--database", database]
    command += ["--play", f"{scenario}:{seed}:{scale}"]
    command += ["--keep", str(keep)] if keep else []
    environ = {**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command,
            cwd=root,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LONGEST_SECONDS,
            check=False,
        )
        said = done.stdout
    except subprocess.TimeoutExpired as late:
        said = late.stdout.decode() if isinstance(late.stdout, bytes) else late.stdout or ""
    took = time.monotonic() - began
    says = re.search(r"seed -?\d+: (kept|broken|invalid)", said)
    broken = re.findall(r"^  (C\d+): (.*)$", said, re.M)
    problems = re.findall(r"^  problem: (.*)$", said, re.M)
    found = sorted({name for name, _ in broken}, key=lambda name: int(name[1:]))
    first = next((f"{name}: {words}" for name, words in broken), "")
    if says is None:  # the suite itself fell over, which proves nothing
        lines = said.strip().splitlines()[-3:]
        return Run(scenario, database, seed, took, "failed", (), " / ".join(lines))
    first = first or next(iter(problems), "")
    marks = (*found, *([f"{len(problems)} problems"] if problems else []))
    return Run(scenario, database, seed, took, says[1], marks, first)


def hunt(bug: Bug | None, seeds: Sequence[int], keep: Path | None = None) -> list[Run]:
    """Play the bug's scenarios until one notices; return all runs, the last one first."""
    runs: list[Run] = []
    with tempfile.TemporaryDirectory(prefix="portal-mutant-") as folder:
        mutate(bug, Path(folder))
        for scenario, database in _stages(bug):
            for seed in seeds:
                runs.insert(0, play(Path(folder), scenario, database, seed, keep))
                run = runs[0]
                print(f"    {scenario} on {database}, seed {seed}: {run.says}", end="")
                print(
                    f" {', '.join(run.found)} ({run.seconds:.0f} s) {run.first[:200]}", flush=True
                )
                if run.caught and bug is not None:
                    return runs
                if bug is None:
                    break
    return runs


def _stages(bug: Bug | None) -> Iterable[tuple[str, str]]:
    if bug is not None:
        return [(scenario, bug.database) for scenario in bug.plays]
    return sorted({(scenario, b.database) for b in BUGS for scenario in b.plays})


def main(arguments: Sequence[str]) -> int:
    """Play all of it and print what caught what."""
    reads = argparse.ArgumentParser(prog="python -m tests.faults.mutants", description=__doc__)
    reads.add_argument("bugs", nargs="*", metavar="BUG")
    reads.add_argument("--seeds", default="1,2,3")
    reads.add_argument("--keep", type=Path, help="where records, tables and logs go, by bug")
    reads.add_argument("--list", action="store_true")
    given = reads.parse_args(arguments)
    names = {bug.name for bug in BUGS}
    if unknown := set(given.bugs) - names:
        reads.error(f"no such bug: {', '.join(sorted(unknown))}")
    chosen = [bug for bug in BUGS if not given.bugs or bug.name in given.bugs]
    if given.list:
        print("\n".join(f"{bug.name:28} {bug.sentence}" for bug in BUGS))
        return 0
    seeds = [int(each) for each in given.seeds.split(",")]
    clean = True
    if not given.bugs:
        print("as it is", flush=True)
        keep = given.keep.absolute() / "as-it-is" if given.keep else None
        clean = not any(run.caught or run.says != "kept" for run in hunt(None, seeds, keep))
    rows = []
    for bug in chosen:
        print(f"{bug.name}: {bug.sentence}", flush=True)
        keep = given.keep.absolute() / bug.name if given.keep else None
        try:
            rows.append((bug, hunt(bug, seeds, keep)[0]))
        except ValueError as unfit:
            print(f"    {unfit}")
            rows.append((bug, Run("-", "-", 0, 0.0, "does not fit", (), str(unfit))))
    print("\n| bug | what it does | caught by | in |\n|---|---|---|---|")
    for bug, run in rows:
        by = ", ".join(run.found) if run.caught else "**nothing**"
        where = f"{run.scenario} on {run.database}, seed {run.seed}"
        print(f"| {bug.name} | {bug.sentence} | {by} | {where} |")
    missed = [bug.name for bug, run in rows if not run.caught]
    print(f"\n{len(rows) - len(missed)} of {len(rows)} caught")
    if not clean:
        print("the product as it is is not clean; what caught a bug may not have been the bug")
    return 0 if clean and not missed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
