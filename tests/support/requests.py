"""Every request there is, taken from the tables of whatever answers them."""

from typing import Any, Final

from portal.audience.board import Board
from portal.audience.socket import AudienceSocket
from portal.chat.finding.socket import FindingSocket
from portal.chat.handling.socket import HandlingSocket
from portal.chat.outreach.socket import OutreachSocket
from portal.chat.queue.socket import QueueSocket
from portal.chat.socket import ChatSocket
from portal.chat.staff_socket import StaffSocket as ChatStaffSocket
from portal.live.connection import Door
from portal.live.protocol import Request
from portal.news.matching import MatchSocket
from portal.staff.socket import StaffSocket

ANSWER: Final[tuple[type, ...]] = (
    AudienceSocket,
    Board,
    MatchSocket,
    ChatSocket,
    ChatStaffSocket,
    HandlingSocket,
    FindingSocket,
    OutreachSocket,
    QueueSocket,
    StaffSocket,
)


def requests(door: Door) -> list[type[Request]]:
    """Return all that one door answers beside the endpoint's own."""
    # A table is read without a socket's parts: only its handlers need them.
    sockets: list[Any] = [object.__new__(kind) for kind in ANSWER]
    return [kind for socket in sockets for kind in socket.table(door)]
