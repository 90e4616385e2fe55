"""The conditions: what a site asks of a visitor before he may speak, held by every door.

A page asks for it before the first word; but a page may be old, or none of ours, so the desk looks
too. What he said once, or agreed to once, holds from then on, in whichever browser he comes back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from portal.chat.conversation import Conversation
from portal.errors import Refused

ORDER = ("name", "email", "topic", "consent")


@dataclass(frozen=True, slots=True)
class Conditions:
    """What must be known of whoever speaks.

    Attributes:
        required: of `name`, `email` and `topic`.
        consent: what he must agree to; "": to nothing.
    """

    required: frozenset[str] = frozenset()
    consent: str = ""

    @classmethod
    def of(cls, fields: Sequence[str], consent: str) -> Self:
        """Read them from the settings: of `name,email*` the address is required."""
        return cls(frozenset(each[:-1] for each in fields if each.endswith("*")), consent)

    def hold_to_open(
        self,
        found: Conversation | None,
        name: str | None,
        email: str | None,
        topic: str | None,
        consent: bool,
    ) -> None:
        """Refuse whoever neither says what is asked now nor said it before.

        Args:
            found: the conversation he speaks in. It has its topic, or was begun without one.

        Raises:
            Refused: `bad_field`, with the field.
        """
        known = found is not None
        self._refuse_without(
            name=bool(name or (found and found.name)),
            email=bool(email or (found and found.email)),
            topic=known or bool(topic),
            consent=consent or (found is not None and found.consented),
        )

    def hold_to_speak(self, conversation: Conversation) -> None:
        """Refuse the words of somebody who was asked and has not answered.

        Raises:
            Refused: `bad_field`, with the field.
        """
        self._refuse_without(
            name=bool(conversation.name),
            email=bool(conversation.email),
            topic=True,
            consent=conversation.consented,
        )

    def agreed(self, conversation: Conversation) -> bool:
        """Say whether its visitor has agreed to what there is to agree to."""
        return not self.consent or conversation.consented

    def _refuse_without(self, **known: bool) -> None:
        for field in ORDER:
            if known[field]:
                continue
            if field == "consent" and self.consent:
                raise Refused("bad_field", f"Please agree first: {self.consent}", re=field)
            if field in self.required:
                raise Refused("bad_field", f"This site asks everybody for: {field}.", re=field)
