"""What is asked about letters, as types."""

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from portal.chat.requests import EMAIL_LONGEST, OfStaff, OfVisitor


class Transcript(OfVisitor, tag="chat.transcript", kw_only=True):
    """Send me what was said here; without an address to the one I gave."""

    email: Annotated[str, Meta(max_length=EMAIL_LONGEST)] | UnsetType = UNSET


class StaffTranscript(OfStaff, tag="chat.transcript", kw_only=True):
    """Send the visitor what was said here, as he may see it."""
