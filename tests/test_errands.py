"""Errands: what nobody waits for is done, or given up, and leaves nothing behind."""

import asyncio
import gc
import warnings

import pytest
from structlog.testing import capture_logs

from portal.errands import Errands
from portal.errors import Unavailable


async def test_an_errand_is_done_and_forgotten() -> None:
    """In the order they were sent; none of them is kept."""
    errands, done = Errands(), []

    async def errand(name: str) -> None:
        done.append(name)

    for name in "abc":
        errands.send(errand(name))
    await asyncio.sleep(0.01)

    assert done == ["a", "b", "c"]
    assert errands._tasks == set()


@pytest.mark.parametrize("failure", [Unavailable("away"), RuntimeError("broken")])
async def test_one_that_fails_is_logged_and_hurts_nobody(failure: Exception) -> None:
    """With its traceback, unless a part was away."""
    errands = Errands()

    async def fails() -> None:
        raise failure

    with capture_logs() as logged:
        await errands.begin(fails())

    assert [bool(each.get("exc_info")) for each in logged] == [isinstance(failure, RuntimeError)]


async def test_given_up_before_it_began_it_is_closed() -> None:
    """The loop never came to it: Python would say that nobody awaited it."""
    errands, begun = Errands(), []

    async def errand() -> None:
        begun.append(True)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        errands.send(errand())
        await errands.close()
        gc.collect()

    assert begun == []
    assert errands._tasks == set()
