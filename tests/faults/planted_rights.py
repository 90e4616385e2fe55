"""What can go wrong with who sees what, who owns what, and what is counted."""

from tests.faults.planted import Play, breaks
from tests.faults.theatre import ARTICLE


@breaks("C8")
def note_leaked(play: Play) -> None:
    """A visitor is told a note of the staff."""
    call, id, text = note(play)
    entry = play.theatre.store(play.talk, "agent:1", id, text, "note")
    play.theatre.ack(play.ann, call, entry)
    play.theatre.spread(entry, but=play.visitor)
    leaked = {"kind": "note", "id": id, "text": text, "at": entry.at}
    play.theatre.tell(play.visitor, entry, **leaked)


@breaks("C8")
def void_with_a_time(play: Play) -> None:
    """A void entry says when it was written."""
    call, id, text = note(play)
    entry = play.theatre.store(play.talk, "agent:1", id, text, "note")
    play.theatre.ack(play.ann, call, entry)
    play.theatre.spread(entry, but=play.visitor)
    play.theatre.tell(play.visitor, entry, at=1_700_000_000_000)


@breaks("C8")
def words_of_a_note_elsewhere(play: Play) -> None:
    """A note's words come out by another door."""
    call, id, text = note(play)
    entry = play.theatre.store(play.talk, "agent:1", id, text, "note")
    play.theatre.ack(play.ann, call, entry)
    play.theatre.spread(entry)
    play.theatre.hear(play.visitor, "chat.state", conversation=play.talk, last_text=text)


@breaks("C8")
def another_visitors_state(play: Play) -> None:
    """A visitor hears how a stranger's conversation stands."""
    play.theatre.hear(play.other, "chat.state", conversation=play.talk, status="open")


@breaks("C10")
def heard_after_the_end(play: Play) -> None:
    """A disabled agent goes on listening."""
    play.theatre.record.revoked(play.bob.person, "disabled")
    play.theatre.wait(1.2)
    play.theatre.say(play.visitor, play.talk)


@breaks("C10")
def accepted_after_the_end(play: Play) -> None:
    """A disabled agent's note is stored after the commit that ended him."""
    play.theatre.record.revoked(play.ann.person, "disabled")
    play.theatre.wait(0.3)
    play.theatre.say(play.ann, play.talk, "chat.note")
    play.theatre.drop(play.ann)


@breaks("C11")
def two_owners(play: Play) -> None:
    """A second agent joins while the first owns the conversation."""
    call = play.theatre.ask(play.bob, "chat.claim", conversation=play.talk)
    entry = play.theatre.store(play.talk, "agent:2", "event", "joined", "event")
    play.theatre.change(play.talk, agent="agent:2")
    play.theatre.answer(play.bob, call, "chat.claimed", conversation=play.talk)
    play.theatre.spread(entry)


@breaks("C11")
def two_winners(play: Play) -> None:
    """Both of a race are told that they won; one is stored."""
    first = play.theatre.ask(play.ann, "chat.claim", conversation=play.other_talk)
    second = play.theatre.ask(play.bob, "chat.claim", conversation=play.other_talk)
    entry = play.theatre.store(play.other_talk, "agent:1", "event", "joined", "event")
    play.theatre.change(play.other_talk, agent="agent:1", status="open")
    play.theatre.answer(play.ann, first, "chat.claimed", conversation=play.other_talk)
    play.theatre.answer(play.bob, second, "chat.claimed", conversation=play.other_talk)
    play.theatre.spread(entry)


@breaks("C11")
def answered_by_a_stranger(play: Play) -> None:
    """An agent answers where a colleague is the owner."""
    id, text = play.theatre.name("id"), play.theatre.name("text")
    call = play.theatre.ask(play.bob, "chat.say", conversation=play.talk, id=id, text=text)
    entry = play.theatre.store(play.talk, "agent:2", id, text)
    play.theatre.ack(play.bob, call, entry)
    play.theatre.spread(entry)


@breaks("C12")
def count_goes_down(play: Play) -> None:
    """A screen shows less than before."""
    play.theatre.show(play.reader, play.theatre.clicks - 1)
    play.theatre.show(play.reader, play.theatre.clicks)


@breaks("C12")
def count_too_high(play: Play) -> None:
    """A screen shows more than were asked for."""
    play.theatre.show(play.reader, play.theatre.clicks + 1)


@breaks("C12")
def count_stands_still(play: Play) -> None:
    """A screen is not told of a counted view."""
    call = play.theatre.ask(play.ann, "audience.view", article=ARTICLE)
    play.theatre.clicks += 1
    play.theatre.answer(play.ann, call, "audience.viewed", article=ARTICLE, counted=True)


@breaks("C12")
def count_wrong_in_the_end(play: Play) -> None:
    """The table holds one more than was accepted."""
    play.theatre.clicks += 1


@breaks("C12")
def reader_counted_twice(play: Play) -> None:
    """One tab's second look within the window is a click again."""
    play.theatre.view(play.visitor)


def note(play: Play) -> tuple[int, str, str]:
    id, text = play.theatre.name("id"), play.theatre.name("note")
    fields = {"conversation": play.talk, "id": id, "text": text}
    return play.theatre.ask(play.ann, "chat.note", **fields), id, text
