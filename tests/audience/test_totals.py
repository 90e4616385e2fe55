"""The totals as one process knows them."""

from portal.audience.totals import Totals
from portal.clock import MINUTE


def test_a_total_never_falls() -> None:
    """A late or doubled message changes nothing."""
    totals = Totals()
    totals.hear("l1", {42: 5}, 0)

    assert totals.hear("l1", {42: 3}, 0) == set()
    assert totals.hear("l1", {42: 5}, 0) == set()
    assert totals.hear("l1", {42: 6, 43: 1}, 0) == {42, 43}
    assert totals.total(42) == 6


def test_another_life_is_owed_what_was_counted_before() -> None:
    """What Valkey told before it was flushed is owed to it; what SQL told is not."""
    totals = Totals()
    totals.begin("l1")
    totals.rest({42: 130, 43: 7})
    totals.hear("l1", {42: 128}, 0)
    totals.hear("l2", {42: 1}, 0)

    assert totals.owed == {42: 128}
    assert totals.life == "l2"
    assert totals.total(42) == 130


def test_an_answer_overtaken_by_a_flush_is_owed_too() -> None:
    """A click answered by the former life arrives after the new life was met."""
    totals = Totals()
    totals.begin("l1")
    totals.hear("l1", {42: 5}, 0)
    totals.hear("l2", {}, 0)
    totals.hear("l1", {42: 6}, 0)

    assert totals.life == "l2"
    assert totals.owed == {42: 6}


def test_the_ranking_has_the_most_read_first() -> None:
    """It follows the numbers as they move."""
    totals = Totals()
    totals.rest({1: 10, 2: 30, 3: 20})

    assert totals.ranking(2) == [(2, 30), (3, 20)]
    totals.hear("l1", {1: 31}, 0)
    assert totals.ranking(2) == [(1, 31), (2, 30)]


def test_change_tells_what_the_last_minutes_brought() -> None:
    """Growth is remembered by the minute; what only became known is no growth."""
    totals = Totals()
    totals.rest({42: 119})
    totals.hear("l1", {42: 120}, None)
    for minute, clicks in ((0, 122), (3, 125), (9, 130)):
        totals.hear("l1", {42: clicks}, minute * MINUTE)

    assert totals.change(42, since=9 * MINUTE - 5 * MINUTE) == 5
    assert totals.change(42, since=9 * MINUTE - 7 * MINUTE) == 8
    assert totals.change(42, since=0) == 10
    assert totals.change(43, since=0) == 0
