"""The sections of the set-up: what each shows, and what its forms do.

A section has no state. `show` returns what its template needs; an act takes a form and returns, or
is refused with a sentence that stands above the form, in which everything typed is still there.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from msgspec import ValidationError, convert

from portal.chat.finding.messages import SaveReply
from portal.chat.finding.replies import Replies
from portal.chat.setup import hours
from portal.chat.setup.desks import Desks
from portal.chat.setup.hours import DAYS, NAMES, Hours, Schedules
from portal.chat.setup.lists import Lists
from portal.errors import Refused
from portal.identity import Agent

Form = Mapping[str, str]
Act = Callable[[Agent, Form], Awaitable[None]]
ID_LONGEST: Final = 18


@dataclass(frozen=True)
class Section:
    """One page.

    Attributes:
        name: the end of its address.
        title: its words in the menu.
        fields: what its forms may bring, besides `token`, `act` and `which`.
        show: what its template needs.
        acts: by the value of the button that was pressed.
    """

    name: str
    title: str
    fields: tuple[str, ...]
    show: Callable[[], Awaitable[dict[str, Any]]]
    acts: Mapping[str, Act]


class Sections:
    """All sections, with the parts they stand on."""

    def __init__(
        self, schedules: Schedules, desks: Desks, lists: Lists, replies: Replies, zone: str
    ) -> None:
        self._schedules = schedules
        self._desks = desks
        self._lists = lists
        self._replies = replies
        self._zone = zone

    def all(self) -> tuple[Section, ...]:
        """Return them in the order of the menu."""
        lists, desks = self._lists, self._desks
        week = ("zone", "when_closed", "holidays", *DAYS)
        reply = ("shortcut", "title", "text", "category", "article")
        return (
            Section(
                "hours",
                "Opening hours",
                week,
                self._show_hours,
                {"save": self._save_hours, "drop": self._drop_hours},
            ),
            Section(
                "desks",
                "Desks",
                ("name", "categories", "members"),
                self._show_desks,
                {
                    "save": self._save_desk,
                    "remove": lambda agent, form: desks.remove(agent, _id(form)),
                },
            ),
            Section(
                "people",
                "Capacity",
                ("capacity",),
                self._show_people,
                {
                    "save": lambda agent, form: desks.set_capacity(
                        agent, _id(form), form["capacity"]
                    )
                },
            ),
            Section(
                "replies",
                "Canned replies",
                reply,
                self._show_replies,
                {
                    "save": self._save_reply,
                    "remove": lambda agent, form: self._replies.remove(agent, form["which"]),
                },
            ),
            Section(
                "labels",
                "Labels",
                ("name",),
                self._show_labels,
                {
                    "save": lambda agent, form: lists.rename_label(agent, _id(form), form["name"]),
                    "remove": lambda agent, form: lists.remove_label(agent, _id(form)),
                },
            ),
            Section(
                "blocks",
                "Blocked",
                (),
                self._show_blocks,
                {"lift": lambda agent, form: lists.lift_block(agent, _id(form))},
            ),
            Section(
                "letters",
                "Outgoing mail",
                (),
                self._show_letters,
                {"retry": lambda agent, form: lists.retry_letter(agent, _id(form))},
            ),
        )

    # Hours

    async def _show_hours(self) -> dict[str, Any]:
        found = await self._schedules.all()
        places = [(None, "All desks"), *((desk.id, desk.name) for desk in await self._desks.all())]
        always = Hours(None, self._zone, {}, [], "accept")
        return {
            "days": tuple(zip(DAYS, NAMES, strict=True)),
            "places": [
                {"id": id, "name": name, "own": id in found, "hours": found.get(id, always)}
                for id, name in places
            ],
        }

    async def _save_hours(self, agent: Agent, form: Form) -> None:
        # A zone is a file.
        await self._schedules.set(agent, await asyncio.to_thread(hours.read, _which(form), form))

    async def _drop_hours(self, agent: Agent, form: Form) -> None:
        await self._schedules.drop(agent, _which(form))

    # Desks and who sits there

    async def _show_desks(self) -> dict[str, Any]:
        return {"desks": await self._desks.all(), "people": await self._desks.seats()}

    async def _save_desk(self, agent: Agent, form: Form) -> None:
        members = frozenset(int(id) for id in form["members"].split() if id.isdigit())
        await self._desks.save(agent, _which(form), form["name"], form["categories"], members)

    async def _show_people(self) -> dict[str, Any]:
        return {"people": await self._desks.seats()}

    # Replies

    async def _show_replies(self) -> dict[str, Any]:
        return {"replies": (await self._replies.offer(None)).replies}

    async def _save_reply(self, agent: Agent, form: Form) -> None:
        article = form["article"].strip()
        asked: dict[str, Any] = {
            "shortcut": form["shortcut"].strip().removeprefix("/"),
            "title": form["title"].strip(),
            "text": form["text"].strip(),
            "category": form["category"].strip().strip("/"),
        }
        if article:
            if not (article.isascii() and article.isdigit() and len(article) <= ID_LONGEST):
                raise Refused("bad_field", "The article is a number, as the article list shows it.")
            asked["article"] = int(article)
        try:
            reply = convert(asked, SaveReply)
        except ValidationError as error:
            raise Refused(
                "bad_field", f"{_field(error)} is missing, too long or not usable."
            ) from None
        await self._replies.save(agent, reply)
        before = form["which"]
        if before and before != reply.shortcut.lower():  # it was given another shortcut
            await self._replies.remove(agent, before)

    # Labels, blocks, letters

    async def _show_labels(self) -> dict[str, Any]:
        return {"labels": await self._lists.labels()}

    async def _show_blocks(self) -> dict[str, Any]:
        return {"blocks": await self._lists.blocks()}

    async def _show_letters(self) -> dict[str, Any]:
        letters, total = await self._lists.letters()
        return {"letters": letters, "total": total}


def _which(form: Form) -> int | None:
    return _id(form) if form["which"] else None


def _id(form: Form) -> int:
    text = form["which"]
    if not (text.isascii() and text.isdigit() and len(text) <= ID_LONGEST):
        raise Refused("not_found", "This is not there any more.")
    return int(text)


def _field(error: ValidationError) -> str:
    """Name the field a refused reply is about."""
    name = str(error).rpartition("$.")[2].rstrip("`")
    words = {"shortcut": "The shortcut", "title": "The title", "text": "The text"}
    return words.get(name, "The category" if name == "category" else "Something")
