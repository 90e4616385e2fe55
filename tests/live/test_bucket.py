"""The bucket: so many at once, then so many a second."""

from portal.live.bucket import Bucket


class Seconds:
    """A clock in seconds that moves only when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_full_bucket_gives_its_size_at_once() -> None:
    """So many may be taken in one moment, and the next is told how long to wait."""
    bucket = Bucket(3, 2, Seconds())
    waits = [bucket.take() for _ in range(4)]

    assert waits == [0, 0, 0, 500]


def test_it_refills_with_time_but_never_past_its_size() -> None:
    """A second brings back its rate; an hour no more than the size."""
    seconds = Seconds()
    bucket = Bucket(2, 2, seconds)
    bucket.take(), bucket.take()
    seconds.now = 0.5
    after_half_a_second = [bucket.take(), bucket.take()]
    seconds.now = 3600
    after_an_hour = [bucket.take(), bucket.take(), bucket.take()]

    assert after_half_a_second == [0, 500]
    assert after_an_hour == [0, 0, 500]
