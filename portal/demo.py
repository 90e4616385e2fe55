"""The sample newsroom: a whole portal in a throw-away folder, to look at and to try.

The folder is made at the start and removed at the end; one that a killed demo left behind is
removed by the next.
"""

import asyncio
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
from typing import Any

import click

from portal import logs, office, serving
from portal.chat.desk import Desk, visitor_id
from portal.chat.where import Where
from portal.clock import MINUTE, system_clock
from portal.identity import Agent, ArticleId, Role, Visitor
from portal.live.hello import Hello
from portal.news.store import listing
from portal.packed import folder
from portal.settings import Settings
from portal.staff.passwords import Passwords
from portal.storage.database import Database

SITE_NAME = "HiFred Technology Company Ltd"
LANGUAGES = ("en", "zh-CN", "ar")
"""Those the sample newsroom is written in."""
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
        languages=settings.languages if given.get("PORTAL_LANGUAGES") else LANGUAGES,
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
    agents = {}
    for person in _read("staff"):
        account = await desk.accounts.add(
            person["email"],
            person["name"],
            Role(person["role"]),
            title=person.get("title", ""),
            password_hash=hashed,
        )
        agents[account.email] = Agent(account.id, account.name, account.role, "", account.version)
    async with desk.db.read() as c:
        listed = await listing.latest(c, 1_000)
    slugs = {each.path.rpartition("/")[2]: each.id for each in listed}
    talks = _read("conversation")
    await asyncio.gather(*(_retell(desk.db, talk, slugs, agents) for talk in talks))


async def _retell(
    db: Database, talk: dict[str, Any], slugs: dict[str, ArticleId], agents: dict[str, Agent]
) -> None:
    """Say again, at the time it was said, what a sample conversation consists of."""
    began = at = system_clock() - talk["started_minutes_ago"] * MINUTE
    desk = Desk(db, lambda: at)
    visitor = Visitor(visitor_id(secrets.token_urlsafe(32)))
    conversation = await desk.open(
        visitor.id, name=talk["visitor"] or None, email=talk["email"] or None
    )
    article = slugs.get(talk["article"])
    if article is not None:
        where = Where(db, lambda _outcome: None)
        await where.reads(conversation.id, Hello(protocol=1, article=article))
    agent = agents.get(talk["agent"]) or next(iter(agents.values()))
    for entry in talk["entry"]:
        at = began + round(entry["minutes_after_start"] * MINUTE)
        said_id, text = secrets.token_urlsafe(16), entry["text"]
        if entry["author"] == "visitor":
            await desk.say(visitor, None, said_id, text)
        elif entry["author"] == "note":
            await desk.note(agent, conversation.id, said_id, text)
        else:
            await desk.say(agent, conversation.id, said_id, text)
    if talk["status"] == "closed":
        at += MINUTE
        await desk.close(agent, conversation.id)


def _read(kind: str) -> list[dict[str, Any]]:
    name = {"staff": "staff.toml", "conversation": "conversations.toml"}[kind]
    read = tomllib.loads((folder("sample") / name).read_text(encoding="utf-8"))
    rows: list[dict[str, Any]] = read[kind]
    return rows


def _ready(settings: Settings, password: str, readers: int) -> None:
    if readers:
        _send_readers(settings.site_url, readers)
    click.echo(f"Site: {settings.site_url}/")
    click.echo(f"Article: {settings.site_url}/news/company-news/{SEED_STORY}")
    click.echo(f"Console: {settings.site_url}/staff/")
    click.echo(f"E-mail: {_read('staff')[0]['email']}")
    click.echo(f"Password: {password}")
    if readers:
        click.echo(f"Readers: {readers} sample readers come and go; their clicks count")
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
