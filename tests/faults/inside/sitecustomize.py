"""Reaches into a node from outside: shifts its clock and raises in its handlers.

A folder with this file on PYTHONPATH is loaded by every Python process of a node before anything
of the portal is. What it does stands in the JSON file that FAULTS_INSIDE names, which the driver
rewrites while the node runs: `{"shift_ms": 3600000, "raise": ["chat.say"], "share": 0.5}`.
The product knows nothing of it.
"""

import importlib.abc
import importlib.machinery
import json
import os
import random
import sys
from typing import Any

PLACE = os.environ.get("FAULTS_INSIDE", "")


class Control:
    """What the driver wants now; read again when the file is another one."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._mark: tuple[int, int] | None = None
        self._wanted: dict[str, Any] = {}

    def get(self, name: str, otherwise: Any) -> Any:
        try:
            about = os.stat(self._place)  # noqa: PTH116 - early and often
        except OSError:
            return otherwise
        mark = (about.st_mtime_ns, about.st_ino)
        if mark != self._mark:
            with open(self._place, encoding="utf-8") as file:  # noqa: PTH123 - early and small
                self._wanted = json.load(file)
            self._mark = mark
        return self._wanted.get(name, otherwise)


def shift_clock(module: Any, control: Control) -> None:
    """Let the portal's clock go before or after the machine's."""
    true_clock = module.system_clock

    def shifted() -> int:
        now: int = true_clock() + control.get("shift_ms", 0)
        return now

    module.system_clock = shifted


def raise_in_handlers(module: Any, control: Control) -> None:
    """Let handlers of some message types raise what nobody expects."""
    build = module.Endpoint.__init__

    def built(self: Any, *args: Any, **kwargs: Any) -> None:
        build(self, *args, **kwargs)
        for request, handler in list(self._handlers.items()):
            self._handlers[request] = broken(request, handler)

    def broken(request: Any, handler: Any) -> Any:
        name = request.__struct_config__.tag

        async def handle(connection: Any, asked: Any) -> Any:
            chosen = control.get("raise", [])
            meant = name in chosen or "*" in chosen
            if meant and random.random() < control.get("share", 1.0):
                # Before or after the real work: a fault may come at either end.
                if random.random() < control.get("late", 0.0):
                    await handler(connection, asked)
                raise RuntimeError(f"a fault planted in {name}")
            return await handler(connection, asked)

        return handle

    module.Endpoint.__init__ = built


PATCHES = {"portal.clock": shift_clock, "portal.live.endpoint": raise_in_handlers}


class Finder(importlib.abc.MetaPathFinder):
    """Finds the few modules that are changed once they are loaded."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        if name not in PATCHES:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return None
        run = spec.loader.exec_module

        def exec_module(module: Any) -> None:
            run(module)
            PATCHES[name](module, self._control)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


if PLACE:
    sys.meta_path.insert(0, Finder(Control(PLACE)))
