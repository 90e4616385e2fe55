"""The bugs: deliberate ones, each a way in which a live chat really goes wrong.

A bug is a few exact replacements in the text of the product. They stand here word for word, so
that `test_mutants` fails as soon as the product no longer reads so; whoever changed it then says
here how the same bug would look now.
"""

from tests.faults.bug import Bug, Change

DESK = "portal/chat/desk.py"
TRANSCRIPT = "portal/chat/transcript.py"

NO_LOCK = Change(
    "portal/chat/register.py",
    '    if connection.dialect.name == "sqlite":\n        return None\n    query = select(table.c',
    "    return None\n    query = select(table.c",
)
NO_COMPARISON = Change(
    TRANSCRIPT,
    ".where(row.c.id == before.id, row.c.revision == before.revision)",
    ".where(row.c.id == before.id)",
)

BUGS = (
    Bug(
        "ack-before-commit",
        "a caller is answered, and everybody told, half a second before the commit",
        (
            Change(
                "portal/storage/database.py",
                "            async with self._readers.connect() as connection:\n"
                "                result = await work(connection)\n",
                "            if 'Desk._' in work.__qualname__:\n"
                "                connection = await self._readers.connect()\n"
                "                try:\n"
                "                    result = await work(connection)\n"
                "                except BaseException:\n"
                "                    await connection.close()\n"
                "                    raise\n"
                "                asyncio.get_running_loop().call_later(\n"
                "                    0.5, lambda: asyncio.ensure_future(_commit(connection))\n"
                "                )\n"
                "                return result\n"
                "            async with self._readers.connect() as connection:\n"
                "                result = await work(connection)\n",
            ),
            Change(
                "portal/storage/database.py",
                "class _Broken(Exception):\n",
                "async def _commit(connection: AsyncConnection) -> None:\n"
                "    with suppress(Exception):\n"
                "        await connection.commit()\n"
                "        await connection.close()\n\n\n"
                "class _Broken(Exception):\n",
            ),
        ),
        plays=("store-restarted:1", "killed:1"),
        database="postgresql",
    ),
    Bug(
        "no-unique-id",
        "an id that comes again is stored again",
        (
            Change(
                TRANSCRIPT,
                "    if row is None:\n        return None\n    found = read(row)\n",
                "    return None\n    found = read(row)\n",
            ),
            Change(
                "portal/storage/tables/chat.py",
                '    UniqueConstraint("conversation_id", "author", "client_id"),\n',
                "",
            ),
            Change(
                "portal/storage/migrations/versions/0001_first_light.py",
                '            "author",\n            "client_id",\n'
                '            name=op.f("uq_entry_conversation_id_author_client_id"),\n',
                '            "seq",\n            name="uq_entry_seq",\n',
            ),
        ),
        plays=("same-id:0.05",),
    ),
    Bug(
        "told-within-the-transaction",
        "everybody hears of an entry before it is committed, and also if it never is",
        (
            Change(
                "portal/chat/acts.py",
                "return await self.write(c, who, before, judge(before, who), draft, now, files)\n",
                "done = await self.write(c, who, before, judge(before, who), draft, now, files)\n"
                "            self.announce(done)\n"
                "            return done\n",
            ),
            Change(
                DESK,
                "            return replace(said, before=begun.before)\n",
                "            self.acts.announce(replace(said, before=begun.before))\n"
                "            return replace(said, before=begun.before)\n",
            ),
        ),
        plays=("store-unknown:1",),
        database="postgresql",
    ),
    Bug(
        "no-sweep",
        "what the bus lost is missed until somebody speaks again",
        (
            Change(
                "portal/chat/rounds.py",
                "        if self._even and not self.bus.doubtful:\n",
                "        if not self.bus.doubtful:\n",
            ),
        ),
        plays=("last-words:1",),
    ),
    Bug(
        "no-catch-up",
        "whoever is back on the bus does not look what he missed; rows are compared now and then",
        (
            Change(
                "portal/chat/parts.py",
                "        self._bus.on_resumed(self._resumed)\n",
                "",
            ),
            Change("portal/chat/rounds.py", "SWEEP_SECONDS = 1.0", "SWEEP_SECONDS = 20.0"),
        ),
        plays=("last-words:1",),
    ),
    Bug(
        "page-repeats-one",
        "`>=` for `>`: a page begins with the entry that was there already",
        (Change(TRANSCRIPT, "tables.entry.c.seq > since", "tables.entry.c.seq >= since"),),
        plays=("network:1",),
    ),
    Bug(
        "gap-overlooked",
        "an entry is told though the one before it has not come",
        (
            Change(
                "portal/chat/attachment.py",
                "        while ready := self._held.pop(self.cursor + 1, None):\n",
                "        while ready := self._held.pop(min(self._held, default=0), None):\n",
            ),
            Change(
                "portal/chat/attachment.py",
                "            self.cursor += 1\n",
                "            self.cursor = ready.entry.seq\n",
            ),
        ),
        plays=("redis-loses:1",),
    ),
    Bug(
        "numbers-of-their-own",
        "numbers are given out outside the transaction and without the row's lock",
        (
            NO_LOCK,
            Change(
                TRANSCRIPT,
                "    raised = await connection.execute(\n        update(row)\n",
                "    raised = await _apart(connection,\n        update(row)\n",
            ),
            NO_COMPARISON,
            Change(
                TRANSCRIPT,
                "async def page(\n",
                "async def _apart(connection: Any, statement: Any) -> Any:\n"
                "    async with connection.engine.begin() as own:\n"
                "        return (await own.execute(statement)).freeze()()\n\n\n"
                "async def page(\n",
            ),
        ),
        plays=("store-unknown:1",),
        database="postgresql",
    ),
    Bug(
        "notes-leak",
        "a note is an entry like any other",
        (
            Change(
                "portal/chat/visible.py",
                'return entry.kind in ("text", "file")',
                'return entry.kind in ("text", "file", "note")',
            ),
        ),
        plays=("network:1",),
    ),
    Bug(
        "two-winners",
        "who claims reads the row without its lock and writes without comparing it",
        (NO_LOCK, NO_COMPARISON),
        plays=("claims:0.05",),
        database="postgresql",
    ),
    Bug(
        "sessions-never-end",
        "nobody looks whose access has ended",
        (
            Change(
                "portal/staff/watch.py",
                "            if agent.session in ended:\n                _close(connection)\n"
                "            else:\n",
                "            if agent.session not in ended:\n",
            ),
        ),
        plays=("changed:1",),
    ),
    Bug(
        "every-look-is-a-click",
        "a reader who asks again is counted again",
        (
            Change(
                "portal/memory/tally.lua",
                "if before and tonumber(ARGV[4]) > 0 then\n",
                "if false then\n",
            ),
        ),
        plays=("network:1",),
    ),
    Bug(
        "counted-without-valkey",
        "a view is said to count though Valkey did not answer",
        (
            Change(
                "portal/audience/counting.py",
                "            except Unavailable:\n                pass\n",
                "            except Unavailable:\n                return True\n",
            ),
        ),
        plays=("redis-killed:1",),
    ),
    Bug(
        "adds-in-place-of-totals",
        "a node that hears of clicks adds one, in place of taking the total it is told",
        (
            Change(
                "portal/audience/ticker.py",
                "            self._hear(heard.life, heard.totals)\n",
                "            more = {a: self._totals.total(a) + 1 for a in heard.totals}\n"
                "            self._hear(heard.life, more)\n",
            ),
        ),
        plays=("rush:0.5",),
    ),
    Bug(
        "flush-forgets-clicks",
        "after a flush of Valkey nobody tells it what it had counted",
        (
            Change(
                "portal/audience/ticker.py",
                "        if known.owed and known.life is not None:\n",
                "        if False and known.life is not None:\n",
            ),
        ),
        plays=("redis-flushed:1",),
    ),
    Bug(
        "answers-anywhere",
        "an agent may answer where a colleague does",
        (
            Change(
                "portal/chat/conversation.py",
                '    if c.agent != agent.id:\n        raise Refused("conflict"',
                '    if False:\n        raise Refused("conflict"',
            ),
        ),
        plays=("moves:0.2",),
    ),
)
