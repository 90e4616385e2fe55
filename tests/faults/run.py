"""The fault suite: plays scenarios by seed on real nodes and prints what came of it.

    python -m tests.faults.run [--seeds 1,2,3] [--database sqlite|postgresql|both]
                               [--scenario NAME,…] [--keep FOLDER] [--write docs/reliability.md]

Returns 0 when every run was valid and clean.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.faults.play import Result, perform
from tests.faults.scenarios import SCENARIOS
from tests.faults.world import Kind, World

KINDS: tuple[Kind, ...] = ("sqlite", "postgresql")


async def run(
    kinds: Sequence[Kind], names: Sequence[str], seeds: Sequence[int], keep: Path | None
) -> list[Result]:
    """Play scenarios; one world for all of one database, mended between them."""
    results: list[Result] = []
    for kind in kinds:
        with tempfile.TemporaryDirectory(
            prefix="portal-faults-", ignore_cleanup_errors=True
        ) as folder:
            world = World(kind, Path(folder), seed=seeds[0])
            try:
                await world.open()
                for name in names:
                    for seed in seeds:
                        if kind not in SCENARIOS[name].kinds:
                            continue
                        began = time.monotonic()
                        kept = keep / f"{name}-{kind}-{seed}" if keep else None
                        result = await perform(world, SCENARIOS[name], seed, kept)
                        results.append(result)
                        print(f"{result}\n  took {time.monotonic() - began:.1f} s", flush=True)
            finally:
                await world.close()
                if keep is not None:
                    for node in world.nodes:
                        (keep / f"{kind}-{node.name}.log").write_text(node.portal.log)
    return results


def main(arguments: Sequence[str]) -> int:
    """Read the command line, run, and say how it went."""
    reads = argparse.ArgumentParser(prog="python -m tests.faults.run", description=__doc__)
    reads.add_argument("--seeds", default="1,2,3")
    reads.add_argument("--database", choices=[*KINDS, "both"], default="both")
    reads.add_argument("--scenario", default=",".join(SCENARIOS))
    reads.add_argument("--keep", type=Path)
    given = reads.parse_args(arguments)
    kinds = KINDS if given.database == "both" else (given.database,)
    seeds = [int(each) for each in given.seeds.split(",")]
    if given.keep:
        given.keep.mkdir(parents=True, exist_ok=True)
    results = asyncio.run(run(kinds, given.scenario.split(","), seeds, given.keep))
    return 0 if all(result.clean for result in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
