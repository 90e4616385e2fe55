"""Machines that say what they are: crawlers, fetchers of link previews, headless browsers.

A short list of words is enough, because a machine that means to be honest uses one of them and one
that does not uses a browser's name; against those stand the window and the network's budget.
`navigator.webdriver` is not consulted. A missing User-Agent proves nothing and is let through.
"""

import re
from functools import lru_cache

SAMPLE_READER = "Portal sample reader"
"""The User-Agent of `portal demo --readers N`: counted in the demo only."""

_WORDS = (
    # What they do, in their own words. "cubot" is a make of telephone, "bot" is not.
    r"(?<!cu)bot\b", r"(?<!cu)bot[/;_\-)\d]", r"robot", r"crawl", r"spider", r"slurp", r"scrap[ey]",
    r"fetch", r"archiv", r"index(?:er|ing)", r"monitor", r"uptime", r"probe", r"scan(?:ner)?\b",
    r"validator", r"checker", r"link ?preview", r"url ?preview", r"preview\b",
    r"feed(?:ly|bin|burner)?\b", r"headless", r"phantomjs", r"puppeteer", r"playwright",
    r"selenium", r"lighthouse", r"prerender", r"transcoder", r"externalhit", r"externalagent",
    r"site24x7", r"pingdom", r"gtmetrix",
    # Programs and libraries that load pages without showing them.
    r"^curl", r"^wget", r"libwww-perl", r"python-requests", r"python-urllib", r"python-httpx",
    r"scrapy", r"go-http-client", r"^java/", r"apache-httpclient", r"node-fetch", r"^axios",
    r"^got\b", r"guzzle", r"^php/", r"^ruby", r"httrack", r"^lwp", r"okhttp", r"winhttp",
    r"^http_",
    # Known by name only.
    r"whatsapp", r"^telegram", r"skypeuri", r"slack-img", r"discourse", r"mastodon", r"pleroma",
    r"mediapartners", r"adsense", r"apis-google",
    r"google-(?:read|safety|inspection|structured|extended)", r"googleother", r"bingpreview",
    r"yahoo! ", r"ahrefs", r"semrush", r"mj12", r"dataprovider", r"netcraft", r"censys", r"zgrab",
    r"masscan", r"nmap", r"nikto", r"chatgpt-user", r"oai-search",
    r"claude-(?:user|web|searchbot)", r"perplexity", r"bytespider", r"ccbot", r"cohere-ai",
    r"facebookcatalog", r"meta-external", r"embedly", r"quora link", r"vkshare", r"w3c_",
    r"iframely", r"outbrain", r"nuzzel", r"flipboardproxy",
    r"^mozilla/5\.0 \(compatible; (?!msie|konqueror)",
)  # fmt: skip
_KNOWN = re.compile("|".join(_WORDS), re.IGNORECASE)


@lru_cache(maxsize=4096)
def is_machine(browser: str, *, demo: bool = False) -> bool:
    """Tell whether a User-Agent names itself as no person's browser.

    Args:
        browser: the header, as it came.
        demo: whether sample readers pass for people.
    """
    if browser.startswith(SAMPLE_READER):
        return not demo
    return _KNOWN.search(browser) is not None
