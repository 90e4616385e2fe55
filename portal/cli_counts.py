"""The verbs of `portal counts`: the books of the clicks as a file, and adding them up again."""

import sys
from typing import TextIO

import click


@click.group()
def counts() -> None:
    """Why the numbers are what they are."""


@counts.command("export")
@click.argument("file", type=click.File("w", encoding="utf-8", lazy=True), default="-")
def export(file: TextIO) -> None:
    """Write every article's account, hour by hour, as JSON lines.

    FILE: where to; "-" or none is the screen.
    """
    from portal import office
    from portal.audience.account import Accounts
    from portal.audience.books import written

    async def write(here: office.Office) -> None:
        async for account in Accounts(here.db).every():
            for line in written(account):
                file.write(line)

    office.at_hand(write)


@counts.command("recount")
@click.argument("file", type=click.File("r", encoding="utf-8"))
def recount(file: TextIO) -> None:
    """Add an export up and compare every number it claims.

    FILE: what `portal counts export` or the board gave; "-" is what is piped in. Ends with 1 if a
    number does not add up, and names it.
    """
    from portal.audience import books

    try:
        found = books.recount(file)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    for words in found.wrong:
        click.echo(words, err=True)
    if found.wrong:
        click.echo(f"{len(found.wrong)} numbers do not add up.", err=True)
        sys.exit(1)
    click.echo(f"{found.articles} articles, {found.shown} clicks shown: all of it adds up.")
