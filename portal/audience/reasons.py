"""Why a view was no click: the names that are kept, and what they mean in words.

A view that is beyond its network's budget is not refused but *held*: it is kept, and an editor may
still let it count.
"""

from typing import Final, Literal, get_args

Reason = Literal[
    "seen", "machine", "staff", "unpublished", "unknown", "prefetch", "flood", "waiting"
]
REASONS: Final[tuple[Reason, ...]] = get_args(Reason)

WORDS: Final[dict[Reason, str]] = {
    "seen": "the same reader again within the window: reloads, back and forward",
    "machine": "a program that says it is one: crawlers, link previews, monitors, samples",
    "staff": "a browser in which a member of staff is signed in",
    "unpublished": "an article that readers cannot see: a draft, or withdrawn",
    "unknown": "an article that does not exist",
    "prefetch": "a page that was fetched ahead and not shown",
    "flood": "one network far beyond its budget: not even held any more",
    "waiting": "more than could be kept while the counter was away",
}
NO_ARTICLE: Final = 0
"""Under this id stands what was asked of articles that do not exist."""
