"""What a reader waits for on a slow phone: the largest thing painted, what moves, what blocks.

    python -m bench.reading [--runs 5] [--lighthouse PATH]

A portal with the sample newsroom, and an installed Chromium with a processor four times as slow
and a line of 150 ms and 1.6 Mbit/s (what Lighthouse calls slow 4G), emulated by the browser
itself. Each load is a first one: nothing is kept from the one before. With the path of an
installed `lighthouse`, its four scores as well, on a phone and on a desk.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bench.pages import STORY, free_port, process, wait_for
from bench.pictures import ARGUMENTS

PAGES = {"front": "/", "category": "/news/", "article": STORY}
SLOWER = 4
RTT_MS = 150
DOWN_BITS, UP_BITS = 1_600_000, 750_000
SETTLES_MS = 3_000
"""After the page has loaded: what comes late may move things and block, too."""
LONG_TASK_MS = 50
"""What a task takes beyond that is blocking. Source: web.dev, "Total Blocking Time"."""
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
WATCH = """
window.seen = { lcp: 0, cls: 0, tasks: [] };
const watch = (type, heed) => new PerformanceObserver((list) => list.getEntries().forEach(heed))
  .observe({ type, buffered: true });
watch("largest-contentful-paint", (entry) => { seen.lcp = entry.startTime; });
watch("layout-shift", (entry) => { if (!entry.hadRecentInput) seen.cls += entry.value; });
watch("longtask", (entry) => seen.tasks.push([entry.startTime, entry.duration]));
"""
TOLD = """() => ({
  ...seen,
  fcp: performance.getEntriesByName("first-contentful-paint")[0].startTime,
  weights: performance.getEntriesByType("resource")
    .map((each) => [each.name, each.encodedBodySize]),
  page: performance.getEntriesByType("navigation")[0].encodedBodySize,
})"""


@dataclass(frozen=True)
class Load:
    """One first view."""

    lcp_ms: float
    cls: float
    blocked_ms: float
    bytes_without_pictures: int
    requests: int


def load(browser: Browser, url: str) -> Load:
    """Open a page as nobody has before, on a slow phone."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, device_scale_factor=2, is_mobile=True
    )
    page = context.new_page()
    page.add_init_script(WATCH)
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    line = {"downloadThroughput": DOWN_BITS / 8, "uploadThroughput": UP_BITS / 8}
    devtools.send("Network.emulateNetworkConditions", {"offline": False, "latency": RTT_MS, **line})
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(url, wait_until="load", timeout=60_000)
    page.wait_for_timeout(SETTLES_MS)
    told = page.evaluate(TOLD)
    context.close()
    after = [(start, took) for start, took in told["tasks"] if start >= told["fcp"]]
    return Load(
        lcp_ms=told["lcp"],
        cls=told["cls"],
        blocked_ms=sum(max(0.0, took - LONG_TASK_MS) for _, took in after),
        bytes_without_pictures=told["page"]
        + sum(size for name, size in told["weights"] if "/media/" not in name),
        requests=1 + len(told["weights"]),
    )


def scores(lighthouse: str, url: str, chromium: str, *how: str) -> Iterator[str]:
    """Ask Lighthouse; yield its scores, and what kept one from being 100."""
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "said.json"
        flags = " ".join(("--headless=new", *ARGUMENTS))
        subprocess.run(
            [
                *(lighthouse, url, "--quiet", "--output=json", f"--output-path={said}", *how),
                *(f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={flags}"),
            ],
            env={**os.environ, "CHROME_PATH": chromium},
            check=True,
        )
        report = json.loads(said.read_text())
    for name in CATEGORIES:
        found = report["categories"][name]
        asked = [each["id"] for each in found["auditRefs"] if each["weight"]]
        short = [each for each in asked if (report["audits"][each]["score"] or 0) < 1]
        short = [each for each in short if report["audits"][each]["score"] is not None]
        yield f"{name} {round(100 * found['score'])}" + (f" ({', '.join(short)})" if short else "")


def main() -> None:
    """Serve the sample newsroom, measure, and print a line a page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--lighthouse", help="where an installed lighthouse is")
    asked = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("there is no Chromium on this machine")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    demo = process("portal", "demo", "--port", str(port), "--workers", "1")
    with demo, sync_playwright() as driver:
        wait_for(f"{url}/readyz")
        browser = driver.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        for name, path in PAGES.items():
            loads = [load(browser, url + path) for _ in range(asked.runs)]
            print(
                f"{name}: LCP {statistics.median(each.lcp_ms for each in loads):.0f} ms, "
                f"CLS {max(each.cls for each in loads):.3f}, "
                f"blocked {statistics.median(each.blocked_ms for each in loads):.0f} ms, "
                f"{loads[0].bytes_without_pictures / 1000:.1f} KB without pictures "
                f"in {loads[0].requests} requests",
                flush=True,
            )
        browser.close()
        for name, path in PAGES.items() if asked.lighthouse else ():
            for device, how in (("phone", ()), ("desk", ("--preset=desktop",))):
                found = "; ".join(scores(asked.lighthouse, url + path, chromium, *how))
                print(f"{name}, {device}: {found}", flush=True)


if __name__ == "__main__":
    main()
