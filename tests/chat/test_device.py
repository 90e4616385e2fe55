"""The device: a browser and a system, from what the browser says."""

import pytest

# ruff: noqa: E501 - as browsers say it
from portal.chat.device import named

WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0"


@pytest.mark.parametrize(
    ("user_agent", "expected"),
    [
        (
            "Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0",
            "Firefox on Android",
        ),
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36 Edg/126.0",
            "Edge on Windows",
        ),
        (f"Mozilla/5.0 (X11; Linux x86_64) {CHROME} Safari/537.36", "Chrome on Linux"),
        (
            f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) {WEBKIT} Version/17.5 Safari/604.1",
            "Safari on iPhone",
        ),
        (
            f"Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) {WEBKIT} CriOS/126.0 Safari/604.1",
            "Chrome on iPad",
        ),
        (
            f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {WEBKIT} Version/17.5 Safari/605.1.15",
            "Safari on macOS",
        ),
        (
            f"Mozilla/5.0 (Linux; Android 14; SM-S918B) {CHROME} SamsungBrowser/25.0 Mobile Safari/537.36",
            "Samsung Internet on Android",
        ),
        ("curl/8.5.0", ""),
        ("<script>alert(1)</script> Firefox/1", "Firefox"),
        ("", ""),
    ],
)
def test_a_browser_is_named_in_few_words(user_agent: str, expected: str) -> None:
    """Nothing of what it says is repeated: only our own words."""
    assert named(user_agent) == expected
