"""What else is worth reading after an article: by its tags, its words and its category.

Shared tags say most, then what the texts have in common, then that both stand in one category; of
equals the newest comes first. Where nothing is shared the newest of the category remain.
"""

from typing import Any

from sqlalchemy import Select, case, func, literal, select, union_all

from portal.news.article import PublishedArticle
from portal.news.store.listing import NEWEST_FIRST, READABLE, listed
from portal.storage import search
from portal.storage.search import Query
from portal.storage.tables.news import article, article_tag
from portal.storage.tables.search import article_words

A_TAG = 6
"""What each shared tag counts."""
TEXTS = 12
"""Looked at of those that fit the words best; the first counts as much as a tag, the last least."""
A_CATEGORY = 2
NEIGHBOURS = 8
"""Newest of the category that stand in where nothing is shared."""


def nearest(
    shown: PublishedArticle, query: Query | None, limit: int, dialect: str, *extra: Any
) -> Select[Any]:
    """Return the statement for what is most like an article; `score` says how much.

    Args:
        query: the words that say what it is about; None: none does.
    """
    candidates = [_by_tags(shown), _of_category(shown)]
    if query is not None:
        candidates.append(_by_text(query, dialect))
    each = union_all(*candidates).subquery()
    scores = (
        select(each.c.id, func.sum(each.c.score).label("score"))
        .where(each.c.id != shown.id)
        .group_by(each.c.id)
        .subquery()
    )
    beside = case((article.c.category_id == shown.category_id, A_CATEGORY), else_=0)
    score = scores.c.score + beside
    return (
        listed(*extra, score.label("score"), language=shown.language)
        .join(scores, scores.c.id == article.c.id)
        .order_by(score.desc(), *NEWEST_FIRST)
        .limit(limit)
    )


def _by_tags(shown: PublishedArticle) -> Select[Any]:
    own = select(article_tag.c.tag_id).where(article_tag.c.article_id == shown.id)
    return select(article_tag.c.article_id.label("id"), literal(A_TAG).label("score")).where(
        article_tag.c.tag_id.in_(own)
    )


def _by_text(query: Query, dialect: str) -> Select[Any]:
    # One more than counts: the article itself is among them.
    best = search.placed(article_words, query, dialect, TEXTS + 1).subquery()
    return select(best.c.id, (TEXTS + 2 - best.c.place) * A_TAG // (TEXTS + 1))


def _of_category(shown: PublishedArticle) -> Select[Any]:
    newest = (
        select(article.c.id)
        .where(
            article.c.category_id == shown.category_id,
            article.c.language == shown.language,
            *READABLE,
        )
        .order_by(*NEWEST_FIRST)
        .limit(NEIGHBOURS)
        .subquery()
    )
    return select(newest.c.id, literal(0))
