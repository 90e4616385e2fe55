"""The plain form: a message of somebody whose browser runs no script becomes a conversation.

There is no secret in it: the form's own random number stands for the visitor, so the same form
sent twice is one conversation with one message, on whichever node and after whatever crash. Nobody
can speak as that visitor but with the way back in the mail that brings him the answer; therefore
an address is asked for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from portal.chat import about, device, words
from portal.chat.desk import Desk
from portal.chat.lists import Titles
from portal.chat.outreach.house import House
from portal.chat.pace import Pace
from portal.chat.requests import EMAIL_LONGEST, NAME_LONGEST, TEXT_LONGEST, TOPIC_LONGEST
from portal.chat.where import Where
from portal.errors import Refused
from portal.identity import ConversationId, Visitor, VisitorId
from portal.live.hello import Hello
from portal.web.languages import to_translate

EMPTY_MESSAGE: Final = to_translate("Please write a message.")
NO_NAME: Final = to_translate("Please give a name.")
NO_TOPIC: Final = to_translate("Please say what it is about.")
NO_CONSENT: Final = to_translate("We need your consent to take your message.")
NO_ADDRESS: Final = to_translate("Please give an e-mail address, so that the answer can reach you.")
BAD_ADDRESS: Final = to_translate("This does not look like an e-mail address.")
TOO_LONG: Final = to_translate("Please write at most %(most)s characters.")
TOO_MUCH: Final = to_translate("A message has at most %(most)s characters: %(more)s too many.")


@dataclass(frozen=True, slots=True)
class Given:
    """A form as it was sent.

    Attributes:
        number: random, made with the form.
        article: the one it was opened from.
        language, browser: as its request says, `Accept-Language` and `User-Agent`.
        consent: he agreed to the text he was shown.
    """

    number: str
    name: str
    email: str
    message: str
    article: int | None = None
    language: str = ""
    browser: str = ""
    consent: bool = False
    topic: str = ""


class Form:
    """Takes forms. Keeps nothing."""

    def __init__(
        self,
        house: House,
        *,
        desk: Desk,
        where: Where,
        pace: Pace,
        titles: Titles,
        bars: Callable[[VisitorId | None, str], None],
        named: Callable[[str], str],
    ) -> None:
        """Take the parts it calls.

        Args:
            bars: refuses whom staff have blocked, and their networks.
            named: a network's name as it is kept, which is not the network.
        """
        self._bars = bars
        self._named = named
        self._house = house
        self._desk = desk
        self._where = where
        self._pace = pace
        self._titles = titles

    async def article(self, id: int) -> tuple[str, str] | None:
        """Return title and path of a published article."""
        return (await self._titles([id])).get(id)

    def problems(self, given: Given, gettext: Callable[[str], str] = str) -> dict[str, str]:
        """Say what is wrong, by field, in words for whoever typed it.

        Args:
            gettext: says words in the language of the form's page.
        """
        found = {}
        conditions = self._desk.conditions
        if len(given.name) > NAME_LONGEST:
            found["name"] = gettext(TOO_LONG) % {"most": NAME_LONGEST}
        elif "name" in conditions.required and words.name(given.name) is None:
            found["name"] = gettext(NO_NAME)
        if len(given.topic) > TOPIC_LONGEST:
            found["topic"] = gettext(TOO_LONG) % {"most": TOPIC_LONGEST}
        elif "topic" in conditions.required and words.topic(given.topic) is None:
            found["topic"] = gettext(NO_TOPIC)
        if conditions.consent and not given.consent:
            found["consent"] = gettext(NO_CONSENT)
        if words.line(given.email) is None:
            found["email"] = gettext(NO_ADDRESS)
        elif not _is_address(given.email):
            found["email"] = gettext(BAD_ADDRESS)
        if len(given.message) > TEXT_LONGEST:
            more = len(given.message) - TEXT_LONGEST
            found["message"] = gettext(TOO_MUCH) % {"most": TEXT_LONGEST, "more": more}
        elif not _says_something(given.message):
            found["message"] = gettext(EMPTY_MESSAGE)
        return found

    async def take(self, given: Given, network: str) -> None:
        """Make it a conversation that waits; the same form again is the same message.

        Raises:
            Refused: `limited`; `not_allowed`, staff have blocked whoever comes from there.
        """
        visitor = Visitor(VisitorId(sha256(f"form|{given.number}".encode()).hexdigest()))
        self._bars(visitor.id, network)
        language, _ = about.told(given.language, "")
        row = await self._desk.open(
            visitor.id,
            name=given.name,
            email=given.email,
            topic=given.topic,
            begins=lambda: self._pace.form(network),
            about=about.About(
                language=language,
                device=device.named(given.browser),
                network=self._named(network),
                consent=given.consent,
            ),
        )
        # The pace of the network counts forms that begin something; one that is sent again with
        # other words each time begins nothing.
        self._pace.visitor(row.id)
        if given.article is not None and not row.last_seq:
            await self._read(row.id, given.article)
        # Whoever goes back, writes it better and sends it again means both to be read.
        id = sha256(f"{given.number}|{given.message}".encode()).hexdigest()[:32]
        await self._desk.say(visitor, row.id, id, given.message)

    async def _read(self, conversation: str, article: int) -> None:
        known = await self.article(article)
        if known is not None:
            title, path = known
            page = Hello(
                protocol=1, article=article, url=self._house.absolute(path), title=title[:300]
            )
            await self._where.reads(ConversationId(conversation), page)


def _is_address(email: str) -> bool:
    try:
        return len(email) <= EMAIL_LONGEST and words.email(email) is not None
    except Refused:
        return False


def _says_something(message: str) -> bool:
    try:
        return bool(words.said(message))
    except Refused:
        return False
