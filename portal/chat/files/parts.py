"""The parts of this room within the room, built once and wired to each other."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import HTTPConnection

from portal.chat.desk import Desk
from portal.chat.files.intake import MB, Intake
from portal.chat.files.pages import FilePages
from portal.chat.files.porter import Porter
from portal.chat.files.upkeep import Upkeep
from portal.chat.standing import Held
from portal.clock import Clock
from portal.identity import Agent
from portal.memory.attempts import Attempts
from portal.storage.database import Database
from portal.storage.vault import Vault

LARGEST_MB = 100
"""As far as the setting goes; nothing larger is ever read at this address."""


@dataclass(frozen=True)
class Terms:
    """What is decided outside.

    Attributes:
        folder: where files lie.
        most_mb: how large one may be.
        identify: the member of staff behind a request.
    """

    folder: Path
    most_mb: int
    identify: Callable[[HTTPConnection], Awaitable[Agent | None]]


class Files:
    """Files of chats, for the life of the process.

    Attributes:
        pages: the addresses.
        upkeep: what is to be run every so often, and after an erasure.
    """

    def __init__(
        self, terms: Terms, db: Database, desk: Desk, now: Clock, held: Held, attempts: Attempts
    ) -> None:
        """Build the parts."""
        vault = Vault(terms.folder)
        porter = Porter(db, desk, now, held=held, attempts=attempts)
        intake = Intake(vault, porter, most_bytes=terms.most_mb * MB)
        self.pages = FilePages(vault, porter, intake, terms.identify)
        self.upkeep = Upkeep(db, vault, now)
