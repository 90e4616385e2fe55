"""What nothing that goes to a browser is called: whoever blocks measuring goes by names.

Half of all readers would be missing from numbers that come by way of a word on a blocker's list.
"""

import importlib
import pkgutil
import re
from collections.abc import Iterator

from msgspec import Struct
from starlette.routing import BaseRoute

import portal
from portal.live.protocol import Request, Told
from portal.packed import folder
from portal.routes import addresses

BLOCKED = re.compile("analytic|track|collect|stats|event|telemetr|beacon|pixel", re.IGNORECASE)
"""By EasyPrivacy and those who copy from it."""


def kinds(of: type[Struct]) -> Iterator[type[Struct]]:
    """Return every message that is made of one kind."""
    for each in of.__subclasses__():
        yield each
        yield from kinds(each)


def test_no_address_is_a_blocked_one() -> None:
    """Of all that are answered; the names in them are ours too."""
    paths = [_path(each) for each in addresses()]

    assert len(paths) > 40
    assert [] == [path for path in paths if BLOCKED.search(path)]


def test_no_file_has_a_blocked_name() -> None:
    """Neither a script nor a sheet nor a picture, nor a folder of them."""
    static = folder("static")
    files = [each.relative_to(static).as_posix() for each in static.rglob("*")]

    assert len(files) > 200
    assert [] == [file for file in files if BLOCKED.search(file)]


def test_no_message_has_a_blocked_name() -> None:
    """Asked or told, on either door."""
    for module in pkgutil.walk_packages(portal.__path__, "portal."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    messages = {str(kind.__struct_config__.tag) for base in (Request, Told) for kind in kinds(base)}

    assert {"audience.view", "audience.counts", "board.state", "chat.say"} <= messages
    assert [] == sorted(each for each in messages if BLOCKED.search(each))


def _path(route: BaseRoute) -> str:
    return str(getattr(route, "path"))  # noqa: B009 - each kind of route has one
