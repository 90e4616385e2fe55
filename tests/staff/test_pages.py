"""The staff's door: signing in and out, one-time links, and who is kept outside."""

import asyncio
import re
from typing import Any

import httpx2 as httpx
import pytest

from portal.errors import Unavailable
from portal.identity import Role
from portal.staff import passwords
from portal.staff.account import Account
from portal.staff.passwords import Passwords
from portal.staff.store import Accounts, token_hash
from portal.web.forms import FormTokens
from tests.support.inside import Inside

EMAIL, PASSWORD = "ada@example.com", "the harbour reopens at dawn"
COOKIE = "portal-session"


async def hire(site: Inside, email: str = EMAIL, role: Role = Role.AGENT) -> Account:
    hashed = await Passwords().hash(PASSWORD)
    return await site.accounts.add(email, "Ada", role, password_hash=hashed)


def hidden(answer: httpx.Response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.text)
    assert found, answer.text
    return found.group(1)


async def sign_in(
    browser: httpx.AsyncClient, password: str = PASSWORD, **fields: str
) -> httpx.Response:
    token = hidden(await browser.get("/staff/sign-in"), "token")
    return await post(browser, token, password, **fields)


async def post(
    browser: httpx.AsyncClient, token: str, password: str = PASSWORD, **fields: str
) -> httpx.Response:
    return await browser.post(
        "/staff/sign-in", data={"email": EMAIL, "password": password, "token": token, **fields}
    )


async def is_in(browser: httpx.AsyncClient) -> bool:
    answer = await browser.get("/staff/")
    assert answer.status_code in (200, 303)
    return answer.status_code == 200


def attributes(answer: httpx.Response) -> set[str]:
    (cookie,) = answer.headers.get_list("set-cookie")
    return {part.strip().lower() for part in cookie.split(";")[1:]}


async def test_the_right_password_opens_the_console(site: Inside) -> None:
    """Address in any case and with spaces, password to the letter; then one is in."""
    await hire(site)
    async with site.client() as browser:
        before = await is_in(browser)
        answer = await sign_in(browser, email="  ADA@Example.com ")
        after = await is_in(browser)

    assert (before, after) == (False, True)
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/")
    assert answer.headers["cache-control"] == "no-store"


async def test_who_is_outside_is_led_to_the_form(site: Inside) -> None:
    """The console asks to sign in first, and says nothing else."""
    async with site.client() as browser:
        answers = [await browser.get(path) for path in ("/staff", "/staff/")]

    assert answers[0].headers["location"] == "/staff/"
    assert (answers[1].status_code, answers[1].headers["location"]) == (303, "/staff/sign-in")


async def test_every_refusal_sounds_alike(site: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong, unknown, disabled or without a password: one status, one sentence, one hash's time."""
    await hire(site, "boss@example.com", Role.ADMIN)
    await hire(site)
    await hire(site, "gone@example.com")
    await site.accounts.set_disabled("gone@example.com", True)
    await site.accounts.add("new@example.com", "New", Role.AGENT)
    hashed: list[str] = []
    verify = passwords._verify

    def counted(kept: str, password: str) -> bool:
        hashed.append(password)
        return verify(kept, password)

    monkeypatch.setattr(passwords, "_verify", counted)
    tried = {
        EMAIL: "wrong",
        "nobody@example.com": PASSWORD,
        "gone@example.com": PASSWORD,
        "new@example.com": PASSWORD,
        "not an address": PASSWORD,
        "": PASSWORD,
    }
    answers = []
    for turn, (email, password) in enumerate(tried.items()):
        async with site.client(f"203.0.113.{turn}") as browser:
            answers.append(await sign_in(browser, password, email=email))
    sentences = {
        re.sub(r"\s+", " ", answer.text.replace(email, "")).partition("<form")[0]
        for answer, email in zip(answers, tried, strict=True)
        if email
    }

    assert {answer.status_code for answer in answers} == {400}
    assert len(sentences) == 1
    assert "E-mail address and password do not match." in sentences.pop()
    assert len(hashed) == len(tried)
    assert not any("set-cookie" in answer.headers for answer in answers)


async def test_what_was_typed_is_kept_but_for_the_password(site: Inside) -> None:
    """After a refusal the address stands in its field, as text; the password is nowhere."""
    async with site.client() as browser:
        answer = await sign_in(browser, "my secret words", email='"><script>alert(1)</script>@x')

    assert "my secret words" not in answer.text
    assert "<script" not in answer.text
    assert "&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;@x" in answer.text


async def test_the_sixth_try_has_to_wait(site: Inside) -> None:
    """429 says how long, keeps the address, and refuses the right password as well."""
    await hire(site)
    async with site.client() as browser:
        early = [(await sign_in(browser, "wrong")).status_code for _ in range(5)]
        late = await sign_in(browser)
        inside = await is_in(browser)
    async with site.client("198.51.100.7") as elsewhere:
        other = await sign_in(elsewhere)

    assert early == [400] * 5
    assert late.status_code == 429
    assert 1 <= int(late.headers["retry-after"]) <= 300
    assert f'value="{EMAIL}"' in late.text
    assert "Please wait 5 min" in late.text
    assert not inside
    assert other.status_code == 303


async def test_a_right_password_is_no_attempt(site: Inside) -> None:
    """Whoever comes and goes all day is not shut out; his wrong tries still count."""
    await hire(site)
    async with site.client() as browser:
        wrong = [(await sign_in(browser, "wrong")).status_code for _ in range(4)]
    right = []
    for _ in range(8):
        async with site.client() as browser:
            right.append((await sign_in(browser)).status_code)
    async with site.client() as browser:
        last = [(await sign_in(browser, "wrong")).status_code for _ in range(2)]

    assert (wrong, right, last) == ([400] * 4, [303] * 8, [400, 429])


async def test_many_networks_share_one_account_s_tries(site: Inside) -> None:
    """Ten tries in a quarter of an hour, from however many networks."""
    await hire(site)
    statuses = []
    for turn in range(11):
        async with site.client(f"203.0.113.{turn}") as browser:
            statuses.append((await sign_in(browser, "wrong")).status_code)

    assert statuses == [400] * 10 + [429]


async def test_a_forged_forwarded_header_is_no_other_network(site: Inside) -> None:
    """Nobody gets new tries by claiming to be somebody else."""
    await hire(site)
    statuses = []
    for turn in range(6):
        async with site.client(**{"X-Forwarded-For": f"198.51.100.{turn}"}) as browser:
            statuses.append((await sign_in(browser, "wrong")).status_code)

    assert statuses == [400] * 5 + [429]


NEXT = {
    "/staff/articles?tag=a&page=2": "/staff/articles?tag=a&page=2",
    "": "/staff/",
    "/": "/staff/",
    "staff/": "/staff/",
    "//evil.example": "/staff/",
    "///evil.example": "/staff/",
    "/\\evil.example": "/staff/",
    "/staff/\\evil.example": "/staff/",
    "/staff//evil.example": "/staff/",
    "/staff/../evil": "/staff/",
    "/staff/https://evil.example": "/staff/",
    "https://evil.example/staff/": "/staff/",
    "https:evil.example": "/staff/",
    "javascript:alert(1)": "/staff/",
    "/staff/\r\nSet-Cookie: a=b": "/staff/",
    "/staff/\tx": "/staff/",
    "/staff@evil.example": "/staff/",
    "/staff.evil.example": "/staff/",
    "/staff/" + "x" * 1_500: "/staff/",
}


async def test_the_way_on_stays_in_the_console(
    site: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No `next` leads anywhere else, whether it comes by address or by form."""

    async def right(*_: object) -> bool:
        return True

    monkeypatch.setattr(Passwords, "verify", right)
    monkeypatch.setattr(Passwords, "outdated", staticmethod(lambda kept: False))
    await site.accounts.add(EMAIL, "Ada", Role.AGENT, password_hash="x")
    carried, answered, sent_on = {}, {}, {}
    for next_ in NEXT:
        async with site.client() as browser:
            form = await browser.get("/staff/sign-in", params={"next": next_})
            carried[next_] = hidden(form, "next").replace("&amp;", "&")
            answered[next_] = (await sign_in(browser, next=next_)).headers["location"]
            again = await browser.get("/staff/sign-in", params={"next": next_})
            sent_on[next_] = again.headers["location"]

    assert carried == NEXT
    assert answered == NEXT
    assert sent_on == NEXT


async def test_the_cookie_on_plain_http(site: Inside) -> None:
    """A plain name, out of reach of scripts and of other sites' forms."""
    await hire(site)
    async with site.client() as browser:
        answer = await sign_in(browser)

    assert answer.headers["set-cookie"].startswith(f"{COOKIE}=")
    assert attributes(answer) == {"httponly", "samesite=lax", "path=/", "max-age=43200"}


async def test_the_cookie_on_https(secure_site: Inside) -> None:
    """A name that binds it to this very host over https, and Secure."""
    await hire(secure_site)
    async with secure_site.client() as browser:
        answer = await sign_in(browser)
        inside = await is_in(browser)

    assert answer.headers["set-cookie"].startswith("__Host-session=")
    assert attributes(answer) == {"httponly", "samesite=lax", "path=/", "max-age=43200", "secure"}
    assert inside


async def test_https_does_not_take_the_plain_cookie(secure_site: Inside) -> None:
    """A cookie that plain http could have planted opens nothing."""
    account = await hire(secure_site)
    token = await secure_site.state["sessions"].begin(account, "")
    async with secure_site.client(Cookie=f"{COOKIE}={token}") as browser:
        plain = await is_in(browser)
    async with secure_site.client(Cookie=f"__Host-session={token}") as browser:
        bound = await is_in(browser)

    assert (plain, bound) == (False, True)


async def test_a_planted_cookie_is_not_taken_over(site: Inside) -> None:
    """Signing in makes a new token; one that was there before stays worthless."""
    await hire(site)
    planted = "p" * 43
    async with site.client() as browser:
        browser.cookies.set(COOKIE, planted)
        answer = await sign_in(browser)
    async with site.client(Cookie=f"{COOKIE}={planted}") as attacker:
        inside = await is_in(attacker)

    assert planted not in answer.headers["set-cookie"]
    assert not inside


async def test_signing_in_again_ends_the_session_before(site: Inside) -> None:
    """What the browser forgets, nobody may find and use."""
    await hire(site)
    async with site.client() as browser:
        await sign_in(browser)
        first = browser.cookies[COOKIE]
        token = FormTokens(site.settings.secret_keys, _now).make("sign-in")
        await post(browser, token)
        second = browser.cookies[COOKIE]
        inside = await is_in(browser)
    async with site.client(Cookie=f"{COOKIE}={first}") as other:
        still = await is_in(other)

    assert first != second
    assert (inside, still) == (True, False)


def _now() -> int:
    from portal.clock import system_clock

    return system_clock()


async def test_a_broken_cookie_is_nobody(site: Inside) -> None:
    """Whatever a browser sends as a cookie, it is no fault of the page's."""
    broken = ["", "x", "x" * 5_000, '"', "\u00e9", "a=b; portal-session=", "%", "\x01"]
    statuses = []
    async with site.client() as browser:
        for cookie in broken:
            request = browser.build_request("GET", "/staff/")
            request.headers = httpx.Headers([(b"cookie", f"{COOKIE}={cookie}".encode("latin-1"))])
            statuses.append((await browser.send(request)).status_code)

    assert statuses == [303] * len(broken)


async def signed_in(site: Inside) -> tuple[httpx.AsyncClient, str]:
    await hire(site)
    browser = site.client()
    await sign_in(browser)
    return browser, browser.cookies[COOKIE]


async def test_signing_out_ends_the_session(site: Inside) -> None:
    """The cookie is taken back, and whoever kept it has nothing."""
    browser, token = await signed_in(site)
    console = await browser.get("/staff/")
    answer = await browser.post("/staff/sign-out", data={"token": hidden(console, "token")})
    inside = await is_in(browser)
    async with site.client(Cookie=f"{COOKIE}={token}") as thief:
        still = await is_in(thief)
    await browser.aclose()

    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/sign-in")
    assert "max-age=0" in attributes(answer)
    assert (inside, still) == (False, False)


async def test_signing_out_needs_this_session_s_token(site: Inside) -> None:
    """Neither no token, nor the sign-in's, nor another session's signs anybody out."""
    browser, token = await signed_in(site)
    tokens = FormTokens(site.settings.secret_keys, _now)
    wrong = ["", tokens.make("sign-in"), tokens.make("0" * 64), "\u00e9"]
    answers = [await browser.post("/staff/sign-out", data={"token": each}) for each in wrong]
    seen = await browser.get("/staff/sign-out")
    inside = await is_in(browser)
    right = await browser.post("/staff/sign-out", data={"token": tokens.make(token_hash(token))})
    await browser.aclose()

    assert [answer.status_code for answer in answers] == [403] * 4
    assert seen.status_code in (404, 405)
    assert inside
    assert right.status_code == 303


async def test_signing_out_twice_is_no_fault(site: Inside) -> None:
    """Who is outside already is led to the form."""
    async with site.client() as browser:
        answer = await browser.post("/staff/sign-out", data={"token": "x"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/sign-in")


async def test_other_sites_forms_are_refused(site: Inside) -> None:
    """Before anything else is looked at."""
    answers = []
    for where in ("cross-site", "same-site", "none"):
        async with site.client(**{"Sec-Fetch-Site": where}) as browser:
            for path in ("/staff/sign-in", "/staff/sign-out", "/staff/link/x"):
                answers.append(await browser.post(path, data={"token": "x"}))

    assert {answer.status_code for answer in answers} == {403}
    assert all("not sent from this site" in answer.text for answer in answers)


async def test_a_sign_in_without_its_token_is_refused(site: Inside) -> None:
    """A form that was not made here signs nobody in; the next one, kept as typed, does."""
    await hire(site)
    async with site.client() as browser:
        answers = [await post(browser, token) for token in ("", "x", "0" * 64, "\u00e9")]
        again = await post(browser, hidden(answers[-1], "token"))

    assert {answer.status_code for answer in answers} == {403}
    assert all("grown old" in answer.text for answer in answers)
    assert all(f'value="{EMAIL}"' in answer.text for answer in answers)
    assert again.status_code == 303


async def test_what_cannot_be_meant_is_refused(site: Inside) -> None:
    """Too long, or with a NUL: 4xx and no fault."""
    tried = [
        ("password", "x" * 1_500, 400),
        ("password", "x" * 100_000, 413),
        ("password", "a\0b", 400),
        ("email", "a\0b@example.com", 400),
        ("email", "x" * 1_900, 400),
        ("email", "x" * 3_000, 400),
    ]
    async with site.client() as browser:
        statuses = [
            (await sign_in(browser, **{"email": f"{turn}@x", name: value})).status_code
            for turn, (name, value, _) in enumerate(tried)
        ]

    assert statuses == [status for _, _, status in tried]


# One-time links


def link(token: str) -> str:
    return f"/staff/link/{token}"


async def use(browser: httpx.AsyncClient, token: str, **fields: str) -> httpx.Response:
    form = await browser.get(link(token))
    given = {"token": hidden(form, "token")} if form.status_code == 200 else {}
    return await browser.post(link(token), data={**given, "password": PASSWORD, **fields})


async def invited(site: Inside) -> tuple[Account, str]:
    account = await site.accounts.add(EMAIL, "Ada", Role.AGENT)
    return account, await site.accounts.make_link(account.id)


async def test_a_link_lets_in_once(site: Inside) -> None:
    """It sets the password and opens the console; looked at, it is not used up; then it ends."""
    _, token = await invited(site)
    async with site.client() as browser:
        looked = [await browser.get(link(token)) for _ in range(3)]
        await browser.head(link(token))
        answer = await use(browser, token)
        inside = await is_in(browser)
    async with site.client("198.51.100.7") as other:
        again = await other.get(link(token))
        used = await use(other, token, password="another harbour opens")
        intruded = await is_in(other)
        by_password = await sign_in(other)

    assert [each.status_code for each in looked] == [200] * 3
    assert (answer.status_code, answer.headers["location"], inside) == (303, "/staff/", True)
    assert (again.status_code, used.status_code, intruded) == (404, 404, False)
    assert "This link has ended" in again.text
    assert by_password.status_code == 303
    assert looked[0].headers["cache-control"] == "no-store"
    assert looked[0].headers["referrer-policy"] == "same-origin"


async def test_two_who_use_one_link_at_once(site: Inside) -> None:
    """One is let in."""
    _, token = await invited(site)
    async with site.client() as one, site.client("198.51.100.7") as two:
        answers = await asyncio.gather(use(one, token), use(two, token))
        inside = [await is_in(one), await is_in(two)]

    assert sorted(answer.status_code for answer in answers) == [303, 404]
    assert sorted(inside) == [False, True]


async def test_a_used_link_takes_the_others_with_it(site: Inside) -> None:
    """An older mail does not open the door again; nor does disabling and enabling."""
    account, first = await invited(site)
    second = await site.accounts.make_link(account.id)
    async with site.client() as browser:
        await use(browser, second)
        older = await browser.get(link(first))
        third = await site.accounts.make_link(account.id)
        await site.accounts.set_disabled(EMAIL, True)
        await site.accounts.set_disabled(EMAIL, False)
        after = await browser.get(link(third))

    assert (older.status_code, after.status_code) == (404, 404)


async def test_a_link_ends_the_sessions_before(site: Inside) -> None:
    """A new password throws out whoever came in by the old one."""
    browser, _ = await signed_in(site)
    account = await site.accounts.by_email(EMAIL)
    assert account is not None
    token = await site.accounts.make_link(account.id)
    async with site.client() as owner:
        await use(owner, token, password="the lighthouse keeper sleeps")
        inside = await is_in(owner)
    still = await is_in(browser)
    await browser.aclose()

    assert (inside, still) == (True, False)


async def test_a_weak_password_leaves_the_link_as_it_was(site: Inside) -> None:
    """The page says what is wrong, and the same link takes a better one."""
    _, token = await invited(site)
    async with site.client() as browser:
        weak = [await use(browser, token, password=each) for each in ("", "short", "x" * 20)]
        better = await use(browser, token)

    assert [answer.status_code for answer in weak] == [400] * 3
    assert "A password has at least 15 characters." in weak[1].text
    assert better.status_code == 303


async def test_a_link_s_form_needs_its_own_token(site: Inside) -> None:
    """Another form's token sets no password."""
    _, token = await invited(site)
    async with site.client() as browser:
        foreign = FormTokens(site.settings.secret_keys, _now).make("sign-in")
        answers = [
            await browser.post(link(token), data={"token": each, "password": PASSWORD})
            for each in ("", foreign)
        ]
        inside = await is_in(browser)

    assert [answer.status_code for answer in answers] == [403, 403]
    assert not inside


async def test_a_link_gives_no_more_than_it_says(site: Inside) -> None:
    """Neither another address nor a better role comes in by the form."""
    _, token = await invited(site)
    async with site.client() as browser:
        await use(browser, token, email="eve@example.com", name="Eve", role="admin")
        everybody = await site.accounts.everybody()

    assert [(each.email, each.name, each.role) for each in everybody] == [
        (EMAIL, "Ada", Role.AGENT)
    ]


async def test_a_link_that_is_none(site: Inside) -> None:
    """Whatever is made up leads to one sentence."""
    async with site.client() as browser:
        answers = [
            await browser.get(link(token))
            for token in ("x", "x" * 5_000, "%00", "%ff", "\u00e9", "a%0d%0ab")
        ]

    assert {answer.status_code for answer in answers} == {404}
    assert all("This link has ended" in answer.text for answer in answers)


async def test_the_first_administrator_makes_himself(site: Inside) -> None:
    """The first link asks who one is; what was typed wrong is told and kept."""
    token = await site.accounts.first_link()
    assert token is not None
    async with site.client() as browser:
        form = await browser.get(link(token))
        wrong = await use(browser, token, email="no address", name="Grace Hopper")
        right = await use(browser, token, email="Grace@Example.com", name="Grace Hopper")
        inside = await is_in(browser)
        again = await browser.get(link(token))
        everybody = await site.accounts.everybody()

    assert "first administrator" in form.text
    assert (wrong.status_code, right.status_code) == (400, 303)
    assert "is not an e-mail address" in wrong.text
    assert 'value="Grace Hopper"' in wrong.text
    assert (inside, again.status_code) == (True, 404)
    assert [(each.email, each.role) for each in everybody] == [("grace@example.com", Role.ADMIN)]


async def test_the_first_link_ends_when_somebody_came_another_way(site: Inside) -> None:
    """An administrator made on the command line closes it."""
    token = await site.accounts.first_link()
    assert token is not None
    await hire(site, role=Role.ADMIN)
    async with site.client() as browser:
        answer = await use(browser, token, email="eve@example.com", name="Eve")

    assert answer.status_code == 404


async def test_a_disabled_account_is_outside_at_its_next_request(site: Inside) -> None:
    """The page that was open a moment ago leads to the form."""
    await hire(site, "boss@example.com", Role.ADMIN)
    browser, _ = await signed_in(site)
    before = await is_in(browser)
    await site.accounts.set_disabled(EMAIL, True)
    after = await is_in(browser)
    await browser.aclose()

    assert (before, after) == (True, False)


async def test_without_the_database_nobody_is_let_in(
    site: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """503 and one sentence: no fault, and no way in."""
    await hire(site)

    async def away(*_: Any) -> None:
        raise Unavailable

    async with site.client() as browser:
        monkeypatch.setattr(Accounts, "by_email", away)
        answer = await sign_in(browser)

    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "set-cookie" not in answer.headers


async def test_nothing_of_the_console_is_kept_by_a_proxy(site: Inside) -> None:
    """A name that looks like a public file shows nothing of the console's."""
    browser, _ = await signed_in(site)
    answers = [
        await browser.get(path)
        for path in ("/staff/x.css", "/staff/articles/x.js", "/STAFF/", "/staff/x/..")
    ]
    await browser.aclose()

    assert {answer.status_code for answer in answers} <= {303, 308, 404}
    assert not any("console" in answer.text for answer in answers)
