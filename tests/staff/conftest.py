"""A staff room with a real database and a held clock."""

import pytest

from portal.staff.sessions import Sessions
from portal.staff.store import Accounts
from portal.storage.database import Database
from tests.conftest import HeldClock


@pytest.fixture
def accounts(database: Database, clock: HeldClock) -> Accounts:
    return Accounts(database, clock)


@pytest.fixture
def sessions(database: Database, clock: HeldClock) -> Sessions:
    return Sessions(database, clock, secure=False)
