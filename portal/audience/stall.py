"""The stall: clicks have not been carried where they belong for so long that somebody must know.

Steps that fail and steps that never come back are the same to it: what counts is when each of them
last came through.
"""

from collections.abc import Callable
from typing import Final

LASTS_SECONDS: Final = 30.0
"""A number may stand still for a minute at most before staff are told; half of that is here."""


class Stall:
    """When the steps of this process last came through."""

    def __init__(self, elapsed: Callable[[], float]) -> None:
        """Begin with nothing to watch.

        Args:
            elapsed: the loop's clock, s.
        """
        self._elapsed = elapsed
        self._through: dict[str, float] = {}

    def watch(self, *steps: str) -> None:
        """Watch these steps from now on."""
        self._through.update(dict.fromkeys(steps, self._elapsed()))

    def through(self, step: str) -> None:
        """Note that a step came through; one that is not watched is nobody's business."""
        if step in self._through:
            self._through[step] = self._elapsed()

    @property
    def lasts(self) -> bool:
        """Whether one of them has not come through for half a minute."""
        return (
            self._elapsed() - min(self._through.values(), default=self._elapsed()) > LASTS_SECONDS
        )
