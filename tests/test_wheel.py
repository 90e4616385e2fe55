"""The wheel: it carries everything, and serves from an empty environment in another folder."""

import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.support.servers import Portal

TREE = Path(__file__).parent.parent


@pytest.mark.slow
def test_the_wheel_serves_from_an_empty_environment(tmp_path: Path) -> None:
    """Built, installed into an empty venv and started elsewhere, it shows its pages and files."""
    dist = tmp_path / "dist"
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", dist, TREE],
        check=True,
        capture_output=True,
    )
    (wheel,) = dist.glob("*.whl")
    home = tmp_path / "venv"
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"
    subprocess.run(
        [
            *(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--constraint", TREE / "constraints.txt", wheel),
        ],
        check=True,
        capture_output=True,
    )

    script = """
import sys, pathlib
sys.path[:] = [p for p in sys.path if p != sys.argv[1]]
import portal, portal.packed
assert sys.argv[1] not in str(pathlib.Path(portal.__file__)), portal.__file__
print(portal.packed.build())
"""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    build = subprocess.run(
        [python, "-c", script, TREE], cwd=elsewhere, check=True, capture_output=True, text=True
    ).stdout.strip()
    server = Portal(elsewhere / "data", python=str(python), folder=elsewhere).start()
    try:
        paths = ("/readyz", "/staff/sign-in", f"/static/{build}/css/tokens.css", "/")
        pages = [server.get(path) for path in paths]
    finally:
        server.stop()

    assert [page[0] for page in pages] == [200, 200, 200, 200]
    assert b"Sign in" in pages[1][2]
    assert b"--color-" in pages[2][2]
