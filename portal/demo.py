"""The sample newsroom: a whole portal in a throw-away folder, to look at and to try.

The folder is made at the start and removed at the end; one that a killed demo left behind is
removed by the next.
"""

import logging
import multiprocessing
import os
import secrets
import shutil
import sys
import tempfile
import tomllib
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from portal import logs, office, serving
from portal.identity import Role
from portal.packed import folder
from portal.settings import Settings
from portal.staff.passwords import Passwords

SITE_NAME = "HiFred Technology Company Ltd"
SEED_STORY = "nato-plans-routes-for-moving-troops-across-europe"
PREFIX = "portal-demo-"
WORDS = str.split(
    "amber anchor aspen basin beacon birch breeze bridge canal cedar cinder clover cobalt copper "
    "coral crane delta ember fennel ferry fjord gravel harbor hazel heron indigo juniper kelp "
    "lantern linden marble meadow mistral nectar ochre orchard otter pebble pepper pine quartz "
    "quay raven reef relay river saffron sail signal silver spruce summit thistle tide timber "
    "tundra velvet violet walnut willow"
)


def run(settings: Settings, readers: int) -> None:
    """Serve the sample newsroom until told to stop."""
    logs.configure(logging.WARNING)
    _remove_leftovers()
    data = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    given = os.environ
    settings = replace(
        settings,
        demo=True,
        data=data,
        database_url=None,
        redis_url=None,
        site_name=settings.site_name if given.get("PORTAL_SITE_NAME") else SITE_NAME,
        drain_seconds=settings.drain_seconds if given.get("PORTAL_DRAIN_SECONDS") else 0,
    )
    password = "-".join(secrets.choice(WORDS) for _ in range(4)) + f"-{secrets.randbelow(90) + 10}"
    try:
        serving.serve(
            settings,
            prepare=lambda s: office.start(s, partial(_fill, password=password)),
            ready=partial(_ready, password=password, readers=readers),
        )
    finally:
        shutil.rmtree(data, ignore_errors=True)


async def _fill(desk: office.Office, password: str) -> None:
    report = await office.import_markdown(desk, folder("sample") / "newsroom")
    for problem in report.problems:
        click.echo(f"sample newsroom: {problem}", err=True)
    hashed = await Passwords().hash(password)
    for person in _staff():
        await desk.accounts.add(
            person["email"],
            person["name"],
            Role(person["role"]),
            title=person.get("title", ""),
            password_hash=hashed,
        )


def _staff() -> list[dict[str, str]]:
    read = tomllib.loads((folder("sample") / "staff.toml").read_text(encoding="utf-8"))
    people: list[dict[str, str]] = read["staff"]
    return people


def _ready(settings: Settings, password: str, readers: int) -> None:
    if readers:
        _send_readers(settings.site_url, readers)
    click.echo(f"Site: {settings.site_url}/")
    click.echo(f"Article: {settings.site_url}/news/company-news/{SEED_STORY}")
    click.echo(f"Console: {settings.site_url}/staff/")
    click.echo(f"E-mail: {_staff()[0]['email']}")
    click.echo(f"Password: {password}")
    sys.stdout.flush()


def _send_readers(site_url: str, readers: int) -> None:
    from portal.audience.readers import run as read

    # A daemon: it ends with this process. Spawned, because this one has threads.
    context = multiprocessing.get_context("spawn")
    context.Process(target=read, args=(site_url, readers), daemon=True, name="readers").start()


def _remove_leftovers() -> None:
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        pid = left.name.removeprefix(PREFIX).partition("-")[0]
        if pid.isdigit() and not _alive(int(pid)):
            shutil.rmtree(left, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
