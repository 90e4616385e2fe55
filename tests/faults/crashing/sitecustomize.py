"""Kills a worker at a named place, from outside: the product has no hooks for it.

A folder with this file on PYTHONPATH is loaded by every Python process of a node before anything
of the portal is, the process its workers are forked from included. Where to die stands in the file
that CRASH_AT names, while there is one: `{"op": "chat.say", "point": "committed", "n": 1}`.
Whoever dies there renames the file first, so that the next worker lives and the test knows.

| point         | the worker ends …                                                                |
|---------------|----------------------------------------------------------------------------------|
| `statement`   | before the n-th statement of the transaction; with `"how": "raise"` that fails   |
| `uncommitted` | after the last statement, before COMMIT                                          |
| `committed`   | once the transaction is committed; nobody was told                               |
| `published`   | once the bus has taken it, before the answer                                     |
| `answered`    | just after its answer was written                                                |
| `unpublished` | the same, but nothing reached the bus                                            |
| `uncounted`   | before Valkey counts a view                                                      |
| `counted`     | once Valkey has counted it                                                       |

`op` is a message's type, or `booking`: clicks being carried into SQL.
"""

import asyncio
import contextvars
import importlib.abc
import importlib.machinery
import json
import os
import signal
import sys
from typing import Any

PLACE = os.environ.get("CRASH_AT", "")
ANSWER_SECONDS = 0.02
"""From the end of a handler until its answer has left the process."""
HELD_SECONDS = 3.0

_op: contextvars.ContextVar[str] = contextvars.ContextVar("op", default="")
_published = asyncio.Event()


def armed(op: str | None, *points: str) -> dict[str, Any] | None:
    """Return where to die, if it is in this operation (None: any) and at one of these points."""
    try:
        with open(PLACE, encoding="utf-8") as file:  # noqa: PTH123 - early and small
            crash: dict[str, Any] = json.load(file)
    except OSError:
        return None
    return crash if op in (crash["op"], None) and crash["point"] in points else None


def die(how: str = "die") -> None:
    """End this process as the kernel does when memory is short; or fail, if that was asked."""
    try:
        os.rename(PLACE, PLACE + ".fired")  # noqa: PTH104
    except FileNotFoundError:
        return
    if how == "raise":
        from sqlalchemy.exc import OperationalError

        raise OperationalError("a fault was planted here", {}, OSError("no such luck"))
    os.kill(os.getpid(), signal.SIGKILL)


def in_handlers(module: Any) -> None:
    """Know which request is being answered; end with its answer."""
    build = module.Endpoint.__init__

    def built(self: Any, *args: Any, **kwargs: Any) -> None:
        build(self, *args, **kwargs)
        for request, handler in list(self._handlers.items()):
            self._handlers[request] = watched(request.__struct_config__.tag, handler)

    def watched(name: str, handler: Any) -> Any:
        async def handle(connection: Any, asked: Any) -> Any:
            _op.set(name)
            _published.clear()
            try:
                told = await handler(connection, asked)
            finally:
                _op.set("")
            if armed(name, "published"):
                async with asyncio.timeout(HELD_SECONDS):
                    await _published.wait()
                die()
            if armed(name, "answered", "unpublished"):
                asyncio.get_running_loop().call_later(ANSWER_SECONDS, die)
            return told

        return handle

    module.Endpoint.__init__ = built


def in_publishes(module: Any) -> None:
    """Know what the bus has taken; keep it from taking anything."""
    publish = module.Bus.publish

    async def watched(self: Any, topic: str, payload: bytes) -> bool:
        if not topic.startswith("pulse:") and armed(None, "unpublished"):
            return True
        taken: bool = await publish(self, topic, payload)
        if taken and armed("audience.view" if topic == "counts" else _op.get(), "published"):
            _published.set()
        return taken

    module.Bus.publish = watched


class Pass:
    """One transaction of the operation, on its way."""

    def __init__(self, crash: dict[str, Any]) -> None:
        self.crash = crash
        self.inside = True
        self.statements = 0


def in_transactions(module: Any) -> None:
    """Count the statements of the operation's transaction, and see its COMMIT."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    write = module.Database.write

    async def watched(self: Any, work: Any) -> Any:
        op = _op.get()
        crash = armed(op, "statement", "uncommitted")
        if crash is None:
            result = await write(self, work)
            if armed(op, "committed"):
                die()
            return result

        async def counted(connection: Any) -> Any:
            passing = connection.sync_connection.info["crash"] = Pass(crash)
            try:
                return await work(connection)
            finally:
                passing.inside = False

        return await write(self, counted)

    def before_statement(connection: Any, *_: Any) -> None:
        passing = connection.info.get("crash")
        if passing is not None and passing.inside and passing.crash["point"] == "statement":
            passing.statements += 1
            if passing.statements == passing.crash["n"]:
                die(passing.crash["how"])

    def before_commit(connection: Any) -> None:
        passing = connection.info.pop("crash", None)
        if passing is not None and passing.crash["point"] == "uncommitted":
            die()

    module.Database.write = watched
    event.listen(Engine, "before_cursor_execute", before_statement)
    event.listen(Engine, "commit", before_commit)
    event.listen(Engine, "rollback", lambda connection: connection.info.pop("crash", None))


def in_booking(module: Any) -> None:
    """Know when clicks are carried into SQL."""
    book = module.Ledger.book

    async def watched(self: Any, totals: Any) -> Any:
        token = _op.set("booking")
        try:
            return await book(self, totals)
        finally:
            _op.reset(token)

    module.Ledger.book = watched


def in_counting(module: Any) -> None:
    """End just before or after Valkey counts."""
    count = module.Tally.count

    async def watched(self: Any, *args: Any, **kwargs: Any) -> Any:
        if armed(_op.get(), "uncounted"):
            die()
        counted = await count(self, *args, **kwargs)
        if armed(_op.get(), "counted"):
            die()
        return counted

    module.Tally.count = watched


PATCHES = {
    "portal.live.endpoint": in_handlers,
    "portal.memory.bus": in_publishes,
    "portal.storage.database": in_transactions,
    "portal.audience.ledger": in_booking,
    "portal.memory.tally": in_counting,
}


class Finder(importlib.abc.MetaPathFinder):
    """Finds the few modules that are changed once they are loaded."""

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        if name not in PATCHES:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return None
        run = spec.loader.exec_module

        def exec_module(module: Any) -> None:
            run(module)
            PATCHES[name](module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


if PLACE:
    sys.meta_path.insert(0, Finder())
