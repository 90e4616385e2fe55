"""Takes the pictures of the portal: for the README, and to look at after a change.

    portal demo --readers 40 > demo.txt &
    python docs/pictures/take.py demo.txt FOLDER

Drives an installed Chromium through a visit, a conversation and the console, at 1280 and 390 px,
light and dark, and writes `NAME-WIDTH-SCHEME.png`.
"""

import asyncio
import re
import shutil
import sys
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36"
SIZES = {1280: 860, 390: 844}
TO_THE_END = """async () => {
  for (let y = 0; y < document.body.scrollHeight; y += 500) {
    scrollTo(0, y);
    await new Promise((done) => setTimeout(done, 60));
  }
  scrollTo(0, 0);
}"""
ASKED = "Hello! Does the Skerry G3 keep its settings when we change the battery?"
ANSWERED = "Good day! Yes: settings live in flash, so a new battery changes nothing."
THANKED = "Perfect, thank you. We have fourteen of them on two sites."


class Told:
    """What the demo printed."""

    def __init__(self, text: str) -> None:
        self.site, self.article, self.console, self.email, self.password = (
            re.findall(rf"^{name}: (\S+)$", text, re.MULTILINE)[-1]
            for name in ("Site", "Article", "Console", "E-mail", "Password")
        )


async def opened(browser: Browser, width: int, scheme: Any, url: str) -> Page:
    context = await browser.new_context(
        viewport={"width": width, "height": SIZES[width]}, color_scheme=scheme, user_agent=AGENT
    )
    page = await context.new_page()
    await page.goto(url)
    await page.wait_for_timeout(1_500)
    return page


async def write(page: Page, text: str) -> None:
    await page.locator("chat-panel textarea").fill(text)
    await page.keyboard.press("Enter")
    await page.wait_for_timeout(700)


async def signed_in(browser: Browser, width: int, scheme: Any, told: Told) -> Page:
    page = await opened(browser, width, scheme, told.console)
    await page.fill("[name=email]", told.email)
    await page.fill("[name=password]", told.password)
    await page.click("button[type=submit]")
    await page.wait_for_timeout(2_000)
    return page


async def pages(browser: Browser, told: Told, width: int, scheme: str, folder: Path) -> None:
    paths = {
        "article": told.article,
        "front": told.site,
        "category": told.site + "news/",
        "missing": told.site + "nothing/here",
        "sign-in": told.site + "staff/sign-in",
        "long": told.site + "news/industry-news/manufacturing/the-mill-that-stopped-guessing",
    }
    for name, url in paths.items():
        page = await opened(browser, width, scheme, url)
        await page.screenshot(path=folder / f"{name}-{width}-{scheme}.png")
        if name in ("article", "front", "category", "long"):
            await page.evaluate(TO_THE_END)  # pictures are loaded as one comes to them
            whole = folder / f"{name}-whole-{width}-{scheme}.png"
            await page.screenshot(path=whole, full_page=True)
        await page.context.close()


async def talk(browser: Browser, told: Told, width: int, scheme: str, folder: Path) -> None:
    """One conversation, from nobody there to an answer, seen from both sides."""

    async def take(page: Page, name: str) -> None:
        await page.wait_for_timeout(900)
        await page.screenshot(path=folder / f"{name}-{width}-{scheme}.png")

    visitor = await opened(browser, width, scheme, told.article)
    await visitor.click("chat-launcher button")
    await visitor.locator("chat-panel textarea").wait_for()
    await take(visitor, "panel-nobody")
    agent = await signed_in(browser, width, scheme, told)
    await take(agent, "console-list")
    await visitor.wait_for_timeout(1_500)
    await take(visitor, "panel-empty")
    await write(visitor, ASKED)
    await agent.get_by_text(ASKED[:30]).first.click()
    await agent.wait_for_timeout(800)
    await agent.keyboard.press("c")
    await agent.wait_for_timeout(800)
    await agent.keyboard.type(ANSWERED)
    await agent.keyboard.press("Enter")
    await write(visitor, THANKED)
    await take(visitor, "panel")
    await take(agent, "console")
    await visitor.context.set_offline(True)
    await write(visitor, "One more thing …")
    await take(visitor, "panel-offline")
    await visitor.context.close()
    await agent.context.close()


async def main(told: Told, folder: Path) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS
        )
        for width in SIZES:
            for scheme in ("light", "dark"):
                await pages(browser, told, width, scheme, folder)
                await talk(browser, told, width, scheme, folder)
        await browser.close()


if __name__ == "__main__":
    to = Path(sys.argv[2])
    to.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(Told(Path(sys.argv[1]).read_text(encoding="utf-8")), to))
