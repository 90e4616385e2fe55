# ruff: noqa: E501 - they are as long as they are
"""Who says that he is a machine."""

import pytest
from crawleruseragents import CRAWLER_USER_AGENTS_DATA

from portal.audience.crawlers import is_machine

MACHINES = """
Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)
Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)
Mozilla/5.0 (compatible; YandexImages/3.0; +http://yandex.com/bots)
Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)
Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 (compatible; Bytespider; spider-feedback@bytedance.com)
Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0.0.0 Safari/537.36
Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120 Mobile Safari/537.36 (compatible; Googlebot/2.1)
facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)
WhatsApp/2.23.20.0 A
TelegramBot (like TwitterBot)
Twitterbot/1.0
Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)
Slack-ImgProxy 0.19 (+https://api.slack.com/robots)
LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)
Discordbot/2.0
Applebot/0.1
DuckDuckBot/1.1; (+http://duckduckgo.com/duckduckbot.html)
CCBot/2.0 (https://commoncrawl.org/faq/)
AhrefsBot/7.0
SemrushBot/7~bl
MJ12bot/v1.4.8
DotBot/1.2
PetalBot
Sogou web spider/4.0
Amazonbot/0.1
PerplexityBot/1.0
meta-externalagent/1.1
ia_archiver
archive.org_bot
Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)
Chrome-Lighthouse
Mozilla/5.0 (compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)
Pingdom.com_bot_version_1.4
StatusCake_Pagespeed_Indev monitor
curl/8.5.0
Wget/1.21.4
python-requests/2.32.3
Python-urllib/3.11
python-httpx/0.28.1
Go-http-client/1.1
Java/17.0.2
Apache-HttpClient/4.5.13 (Java/11.0.2)
okhttp/4.9.3
axios/1.7.2
node-fetch/1.0
GuzzleHttp/7
Scrapy/2.11 (+https://scrapy.org)
libwww-perl/6.72
Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/538.1 (KHTML, like Gecko) PhantomJS/2.1.1 Safari/538.1
Mastodon/4.2 (http.rb/5.1; +https://mastodon.example/)
W3C_Validator/1.3
Feedly/1.0 (+http://www.feedly.com/fetcher.html)
zgrab/0.x
""".strip().splitlines()

PEOPLE = """
Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36
Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0
Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15
Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0
Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1
Mozilla/5.0 (Linux; Android 9; CUBOT X19) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 14; CUBOT_KINGKONG 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36
Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 300.0.0.0 (iPhone14,5; iOS 17_0; en_US)
Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116 Mobile Safari/537.36 XWEB/1160 MMWEBSDK/2023 MicroMessenger/8.0.43 WeChat/arm64
Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 [FBAN/FBIOS;FBAV/430.0.0.0;FBBV/1]
Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [Pinterest/iOS]
Mozilla/5.0 (Linux; U; Android 12; en-us) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/89 Mobile Safari/537.36 XiaoMi/MiuiBrowser/13
Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 YaBrowser/24.10.0 Safari/537.36
Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko
Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0)
Mozilla/5.0 (Linux; Android 10) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130 Mobile Safari/537.36
Opera/9.80 (Android; Opera Mini/36.2/119.132; U; id) Presto/2.12.423 Version/12.16
Lynx/2.9.0 libwww-FM/2.14 SSL-MM/1.4.1
Python/3.11 websockets/17.4
""".strip().splitlines()


@pytest.mark.parametrize("browser", MACHINES)
def test_a_machine_is_known(browser: str) -> None:
    """Crawlers, previewers, monitors, libraries and headless browsers are told by their words."""
    assert is_machine(browser)


def test_every_example_of_the_list_is_known() -> None:
    """Two thousand names that were seen in the wild, Cubot's telephones not among them."""
    seen = [name for each in CRAWLER_USER_AGENTS_DATA for name in each["instances"]]

    assert len(seen) > 2_000
    assert [name for name in seen if not is_machine(name)] == []


def test_a_name_is_looked_up_once() -> None:
    """The second time the answer is there: asking the list takes longer than counting."""
    is_machine.cache_clear()
    for _ in range(3):
        is_machine(PEOPLE[0])

    assert (is_machine.cache_info().misses, is_machine.cache_info().hits) == (1, 2)


@pytest.mark.parametrize("browser", [*PEOPLE, ""])
def test_a_browser_is_a_person(browser: str) -> None:
    """No browser is taken for a machine, nor one that sends no name at all."""
    assert not is_machine(browser)


def test_sample_readers_pass_in_the_demo_only() -> None:
    """They say what they are."""
    assert is_machine("Portal sample reader")
    assert not is_machine("Portal sample reader", demo=True)
