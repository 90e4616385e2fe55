"""Tables of what is published. Written by `portal.news` only.

An article is a row that stays; what it says is a `revision` row that is never changed. The
article points at the revision readers see (`published_revision`) and an editor's newest one is
simply the highest `number`. Its address is kept whole in `path`, so a page is one lookup; every
address it ever had stays in `old_path`.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
)

from portal.storage.tables.schema import Id, Moment, metadata

category = Table(
    "category",
    metadata,
    Column("id", Id, primary_key=True),
    Column("parent_id", ForeignKey("category.id"), index=True),
    Column("slug", String(80), nullable=False),
    Column("path", String(400), nullable=False, unique=True),  # "news/company-news"
    Column("name", String(120), nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("position", Integer, nullable=False, server_default="0"),
)

category_name = Table(
    "category_name",  # as another language than the site's first calls it
    metadata,
    Column("category_id", ForeignKey("category.id"), primary_key=True),
    Column("language", String(35), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("description", Text, nullable=False, server_default=""),
)

media = Table(
    "media",
    metadata,
    Column("id", Id, primary_key=True),
    Column("sha256", String(64), nullable=False, unique=True),  # of the original's bytes
    Column("filename", String(255), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("recipe", Integer, nullable=False, server_default="0"),  # its renditions' newest
    Column("created_at", Moment, nullable=False),
)

rendition = Table(
    "rendition",
    metadata,
    Column("media_id", ForeignKey("media.id"), primary_key=True),
    Column("format", String(16), primary_key=True),  # "avif", "jpeg", "share", "4x3-62-30" …
    Column("width", Integer, primary_key=True),
    Column("height", Integer, nullable=False),
    Column("path", String(255), nullable=False),  # below /media/
    Column("size_bytes", BigInteger, nullable=False),
)

author = Table(
    "author",
    metadata,
    Column("id", Id, primary_key=True),
    Column("slug", String(80), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    Column("role", String(120), nullable=False, server_default=""),
    Column("bio", Text, nullable=False, server_default=""),
    Column("portrait_id", ForeignKey("media.id")),
)

article = Table(
    "article",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(16), nullable=False, server_default="article"),  # or "page"
    Column("category_id", ForeignKey("category.id"), index=True),
    Column("slug", String(80), nullable=False),
    Column("path", String(500), nullable=False, unique=True),  # without the leading slash
    Column("status", String(16), nullable=False, server_default="draft"),
    Column("published_revision", Integer),  # revision.number readers see
    Column("published_at", Moment),
    Column("updated_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("source", String(500), unique=True),  # where an importer found it
    Column("language", String(35), nullable=False, server_default=""),  # "": the site's first
    Column("original_id", ForeignKey("article.id"), index=True),  # what it translates
    CheckConstraint("status IN ('draft','scheduled','published','withdrawn')", name="status"),
    CheckConstraint("kind IN ('article','page')", name="kind"),
    Index("ix_article_status_published_at", "status", "published_at"),
)

revision = Table(
    "revision",
    metadata,
    Column("article_id", ForeignKey("article.id"), primary_key=True),
    Column("number", Integer, primary_key=True),  # 1, 2, 3 … within the article
    Column("title", String(300), nullable=False),
    Column("summary", Text, nullable=False, server_default=""),
    Column("body_markdown", Text, nullable=False),
    Column("body_html", Text, nullable=False),  # sanitised, pictures resolved
    Column("lead_media_id", ForeignKey("media.id")),
    Column("lead_alt", Text, nullable=False, server_default=""),
    Column("lead_caption", Text, nullable=False, server_default=""),
    Column("lead_credit", Text, nullable=False, server_default=""),
    Column("lead_focus", String(16), nullable=False, server_default=""),  # "62% 30%"
    Column("card", String(255), nullable=False, server_default=""),  # below /media/; has no lead
    Column("authors", JSON, nullable=False),  # author ids in byline order, as of this revision
    Column("tags", JSON, nullable=False),  # tag ids, as of this revision
    Column("media", JSON, nullable=False),  # media ids the body shows
    Column("words", Integer, nullable=False),
    Column("digest", String(64), nullable=False),  # SHA-256 of all an importer can change
    Column("created_at", Moment, nullable=False),
    Column("created_by", BigInteger),  # staff id; NULL: an importer
)

article_author = Table(
    "article_author",
    metadata,
    Column("article_id", ForeignKey("article.id"), primary_key=True),
    Column("author_id", ForeignKey("author.id"), primary_key=True, index=True),
    Column("position", Integer, nullable=False),
)

tag = Table(
    "tag",
    metadata,
    Column("id", Id, primary_key=True),
    Column("slug", String(80), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
)

article_tag = Table(
    "article_tag",
    metadata,
    Column("article_id", ForeignKey("article.id"), primary_key=True),
    Column("tag_id", ForeignKey("tag.id"), primary_key=True, index=True),
    Column("position", Integer, nullable=False),
)

old_path = Table(
    "old_path",
    metadata,
    Column("path", String(500), primary_key=True),
    Column("article_id", ForeignKey("article.id"), nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
)

old_category_path = Table(
    "old_category_path",
    metadata,
    Column("path", String(400), primary_key=True),
    Column("category_id", ForeignKey("category.id"), nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
)

alias = Table(
    "alias",  # where an article stood at another site, before it was brought here
    metadata,
    Column("address", String(500), primary_key=True),  # as news.aliases.read makes it
    Column("article_id", ForeignKey("article.id"), nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
)

breaking = Table(
    "breaking",
    metadata,
    Column("article_id", ForeignKey("article.id"), primary_key=True),
    Column("began_at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("ended", Boolean, nullable=False, server_default=false()),
)
