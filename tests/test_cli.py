"""The command line: every failure a person can mend is one line that names it, and exit 2."""

import io
import os
import re
import socket
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from portal import cli
from portal.storage import migrate
from tests.support.servers import Portal, free_port


@dataclass
class Said:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Said]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("PORTAL_")]:
        monkeypatch.delenv(name)

    def command(*arguments: str, input: str = "", **environ: str) -> Said:
        with monkeypatch.context() as here:
            here.setattr("sys.stdin", io.StringIO(input))
            for name, value in environ.items():
                here.setenv(name, value)
            with pytest.raises(SystemExit) as ended:
                cli.main(list(arguments))
        said = capsys.readouterr()
        return Said(int(ended.value.code or 0), said.out, said.err)

    return command


def is_one_line(said: Said, *words: str) -> bool:
    """Tell whether a command failed as it should: exit 2, one line on stderr with these words."""
    assert said.code == 2, said
    assert re.fullmatch(r"portal: [^\n]+\n", said.err), said
    assert "Traceback" not in said.out + said.err
    missing = [word for word in words if word not in said.err]
    assert missing == [], said.err
    return True


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


@pytest.mark.parametrize("path", [*commands(cli.portal)], ids=" ".join)
def test_every_command_explains_itself(run: Run, path: Sequence[str]) -> None:
    """--help says how it is used and what it does, and so does -h."""
    long, short = run(*path, "--help"), run(*path, "-h")

    assert (long.code, long.err) == (0, "")
    assert long.out == short.out
    assert long.out.startswith("Usage: " + " ".join(("portal", *path)))
    assert re.search(r"\n\n  [A-Z][^\n]+\.", long.out)


def test_the_contract_s_commands_are_there() -> None:
    """No more and no less than is delivered."""
    assert {" ".join(path) for path in commands(cli.portal) if path} == {
        "demo",
        "serve",
        "migrate",
        *("staff", "staff add", "staff disable", "staff enable", "staff link", "staff capacity"),
        *("import", "import markdown"),
        *("news", "news breaking", "news withdraw", "news move-category"),
        *("counts", "counts export", "counts recount"),
    }


def test_without_a_word_it_shows_what_there_is(run: Run) -> None:
    """That is a question, not a mistake."""
    said = run()

    assert said.code == 0
    assert "serve" in said.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["fly"], ["fly"]),
        (["serve", "--fly"], ["--fly"]),
        (["serve", "extra"], ["extra"]),
        (["serve", "--port", "x"], ["--port", "x"]),
        (["serve", "--port", "65536"], ["--port", "65536"]),
        (["serve", "--workers", "0"], ["--workers"]),
        (["demo", "--readers", "-1"], ["--readers"]),
        (["staff"], []),
        (["staff", "add"], ["EMAIL"]),
        (["staff", "add", "ada@example.com", "--role", "agent"], ["--name"]),
        (["staff", "add", "a@b.c", "--name", "A", "--role", "king"], ["king", "admin"]),
        (["staff", "disable"], ["EMAIL"]),
        (["staff", "capacity"], ["EMAIL"]),
        (["staff", "capacity", "ada@example.com"], ["N|none"]),
        (["import", "markdown", "nowhere"], ["nowhere"]),
        (["import", "carrier-pigeon", "x"], ["carrier-pigeon"]),
        (["news", "breaking"], ["ADDRESS"]),
        (["news", "breaking", "/a", "--for", "2h", "--end"], ["--end", "--for"]),
        (["news", "move-category", "/a/"], ["NEWPATH"]),
    ],
)
def test_a_wrong_word_is_named(run: Run, arguments: list[str], words: list[str]) -> None:
    """Unknown, missing, out of range."""
    said = run(*arguments)

    if arguments == ["staff"]:
        assert said.code == 0
        assert "disable" in said.out
    else:
        assert is_one_line(said, *words)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORTAL_CLICK_WINDOW", "soon", ["soon", "86400"]),
        ("PORTAL_TIMEZONE", "Mars", ["Mars", "Europe/Berlin"]),
        ("PORTAL_TYPO", "hunter2", ["no such setting"]),
        ("PORTAL_SITE_NAME", "two\nlines", ["one line"]),
        ("PORTAL_DATABASE_URL", "mysql://ada:hunter2@db/portal", ["postgresql://"]),
        ("PORTAL_REDIS_URL", "http://:hunter2@x", ["redis://"]),
        ("PORTAL_SECRET_KEYS", "hunter2", ["32"]),
        ("PORTAL_SMTP_URL", "http://ada:hunter2@mail", ["smtp://"]),
    ],
)
def test_a_wrong_setting_is_named(run: Run, name: str, value: str, words: list[str]) -> None:
    """With what was expected; what may be a secret is not repeated."""
    said = run("migrate", **{name: value})

    assert is_one_line(said, name, *words)
    assert "hunter2" not in said.err


def test_a_setting_in_a_file_is_one_too(run: Run, tmp_path: Path) -> None:
    """A mistake in .env reads like one in the environment; an unreadable .env is named."""
    (tmp_path / ".env").write_text("PORTAL_CLICK_WINDOW=soon\n")
    wrong = run("migrate")
    (tmp_path / ".env").write_bytes(b"PORTAL_SITE_NAME=\xff\n")
    unreadable = run("migrate")

    assert is_one_line(wrong, "PORTAL_CLICK_WINDOW")
    assert is_one_line(unreadable, ".env")


@pytest.mark.parametrize("place", ["a file", "a file/below", "/proc/portal"])
@pytest.mark.parametrize("command", [("migrate",), ("staff", "enable", "a@b.c"), ("serve",)])
def test_a_folder_that_cannot_be_written_is_named(
    run: Run, tmp_path: Path, place: str, command: Sequence[str]
) -> None:
    """By every command that would write there."""
    (tmp_path / "a file").write_text("")
    folder = tmp_path / place
    said = run(*command, PORTAL_DATA=str(folder))

    assert is_one_line(said, str(folder), "PORTAL_DATA")


@pytest.mark.parametrize("command", [("migrate",), ("staff", "enable", "a@b.c"), ("serve",)])
def test_a_database_that_is_not_there_is_named(run: Run, command: Sequence[str]) -> None:
    """Its address is told, its password is not."""
    url = f"postgresql://ada:hunter2@127.0.0.1:{free_port()}/portal"
    port = ["--port", str(free_port())] if command == ("serve",) else []
    said = run(*command, *port, PORTAL_DATABASE_URL=url)

    assert is_one_line(said, "127.0.0.1", "database")
    assert "hunter2" not in said.out + said.err


def test_a_database_that_says_nothing_is_not_waited_for(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host that takes the connection and never answers is told like one that refuses."""
    monkeypatch.setattr(migrate, "CONNECT_SECONDS", 0.2)
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        port = mute.getsockname()[1]
        said = run("migrate", PORTAL_DATABASE_URL=f"postgresql://ada@127.0.0.1:{port}/portal")

    assert is_one_line(said, str(port), "no answer")


def test_a_file_that_is_no_database_is_named(run: Run, tmp_path: Path) -> None:
    """Nothing of it is changed."""
    place = tmp_path / "letter.txt"
    place.write_text("Dear Ada, " * 1000)
    said = run("migrate", PORTAL_DATABASE_URL=f"sqlite:///{place}")

    assert is_one_line(said, str(place))
    assert place.read_text() == "Dear Ada, " * 1000


def test_migrating_twice_is_safe(run: Run) -> None:
    """The second time there is nothing to do."""
    first, second = run("migrate"), run("migrate")

    assert (first.code, second.code) == (0, 0)
    assert "schema" in first.out
    assert second.out == "Nothing to do.\n"


def test_a_taken_port_is_named(run: Run) -> None:
    """With the flag that mends it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = run("serve", "--port", str(port))

    assert is_one_line(said, str(port), "--port")


@pytest.mark.parametrize(
    ("host", "words"),
    [("0.0.0.0", ["PORTAL_BASE_URL="]), ("::", ["PORTAL_BASE_URL="]), ("no.such.host.invalid", [])],
)
def test_beyond_loopback_the_address_must_be_set(run: Run, host: str, words: list[str]) -> None:
    """The line to add is in the sentence."""
    said = run("serve", "--host", host)

    assert is_one_line(said, host, *words)


def test_an_address_nobody_has_is_named(run: Run) -> None:
    """A host that this machine is not, though the base URL is set."""
    base = "https://news.example"
    said = run("serve", "--host", "192.0.2.1", "--port", str(free_port()), PORTAL_BASE_URL=base)
    unknown = run("serve", "--host", "no.such.host.invalid", PORTAL_BASE_URL=base)

    assert is_one_line(said, "192.0.2.1")
    assert is_one_line(unknown, "no.such.host.invalid")


# Accounts


def add(run: Run, *more: str, email: str = "ada@example.com", input: str = "") -> Said:
    return run("staff", "add", email, "--name", "Ada", *more, input=input)


def test_an_account_without_a_password_gets_a_link(run: Run) -> None:
    """One line on stdout, to be handed on; `link` prints another."""
    added = add(run, "--role", "agent")
    again = run("staff", "link", "ADA@example.com")

    links = [added.out, again.out]
    assert (added.code, again.code) == (0, 0)
    assert all(
        re.fullmatch(r"http://127\.0\.0\.1:8000/staff/link/[\w-]{43}\n", each) for each in links
    )
    assert links[0] != links[1]


def test_a_password_is_read_from_stdin(run: Run) -> None:
    """And shown nowhere."""
    password = "the harbour reopens at dawn"
    said = add(run, "--role", "admin", "--password-stdin", input=password + "\r\n")

    assert (said.code, said.out) == (0, "ada@example.com may sign in.\n")


@pytest.mark.parametrize(
    ("input", "word"),
    [("", "15"), ("short\n", "15"), ("x" * 30 + "\n", "repeats"), ("x" * 2000 + "\n", "1024")],
)
def test_a_weak_password_is_refused(run: Run, input: str, word: str) -> None:
    """Nothing was added."""
    said = add(run, "--role", "admin", "--password-stdin", input=input)
    after = run("staff", "link", "ada@example.com")

    assert is_one_line(said, word)
    assert is_one_line(after, "ada@example.com")


def test_what_cannot_be_an_account_is_refused(run: Run) -> None:
    """A second one, an address that is none, a name nobody can see."""
    add(run, "--role", "agent")
    twice = add(run, "--role", "admin", email="Ada@Example.com")
    no_address = add(run, "--role", "agent", email="ada")
    no_name = run("staff", "add", "b@example.com", "--name", " ", "--role", "agent")

    assert is_one_line(twice, "ada@example.com")
    assert is_one_line(no_address, "ada", "e-mail")
    assert is_one_line(no_name, "name")


def test_access_is_taken_and_given_back(run: Run) -> None:
    """By address, however written; a link only for those who may come in."""
    add(run, "--role", "agent")
    disabled = run("staff", "disable", "Ada@Example.com")
    no_link = run("staff", "link", "ada@example.com")
    enabled = run("staff", "enable", "ada@example.com")

    assert (disabled.code, disabled.out) == (0, "ada@example.com has no access any more.\n")
    assert is_one_line(no_link, "ada@example.com", "disabled")
    assert (enabled.code, enabled.out) == (0, "ada@example.com may sign in again.\n")


def test_nobody_locks_the_house_from_outside(run: Run) -> None:
    """The last administrator stays; a stranger is named."""
    add(run, "--role", "admin")
    last = run("staff", "disable", "ada@example.com")
    stranger = run("staff", "disable", "eve@example.com")

    assert is_one_line(last, "last administrator")
    assert is_one_line(stranger, "eve@example.com")


def test_how_many_chats_somebody_takes(run: Run, tmp_path: Path) -> None:
    """A number, or none again; each is written down as done by nobody's account."""
    add(run, "--role", "agent")
    said = [run("staff", "capacity", "Ada@Example.com", each) for each in ("5", "0", "none")]
    with closing(sqlite3.connect(tmp_path / "data" / "portal.sqlite")) as db:
        seats = db.execute("SELECT staff_id, capacity FROM seat").fetchall()
        log = db.execute(
            "SELECT staff_id, about FROM audit WHERE action = 'desk.capacity' ORDER BY id"
        ).fetchall()

    assert [(each.code, each.out) for each in said] == [
        (0, "ada@example.com answers at most 5 at once.\n"),
        (0, "ada@example.com answers at most 0 at once.\n"),
        (0, "ada@example.com answers as many at once as PORTAL_CHAT_CAPACITY says.\n"),
    ]
    assert seats == [(1, None)]
    assert log == [(None, f"staff 1: {each}") for each in ("5", "0", "default")]


@pytest.mark.parametrize("number", ["101", "-1", "2.5", "five", "", " ", "٣", "9" * 5000])
def test_what_is_no_number_of_chats(run: Run, tmp_path: Path, number: str) -> None:
    """It is named, and so is what was expected; nothing was changed."""
    add(run, "--role", "agent")
    said = run("staff", "capacity", "ada@example.com", number)
    with closing(sqlite3.connect(tmp_path / "data" / "portal.sqlite")) as db:
        seats = db.execute("SELECT * FROM seat").fetchall()

    assert is_one_line(said, repr(number[:60]), "0 to 100", "none")
    assert seats == []


def test_a_stranger_takes_none(run: Run) -> None:
    """Whoever has no account is named."""
    said = run("staff", "capacity", "eve@example.com", "5")

    assert is_one_line(said, "eve@example.com")


def test_a_second_server_on_one_folder_is_refused(tmp_path: Path) -> None:
    """It is told who holds the folder and what to do; the first one goes on."""
    first = Portal(tmp_path / "data").start()
    try:
        second = subprocess.run(
            [first.python, "-m", "portal", "serve", "--port", str(free_port())],
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, "PORTAL_DATA": str(first.data)},
        )
        status = first.get("/readyz")[0]
        assert first.process is not None
        holder = str(first.process.pid)
    finally:
        first.stop()

    said = Said(second.returncode, second.stdout, second.stderr)
    assert is_one_line(said, holder, "--workers", "PORTAL_REDIS_URL", str(first.data))
    assert status == 200


def test_the_program_fails_as_the_function_does(tmp_path: Path) -> None:
    """`python -m portal` as a person runs it: stderr, exit 2, no traceback."""
    done = Portal(tmp_path / "data").run("serve", "--port", "x")

    assert is_one_line(Said(done.returncode, done.stdout, done.stderr), "--port")
