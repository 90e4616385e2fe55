"""The pages of the staff's door: signing in, signing out, and the one-time link.

All of them are plain forms and work without JavaScript. A GET changes nothing, so a mail program
that looks at a link does not use it up.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from portal.errors import Refused
from portal.identity import Agent
from portal.memory.attempts import Attempts
from portal.settings import Settings
from portal.staff.account import LONGEST_EMAIL, Account
from portal.staff.passwords import Passwords, check_acceptable
from portal.staff.renewal import Tickets, answer, ticket_of, wants_json
from portal.staff.sessions import ABSOLUTE, Sessions
from portal.staff.store import Accounts, token_hash
from portal.web.forms import FormTokens, fields
from portal.web.templates import Templates

log = structlog.get_logger("portal.staff")

LONGEST_NEXT = 1_000
"""Characters; the form that carries it back takes no more than twice that."""
SIGN_IN = "sign-in"
"""What the sign-in form's token is bound to: there is no session yet."""


@dataclass(frozen=True, slots=True)
class SignInPage:
    """`staff/sign-in.html`: fields `email`, `password`, hidden `token` and `next`."""

    site_name: str
    language: str
    token: str
    email: str
    next: str
    problem: str
    encrypted: bool
    """False: whoever listens on the line can read the password; the page says so."""


@dataclass(frozen=True, slots=True)
class WelcomePage:
    """`staff/welcome.html`: the one-time link; `email` and `name` are asked of the first only."""

    site_name: str
    language: str
    token: str
    first: bool
    email: str
    name: str
    problem: str
    usable: bool
    """False: the link is used, too old, or none of ours; the page says what to do."""
    encrypted: bool


class StaffDoor:
    """The pages, with the parts they stand on."""

    def __init__(
        self,
        *,
        settings: Settings,
        templates: Templates,
        accounts: Accounts,
        sessions: Sessions,
        passwords: Passwords,
        attempts: Attempts,
        tokens: FormTokens,
        tickets: Tickets,
    ) -> None:
        self._settings = settings
        self._templates = templates
        self._accounts = accounts
        self._sessions = sessions
        self._passwords = passwords
        self._attempts = attempts
        self._tokens = tokens
        self._tickets = tickets

    async def sign_in_form(self, request: Request) -> Response:
        """Show the form; whoever is signed in already goes on to the console.

        A console that signs in again in place asks only for the form's token.
        """
        if wants_json(request):
            return answer({"token": self._tokens.make(SIGN_IN)})
        if isinstance(request.scope.get("actor"), Agent):
            return _go(_inside(request.query_params.get("next", "")))
        return self._show_sign_in(next_=_inside(request.query_params.get("next", "")))

    async def sign_in(self, request: Request) -> Response:
        """Check address and password and begin a session."""
        form = await fields(request, "email", "password", "token", "next")
        email, next_ = form["email"].strip().casefold()[:LONGEST_EMAIL], _inside(form["next"])
        try:
            self._tokens.check(form["token"], SIGN_IN)
            await self._limit(request, email)
            account = await self._right_account(email, form["password"])
            await self._forgive(request, email)
        except Refused as refused:
            status = {"limited": 429, "not_allowed": 403}.get(refused.code, 400)
            if wants_json(request):
                return answer({"code": refused.code, "message": refused.message}, status)
            return self._show_sign_in(email, next_, refused.message, status, refused.retry_ms)
        return await self._let_in(request, account, next_)

    async def sign_out(self, request: Request) -> Response:
        """End the session that sent this."""
        actor = request.scope.get("actor")
        if not isinstance(actor, Agent):
            return _go("/staff/sign-in")
        form = await fields(request, "token")
        try:
            self._tokens.check(form["token"], actor.session)
        except Refused as refused:
            return Response(refused.message + "\n", 403, media_type="text/plain")
        await self._sessions.end(actor.session)
        await request.state["ring_staff"]()
        response = _go("/staff/sign-in")
        response.delete_cookie(self._sessions.cookie, path="/", secure=self._settings.secure)
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    async def welcome_form(self, request: Request) -> Response:
        """Show what a one-time link is for."""
        return await self._show_welcome(request.path_params["token"])

    async def welcome(self, request: Request) -> Response:
        """Use a one-time link: choose a password, and be let in."""
        token = request.path_params["token"]
        form = await fields(request, "email", "name", "password", "token")
        invited = await self._accounts.invitation(token)
        if invited is None:
            return await self._show_welcome(token)
        email = invited.account.email if invited.account else form["email"]
        name = invited.account.name if invited.account else form["name"]
        try:
            self._tokens.check(form["token"], token)
            check_acceptable(form["password"], email, name, self._settings.site_name)
            hashed = await self._passwords.hash(form["password"])
            account = await self._accounts.accept(token, hashed, email, name)
        except Refused as refused:
            status = 403 if refused.code == "not_allowed" else 400
            typed = (form["email"], form["name"])
            return await self._show_welcome(token, *typed, refused.message, status)
        await request.state["ring_staff"]()
        return await self._let_in(request, account, "/staff/")

    async def _limit(self, request: Request, email: str) -> None:
        for key, most, window in _guards(request, email):
            wait_ms = await self._attempts.take(key, most, window)
            if wait_ms is not None:
                minutes = max(1, round(wait_ms / 60_000))
                raise Refused(
                    "limited",
                    f"Too many attempts. Please wait {minutes} min and try again.",
                    retry_ms=wait_ms,
                )

    async def _forgive(self, request: Request, email: str) -> None:
        for key, _most, _window in _guards(request, email):
            await self._attempts.give_back(key)

    async def _right_account(self, email: str, password: str) -> Account:
        account = await self._accounts.by_email(email)
        kept = await self._accounts.password_hash(account.id) if account else None
        right = await self._passwords.verify(kept, password)
        if account is None or not right or account.disabled:
            log.info("sign-in refused", account=account.id if account else None)
            raise Refused("bad_field", "E-mail address and password do not match.")
        if kept is not None and Passwords.outdated(kept):
            await self._accounts.rehash(account.id, await self._passwords.hash(password))
        return account

    async def _let_in(self, request: Request, account: Account, next_: str) -> Response:
        before, in_place = request.scope.get("actor"), wants_json(request)
        if isinstance(before, Agent) and in_place:
            # Its sockets are about to go on under the new session: they are given the time.
            await self._sessions.shorten(before.session)
        elif isinstance(before, Agent):
            # The browser forgets this session now; nobody else may remember it. ASVS 5.0 7.2.4.
            await self._sessions.end(before.session)
            await request.state["ring_staff"]()
        token = await self._sessions.begin(account, request.headers.get("user-agent", ""))
        log.info("signed in", account=account.id)
        response = _go(next_)
        if in_place:
            session = token_hash(token)
            agent = Agent(account.id, account.name, account.role, session, account.version)
            response = answer(ticket_of(self._tickets, agent))
        response.set_cookie(
            self._sessions.cookie,
            token,
            max_age=ABSOLUTE // 1000,
            path="/",
            secure=self._settings.secure,
            httponly=True,
            samesite="lax",
        )
        return response

    @property
    def _encrypted(self) -> bool:
        return self._settings.secure or self._settings.loopback

    def _show_sign_in(
        self,
        email: str = "",
        next_: str = "/staff/",
        problem: str = "",
        status: int = 200,
        retry_ms: int | None = None,
    ) -> Response:
        page = SignInPage(
            site_name=self._settings.site_name,
            language=self._settings.languages[0],
            token=self._tokens.make(SIGN_IN),
            email=email,
            next=next_,
            problem=problem,
            encrypted=self._encrypted,
        )
        response = _page(self._templates.render("staff/sign-in.html", page), status)
        if retry_ms is not None:
            response.headers["Retry-After"] = str(-(-retry_ms // 1000))
        return response

    async def _show_welcome(
        self, token: str, email: str = "", name: str = "", problem: str = "", status: int = 200
    ) -> Response:
        invited = await self._accounts.invitation(token)
        account = invited.account if invited else None
        page = WelcomePage(
            site_name=self._settings.site_name,
            language=self._settings.languages[0],
            token=self._tokens.make(token),
            first=invited is not None and account is None,
            email=account.email if account else email,
            name=account.name if account else name,
            problem=problem,
            usable=invited is not None,
            encrypted=self._encrypted,
        )
        text = self._templates.render("staff/welcome.html", page)
        return _page(text, 404 if invited is None else status)


def _guards(request: Request, email: str) -> tuple[tuple[str, int, int], ...]:
    """Return the limits of a sign-in: key, attempts, window in seconds. A right one is none."""
    network = request.scope.get("network", "")
    return (
        (f"sign-in:account:{email}", 10, 15 * 60),
        (f"sign-in:account-network:{email}:{network}", 5, 5 * 60),
        (f"sign-in:network:{network}", 100, 60 * 60),
    )


def sign_in_path(next_: str) -> str:
    """Return the address of the sign-in page that leads back to `next_`."""
    return (
        f"/staff/sign-in?{urlencode({'next': next_})}" if next_ != "/staff/" else "/staff/sign-in"
    )


def _inside(path: str) -> str:
    """Return `path` if it leads into the console, else the console: no open redirect."""
    plain = path.startswith("/staff/") and path.isprintable() and len(path) <= LONGEST_NEXT
    safe = plain and not any(part in path for part in ("\\", "//", ".."))
    return path if safe else "/staff/"


def _go(path: str) -> Response:
    return RedirectResponse(path, 303, headers={"Cache-Control": "no-store"})


def _page(text: str, status: int) -> Response:
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
    return HTMLResponse(text, status, headers=headers)
