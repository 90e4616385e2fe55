"""The verbs of `portal news`: what editors change besides the text."""

import click


@click.group()
def news() -> None:
    """What readers see: breaking news, withdrawals, categories."""


@news.command("breaking")
@click.argument("address")
@click.option("--for", "long", metavar="45m|2h|1d", help="How long at most.  [default: 6h]")
@click.option("--end", is_flag=True, help="Take it away again.")
def breaking(address: str, long: str | None, end: bool) -> None:
    """Put an article on every open page, until it is over or ended.

    ADDRESS: the article's, as a path or whole. Said again it begins anew.
    """
    from portal import newsdesk, office

    if end and long:
        raise click.UsageError("--end and --for are two wishes; choose one.")
    click.echo(
        office.at_hand(
            lambda here: (
                newsdesk.end_breaking(here, address)
                if end
                else newsdesk.begin_breaking(here, address, long)
            )
        )
    )


@news.command("withdraw")
@click.argument("address")
def withdraw(address: str) -> None:
    """Take an article away from readers.

    Open pages say so, and its address answers 410.
    """
    from portal import newsdesk, office

    click.echo(office.at_hand(lambda here: newsdesk.withdraw(here, address)))


@news.command("move-category")
@click.argument("path")
@click.argument("newpath")
def move_category(path: str, newpath: str) -> None:
    """Give a category and all below it another address; the old ones lead there.

    NEWPATH is whole: the category it lies in must be there. Name it so in the files, too, or the
    next import makes the old one again.
    """
    from portal import newsdesk, office

    click.echo(office.at_hand(lambda here: newsdesk.move_category(here, path, newpath)))
