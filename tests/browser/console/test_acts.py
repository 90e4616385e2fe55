"""What an agent does with a chat, by keyboard alone: hand over, snooze, label, block, find."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.console.people import PASSWORD, Comes, Desk, open_chat, row
from tests.support.servers import Portal
from tests.support.staff import hire

pytestmark = pytest.mark.browser

SHEET = "dialog[open]"


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def take(page: Page, visitor: Any) -> None:
    """Open a chat and take it; the keyboard stands outside the field afterwards."""
    open_chat(page, visitor)
    expect(page.locator(".thread").get_by_role("button", name="Take it")).to_be_visible()
    press(page, "c")
    expect(page.locator(".thread__state")).to_contain_text("Yours")
    expect(page.locator(".composer__field")).to_be_focused()
    press(page, "Escape")


def test_with_no_chat_open_one_key_takes_the_longest_waiting(desk: Desk, visitor: Comes) -> None:
    """C takes whoever is next and puts the keyboard into the answer; nobody is overtaken."""
    agent = desk()
    first, second = visitor("Anton"), visitor("Berta")
    first.say("I was here first")
    second.say("I came second")
    expect(row(agent, "Berta")).to_be_visible()
    before = agent.locator(".row__name").all_inner_texts()
    press(agent, "1", "c")

    expect(agent.locator(".thread__state")).to_contain_text("Yours")
    expect(agent.locator(".thread__name")).to_have_text(before[0])
    expect(agent.locator(".composer__field")).to_be_focused()
    assert before.index("Anton") < before.index("Berta")


def test_a_chat_is_handed_over_by_keys_and_focus_comes_back(desk: Desk, visitor: Comes) -> None:
    """The colleague is found by three letters, gets it in Mine, and reads who gave it."""
    agent, colleague = desk(), desk("jonas@example.org")
    asks = visitor("Hanna")
    asks.say("Who knows the timetable?")
    take(agent, asks)
    press(agent, "t")
    expect(agent.get_by_role("combobox", name="To whom")).to_be_focused()
    agent.keyboard.type("jon")
    press(agent, "Enter")

    expect(agent.locator(SHEET)).to_have_count(0)
    expect(agent.locator(".thread__state")).to_contain_text("Jonas Weber answers")
    press(colleague, "2")
    expect(row(colleague, "Hanna")).to_be_visible()
    open_chat(colleague, asks, "mine")
    expect(colleague.locator(".line-event").last).to_contain_text("Mei Lin")
    press(agent, "t", "z")
    expect(agent.locator(SHEET)).to_have_count(0)


def test_a_snoozed_chat_is_out_of_the_way_until_its_visitor_speaks(
    desk: Desk, visitor: Comes
) -> None:
    """It leaves Mine for Snoozed, can be had back by Undo, and comes back by a word."""
    agent = desk()
    asks = visitor("Silke")
    asks.say("I shall find my ticket and come back.")
    take(agent, asks)
    press(agent, "z")
    expect(agent.locator(SHEET)).to_be_visible()
    press(agent, "Enter")

    expect(row(agent, "Silke")).to_have_count(0)
    expect(agent.locator(".toast--shown")).to_contain_text("Silke comes back")
    press(agent, "5")
    expect(row(agent, "Silke")).to_be_visible()
    agent.get_by_role("button", name="Undo").click()
    expect(row(agent, "Silke")).to_have_count(0)
    press(agent, "2", "z")
    press(agent, "Enter")
    expect(row(agent, "Silke")).to_have_count(0)
    asks.say("Found it.")
    expect(row(agent, "Silke")).to_be_visible()


def test_labels_are_made_by_typing_and_make_lists(desk: Desk, visitor: Comes) -> None:
    """A new label appears at every desk, on the row and in the rail, and has a list of its own."""
    agent, colleague = desk(), desk("jonas@example.org")
    asks = visitor("Lars")
    asks.say("About the pier")
    open_chat(agent, asks)
    agent.locator(".thread__name").focus()
    press(agent, "l")
    agent.keyboard.type("pier 3")
    press(agent, "Enter", "Control+Enter")

    expect(agent.locator(".thread__labels .label")).to_have_text("pier 3")
    expect(row(colleague, "Lars").locator(".label")).to_have_text("pier 3")
    colleague.locator(".rail__link--label", has_text="pier 3").click()
    expect(colleague.locator(".list__title")).to_have_text("pier 3")
    expect(colleague.locator(".row")).to_have_count(1)
    press(agent, "l", "Enter", "Control+Enter")
    expect(colleague.locator(".row")).to_have_count(0)


def test_a_closed_chat_can_be_opened_again_by_the_same_key(desk: Desk, visitor: Comes) -> None:
    """E closes, E opens; in between it stands in Closed."""
    agent = desk()
    asks = visitor("Ewa")
    asks.say("Thanks, that is all")
    take(agent, asks)
    press(agent, "e")
    expect(agent.locator(".thread__state")).to_contain_text("Closed")
    press(agent, "7")
    expect(row(agent, "Ewa")).to_be_visible()
    press(agent, "e")

    expect(agent.locator(".thread__state")).to_contain_text("Yours")
    expect(row(agent, "Ewa")).to_have_count(0)


def test_a_blocked_visitor_is_shown_as_such_and_can_be_heard_again(
    desk: Desk, visitor: Comes
) -> None:
    """The head says it, the sheet says why and until when, one button lifts it."""
    agent = desk()
    asks = visitor("Bodo")
    asks.say("spam spam spam")
    open_chat(agent, asks)
    agent.locator(".thread__name").focus()
    press(agent, "b")
    agent.get_by_label("Reason, for colleagues").fill("spam")
    agent.get_by_role("button", name="Block", exact=True).click()

    expect(agent.locator(".thread__barred")).to_contain_text("blocked")
    agent.locator(".thread__name").focus()
    press(agent, "b")
    expect(agent.locator(SHEET)).to_contain_text("Reason: spam")
    agent.get_by_role("button", name="Lift the block").click()
    expect(agent.locator(".thread__barred")).to_have_text("")


def test_search_leads_to_the_entry_itself(desk: Desk, visitor: Comes) -> None:
    """Two Chinese characters find; the result is marked, opened, and lit up in the thread."""
    agent = desk()
    asks = visitor("小明")
    asks.say("周日有渡轮吗？")
    for number in range(6):
        asks.say(f"{number}" + 20 * "\nand on")
    press(agent, "/")
    agent.keyboard.type("渡轮")
    expect(agent.locator(".found__mark").first).to_have_text("渡轮")
    press(agent, "ArrowDown", "Enter")

    wanted = agent.locator(".line", has_text="周日有渡轮吗")
    expect(wanted).to_be_in_viewport()
    expect(agent.locator(".found[aria-current]")).to_have_count(1)
    press(agent, "Escape")
    expect(agent.locator(".thread__open")).to_be_hidden()


def test_a_canned_reply_is_kept_found_and_filled_in(desk: Desk, visitor: Comes) -> None:
    """Written once, named by a slash, sent with the visitor's name in it."""
    agent = desk()
    asks = visitor("Carla")
    asks.say("How much is it?")
    take(agent, asks)
    agent.get_by_role("button", name="Canned replies").first.click()
    sheet = agent.locator(SHEET)
    sheet.get_by_label("Shortcut, typed after /").fill("price")
    sheet.locator("[name=text]").fill("Hello {visitor}, it is 8 €. {agent}")
    sheet.get_by_role("button", name="Keep").click()
    expect(sheet.locator("[data-said]")).to_have_text("/price is kept")
    press(agent, "Escape")
    agent.locator(".thread__name").focus()
    press(agent, "r")
    agent.keyboard.type("/pri")
    expect(agent.locator(".composer__suggestions")).to_contain_text("/price")
    press(agent, "Enter")
    expect(agent.locator(".composer__field")).to_have_value("Hello Carla, it is 8 €. Mei Lin")
    press(agent, "Enter")

    asks.hears("Hello Carla, it is 8 €. Mei Lin")


def test_a_colleague_who_is_mentioned_is_told_quietly(desk: Desk, visitor: Comes) -> None:
    """The name is completed after an @; he gets a word with a way there, and a list."""
    agent, colleague = desk(), desk("jonas@example.org")
    asks = visitor("Mona")
    asks.say("Is pier 3 closed?")
    open_chat(agent, asks)
    agent.locator(".thread__name").focus()
    press(agent, "n")
    agent.keyboard.type("@jon")
    press(agent, "Enter")
    agent.keyboard.type("do you know?")
    press(agent, "Enter")

    expect(colleague.locator(".toast--shown")).to_contain_text("Mei Lin mentions you")
    colleague.get_by_role("button", name="Open", exact=True).click()
    expect(colleague.locator(".line--note")).to_contain_text("@Jonas Weber do you know?")
    expect(colleague.locator(".list__title")).to_have_text("Mentions")
    expect(row(colleague, "Mona")).to_be_visible()
    assert not [frame for frame in asks.heard if "do you know" in str(frame)]


def test_a_colleague_who_is_not_there_finds_his_mention_later(
    portal: Portal, desk: Desk, visitor: Comes
) -> None:
    """Whoever works here is completed after an @; it waits among his mentions."""
    hire(portal, "olga@example.org", "Olga Sand", password=PASSWORD)
    agent = desk()
    asks = visitor("Nils")
    asks.say("Is pier 4 closed?")
    open_chat(agent, asks)
    agent.locator(".thread__name").focus()
    press(agent, "n")
    agent.keyboard.type("@olg")
    press(agent, "Enter")
    agent.keyboard.type("when you are back")
    press(agent, "Enter")
    expect(agent.locator(".line--note")).to_contain_text("@Olga Sand when you are back")
    colleague = desk("olga@example.org")
    colleague.goto(f"{portal.url}/staff/#mentions")

    expect(row(colleague, "Nils")).to_be_visible()


def test_every_key_of_the_sheet_leads_somewhere(desk: Desk) -> None:
    """The sheet lists what the table of keys has; each list has its number."""
    agent = desk()
    titles = {}
    for number in range(1, 8):
        press(agent, str(number))
        agent.wait_for_timeout(50)
        titles[str(number)] = agent.locator(".list__title").inner_text()
    press(agent, "?")

    assert list(titles.values()) == [
        "Waiting",
        "Mine",
        "Unanswered",
        "Mentions",
        "Snoozed",
        "All chats",
        "Closed",
    ]
    sheet = agent.locator(SHEET)
    for key, title in titles.items():
        expect(sheet.locator(".sheet__row", has_text=title).locator("kbd").first).to_have_text(key)
    press(agent, "Escape")
    expect(sheet).to_have_count(0)
