"""What a first view weighs: what somebody on a slow line waits for before he reads."""

from collections import defaultdict

import pytest
from playwright.sync_api import Response

from tests.browser.conftest import STORY, Comes

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FIRST_VIEW_BYTES = 60_000
"""An article with all that comes with it, but its pictures."""
SCRIPT_BYTES = 12_000
PICTURES = {"image", "media"}


def test_a_first_view_of_an_article_is_light(comes: Comes) -> None:
    """Page, sheet and scripts as they come over the wire, headers aside."""
    page = comes().page
    came: list[Response] = []
    page.on("response", lambda response: came.append(response))
    with page.expect_websocket():
        page.goto(STORY)
    page.wait_for_function("() => customElements.get('chat-launcher')")
    page.wait_for_load_state("networkidle")
    weights: defaultdict[str, int] = defaultdict(int)
    for response in came:
        weights[response.request.resource_type] += response.request.sizes()["responseBodySize"]
    sheets = [each.url for each in came if each.request.resource_type == "stylesheet"]

    assert weights["document"] > 0
    assert weights["stylesheet"] > 0
    assert 0 < weights["script"] <= SCRIPT_BYTES
    assert sum(each for kind, each in weights.items() if kind not in PICTURES) <= FIRST_VIEW_BYTES
    assert len(sheets) == 1
