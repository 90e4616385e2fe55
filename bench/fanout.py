"""How fast a count reaches a thousand screens, and what an idle reader costs.

    python bench/fanout.py [--sockets 1000] [--idle 5000] [--seconds 3] [--runs 3]

Three servers, one after the other in each run: the *floor* (a ready frame, `transport.write`,
nothing else), *portal* (endpoint and hub as they are served) and *naive* (uvicorn's own websocket
class under Starlette, `await websocket.send_text()` in a loop). Only the ratios mean anything on
another machine; what is compared is deliveries in a second of the server's processor time.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
KINDS = ("floor", "portal", "naive")
TURNS = (1, 16)
"""Frames published in one turn of the loop: one is a count, sixteen is a busy conversation."""


class Child:
    """A process that answers lines with lines."""

    def __init__(self, module: str, *arguments: str, core: int) -> None:
        cores = sorted(os.sched_getaffinity(0))

        def pin() -> None:
            os.sched_setaffinity(0, {cores[core % len(cores)]})

        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=pin,
        )

    def hear(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.process.args} ended early")
        return line.strip()

    def ask(self, line: str) -> Any:
        self.say(line)
        return json.loads(self.hear())

    def say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def resident_kib(self) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


def fan_out(kind: str, sockets: int, seconds: float) -> dict[int, dict[str, float]]:
    """Return deliveries a processor second and a second, for each number of frames a turn."""
    server = Child("bench.sockets.server", kind, core=0)
    readers = Child("bench.sockets.readers", server.hear(), str(sockets), core=1)
    readers.hear()
    server.ask("0.3 1")  # warm
    readers.ask("count")
    found = {}
    for frames in TURNS:
        made = server.ask(f"{seconds} {frames}")
        got = readers.ask("count")
        found[frames] = {
            "per_cpu": got["frames"] / made["cpu"],
            "per_second": got["frames"] / seconds,
            "skipped": 1 - got["frames"] / made["told"],
            "readers": got["share"],
        }
    readers.end()
    server.end()
    return found


def idle(kind: str, sockets: int) -> float:
    """Return KiB of resident memory a socket that says and hears nothing."""
    server = Child("bench.sockets.server", kind, core=0)
    port = server.hear()
    before = server.resident_kib()
    readers = Child("bench.sockets.readers", port, str(sockets), core=1)
    readers.hear()
    time.sleep(0.5)
    taken = (server.resident_kib() - before) / sockets
    readers.end()
    server.end()
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sockets", type=int, default=1000)
    parser.add_argument("--idle", type=int, default=5000)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    runs = [
        {kind: fan_out(kind, asked.sockets, asked.seconds) for kind in KINDS}
        for _ in range(asked.runs)
    ]

    def median(kind: str, frames: int, what: str) -> float:
        return statistics.median(run[kind][frames][what] for run in runs)

    heads = ("/cpu-s", "/s", "x naive", "x floor", "skipped", "readers")
    for frames in TURNS:
        what = f"Fan-out to {asked.sockets} sockets, {frames} frame(s) a turn"
        print(f"\n{what}, median of {asked.runs}")
        print(f"{'server':8} {heads[0]:>10} {heads[1]:>10}", *(f"{head:>8}" for head in heads[2:]))
        for kind in KINDS:
            rate = median(kind, frames, "per_cpu")
            print(
                f"{kind:8} {rate:10,.0f} {median(kind, frames, 'per_second'):10,.0f}"
                f" {rate / median('naive', frames, 'per_cpu'):8.2f}"
                f" {rate / median('floor', frames, 'per_cpu'):8.2f}"
                f" {median(kind, frames, 'skipped'):8.1%} {median(kind, frames, 'readers'):8.2f}"
            )
    if asked.idle:
        memory = {kind: idle(kind, asked.idle) for kind in ("portal", "naive")}
        print(f"\nMemory of an idle socket at {asked.idle}")
        for kind, taken in memory.items():
            print(f"{kind:8} {taken:10.1f} KiB {taken / memory['naive']:8.2f} x naive")


if __name__ == "__main__":
    main()
