"""How fast the article page is, beside a bare `Response` of the same bytes.

    python bench/pages.py [--connections 8] [--seconds 3] [--runs 3]

A portal with the sample newsroom on one worker, and a bare Starlette application under the same
uvicorn that answers the very bytes the portal answered. Both run at once and are asked in turns,
so that whatever else the machine does meets both. Only the ratio means anything elsewhere.
"""

import argparse
import contextlib
import gzip
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
STORY = "/news/company-news/nato-plans-routes-for-moving-troops-across-europe"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2):
            return
        time.sleep(0.05)
    raise SystemExit(f"{url} does not answer")


@contextlib.contextmanager
def process(*arguments: str, asks: bool = False, **environ: str) -> Iterator[subprocess.Popen[str]]:
    """Run a Python module beside us, with everything it starts, until the block ends.

    Args:
        asks: its output is read here; a server's is not, and a full pipe would hold it up.
    """
    child = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE if asks else subprocess.DEVNULL,
        text=True,
        env={**os.environ, **environ},
        start_new_session=True,
    )
    try:
        yield child
    finally:
        child.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(15)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)


def ask(asker: "subprocess.Popen[str]", seconds: float) -> Any:
    assert asker.stdin is not None
    assert asker.stdout is not None
    asker.stdin.write(f"{seconds}\n")
    asker.stdin.flush()
    return json.loads(asker.stdout.readline())


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        data = {"PORTAL_DATA": f"{folder}/data"}
        subprocess.run(
            [sys.executable, "-m", "portal", "import", "markdown", "sample/newsroom"],
            cwd=ROOT,
            env={**os.environ, **data},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        portal, bare = free_port(), free_port()
        stack.enter_context(process("portal", "serve", "--port", str(portal), **data))
        wait_for(f"http://127.0.0.1:{portal}/readyz")
        page = urllib.request.Request(
            f"http://127.0.0.1:{portal}{STORY}", headers={"Accept-Encoding": "gzip"}
        )
        with urllib.request.urlopen(page, timeout=10) as answer:
            body = answer.read()
        file = Path(folder) / "page.gz"
        file.write_bytes(body)
        stack.enter_context(process("bench.http.bare", str(bare), STORY, str(file)))
        wait_for(f"http://127.0.0.1:{bare}{STORY}")
        askers = {}
        for name, port in (("portal", portal), ("bare", bare)):
            asker = stack.enter_context(
                process(*("bench.http.asker", str(port), STORY, str(asked.connections)), asks=True)
            )
            assert asker.stdout is not None
            asker.stdout.readline()
            ask(asker, 0.5)  # warm
            askers[name] = asker
        runs = [
            {name: ask(asker, asked.seconds) for name, asker in askers.items()}
            for _ in range(asked.runs)
        ]
    print(
        f"\nArticle page, {len(body):,} bytes gzip ({len(gzip.decompress(body)):,} plain), "
        f"{asked.connections} connections, median of {asked.runs}"
    )
    print(f"{'server':8} {'pages/s':>10} {'p50 ms':>8} {'p99 ms':>8} {'x bare':>8} {'asker':>8}")

    def median(name: str, what: str) -> float:
        return statistics.median(run[name][what] for run in runs)

    def rate(name: str) -> float:
        return statistics.median(run[name]["pages"] / run[name]["seconds"] for run in runs)

    for name in askers:
        print(
            f"{name:8} {rate(name):10,.0f} {median(name, 'p50'):8.2f} {median(name, 'p99'):8.2f}"
            f" {rate(name) / rate('bare'):8.2f} {median(name, 'share'):8.2f}"
        )
    print("asker: the load generator's own share of a core; near 1 it was the bottleneck itself")


if __name__ == "__main__":
    main()
