"""What is sent compressed, and to whom."""

import gzip

import pytest
import zstandard
from starlette.requests import Request

from portal.web.coding import Coded, coded, coded_for

BODY = b"<p>All of it, said again and again.</p>" * 50


def asker(accepts: str) -> Request:
    """Somebody who reads these codings."""
    return Request({"type": "http", "headers": [(b"accept-encoding", accepts.encode("latin-1"))]})


def plain(body: bytes, coding: str | None) -> bytes:
    """Return it as it was."""
    if coding == "zstd":
        return zstandard.decompress(body)
    return gzip.decompress(body) if coding == "gzip" else body


@pytest.mark.parametrize(
    ("accepts", "coding"),
    [
        ("gzip, deflate, br, zstd", "zstd"),
        ("zstd", "zstd"),
        ("gzip, zstd;q=0", "gzip"),
        ("gzip;q=\u00e9", "gzip"),
        ("*", "gzip"),
        ("*;q=0", None),
        ("gzip;q=0, *", None),
        ("gzip; q=0.000", None),
        ("x-gzip-not", None),
        ("", None),
        ("," * 10_000 + "gzip", None),
    ],
)
def test_each_is_sent_what_he_reads(accepts: str, coding: str | None) -> None:
    """Whether it was compressed long ago or is now; the headers say how much comes."""
    for body, said in (coded(BODY).chosen(asker(accepts)), coded_for(asker(accepts), BODY)):
        assert coding == said.get("Content-Encoding")
        assert BODY == plain(body, coding)
        assert str(len(body)) == said["Content-Length"]
        assert "Accept-Encoding" == said["Vary"]


def test_the_smallest_is_sent() -> None:
    """Where two would do; and what compressing makes longer is sent as it is."""
    kept = Coded(b"as it is", zstd=b"zstd", gzip=b"gz")
    worse = Coded(b"short", gzip=b"longer than that")

    assert b"gz" == kept.chosen(asker("gzip, zstd"))[0]
    assert b"zstd" == kept.chosen(asker("zstd"))[0]
    assert (b"short", None) == (
        worse.chosen(asker("gzip"))[0],
        worse.chosen(asker("gzip"))[1].get("Content-Encoding"),
    )
    assert coded(b"tiny") == Coded(b"tiny")
