"""The verbs a person types. Every failure a person can mend is one line and exit code 2."""

import asyncio
import gc
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from portal.cli_counts import counts
from portal.cli_news import news
from portal.errors import Refused, Stopped, Unavailable
from portal.identity import Role
from portal.settings import Settings, load, make_data_folder

T = TypeVar("T")
YOUNG = 50_000
"""Objects made before the collector looks for those that may go; 700 unless told."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="portal")
def portal() -> None:
    """Portal: a news portal with live chat and live click counts built in."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 2 with one line about what is wrong."""
    # What a command imports is there to stay: looking through it was a tenth of its time.
    gc.set_threshold(YOUNG)
    try:
        code = portal.main(arguments, prog_name="portal", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        sys.exit(0)
    except click.ClickException as error:
        _fail(error.format_message())
    except Refused as error:
        _fail(error.message)
    except (Stopped, Unavailable) as error:
        _fail(str(error))
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    sys.exit(code if isinstance(code, int) else 0)


def _fail(sentence: str) -> None:
    click.echo("portal: " + " ".join(sentence.split()), err=True)
    sys.exit(2)


host = click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
port = click.option("--port", type=click.IntRange(0, 65535), help="Port.  [default: 8000]")
data = click.option("--data", type=click.Path(path_type=Path), help="Data folder (PORTAL_DATA).")


@portal.command()
@host
@port
@data
@click.option("--workers", type=click.IntRange(1, 64), help="Server processes.  [default: 1]")
def serve(host: str | None, port: int | None, data: Path | None, workers: int | None) -> None:
    """Serve the site."""
    from portal import logs, serving

    logs.configure()
    settings = load(host=host, port=port, workers=workers, data=data and data.resolve())
    serving.serve(settings, prepare=_greet)


@portal.command()
@host
@port
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True)
@click.option("--readers", type=click.IntRange(0, 5000), default=0, metavar="N",
              help="Open the sockets of N sample readers.")  # fmt: skip
def demo(host: str | None, port: int | None, workers: int, readers: int) -> None:
    """Serve a sample newsroom from a throw-away folder."""
    from portal import workers as processes

    processes.warm_up()  # before the imports below: the two take their time side by side
    from portal.demo import run

    run(load(host=host, port=port, workers=workers), readers)


@portal.command()
def migrate() -> None:
    """Bring the database to this version's schema. Safe to run twice."""
    from portal.storage import database
    from portal.storage import migrate as storage

    settings = _settings()
    done = asyncio.run(storage.migrate(database.address(settings.database_url, settings.data)))
    click.echo(f"The database now has schema {storage.newest()}." if done else "Nothing to do.")


@portal.group()
def staff() -> None:
    """Accounts of those who work here."""


@staff.command("add")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def staff_add(email: str, name: str, role: str, password_stdin: bool) -> None:
    """Add an account; without a password print a one-time sign-in link."""
    from portal import office

    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    click.echo(_with(lambda desk: office.add(desk, email, name, Role(role), password)))


@staff.command("disable")
@click.argument("email")
def staff_disable(email: str) -> None:
    """End all access of an account at once, on both doors."""
    from portal import office

    click.echo(_with(lambda desk: office.set_disabled(desk, email, True)))


@staff.command("enable")
@click.argument("email")
def staff_enable(email: str) -> None:
    """Give an account its access back."""
    from portal import office

    click.echo(_with(lambda desk: office.set_disabled(desk, email, False)))


@staff.command("link")
@click.argument("email")
def staff_link(email: str) -> None:
    """Print a new one-time sign-in link."""
    from portal import office

    click.echo(_with(lambda desk: office.link(desk, email)))


@staff.command("capacity", context_settings={"ignore_unknown_options": True})
@click.argument("email")
@click.argument("number", metavar="N|none")
def staff_capacity(email: str, number: str) -> None:
    """Let somebody answer so many chats at once, at most.

    none: as PORTAL_CHAT_CAPACITY says.
    """
    from portal import office

    click.echo(_with(lambda desk: office.set_capacity(desk, email, number)))


portal.add_command(news)
portal.add_command(counts)


@portal.group("import")
def import_() -> None:
    """Bring in what was published elsewhere."""


@import_.command("markdown")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def import_markdown(folder: Path) -> None:
    """Import Markdown files with front matter, and the pictures beside them."""
    from portal import office

    report = _with(lambda desk: office.import_markdown(desk, folder))
    click.echo(
        f"{report.added} added, {report.updated} updated, {report.unchanged} unchanged, "
        f"{report.withdrawn} withdrawn."
    )
    for line in (*report.advice, *report.problems):
        click.echo(f"  {line}", err=True)
    if report.problems:
        raise Stopped(f"{len(report.problems)} of the files could not be imported; all others were")


def _greet(settings: Settings) -> None:
    """Say where the site is and, to a house without staff, how the first one gets in."""
    from portal import office

    office.remember_address(settings)
    click.echo(f"Site: {settings.site_url}/")
    first = office.start(settings, office.first_link)
    if first:
        click.echo(f"First administrator (works once, for 24 h): {first}")


def _settings() -> Settings:
    settings = load()
    make_data_folder(settings)
    return settings


def _with(work: Callable[[Any], Awaitable[T]]) -> T:
    from portal import office

    return office.at_hand(work)
