"""Accounts and one-time links in SQL. Whatever ends a right raises the account's `version`.

A session carries the version it began with; so one number ends all of a person's sessions, on
every node, the moment it is committed.
"""

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Row
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from portal.clock import DAY, Clock
from portal.errors import Refused
from portal.identity import Role, StaffId
from portal.staff.account import Account, email_address, person_name
from portal.storage.database import Database
from portal.storage.tables.portal import fact
from portal.storage.tables.staff import audit, link, staff
from portal.storage.upsert import insert_for

LINK_LIFETIME = DAY


def token_hash(token: str) -> str:
    """Return what is kept of a token: its SHA-256, hex."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Invitation:
    """An unused link: for an account, or (`account` is None) for the first administrator."""

    account: Account | None


class Accounts:
    """All who work here."""

    def __init__(self, db: Database, now: Clock) -> None:
        self._db = db
        self._now = now

    async def add(
        self,
        email: str,
        name: str,
        role: Role,
        *,
        title: str = "",
        password_hash: str | None = None,
    ) -> Account:
        """Add an account.

        Raises:
            Refused: the address or the name cannot be meant, or the address is taken.
        """
        row = {
            "email": email_address(email),
            "name": person_name(name),
            "title": title,
            "role": role.value,
            "password_hash": password_hash,
            "created_at": self._now(),
        }

        async def work(c: AsyncConnection) -> Account:
            found = (await c.execute(insert(staff).values(row).returning(*staff.c))).one()
            await self._note(c, "staff.add", found.email)
            return _account(found)

        try:
            return await self._db.write(work)
        except IntegrityError:
            raise Refused("conflict", f"{row['email']} has an account already.") from None

    async def by_email(self, email: str) -> Account | None:
        """Return the account with this address, if there is one."""
        async with self._db.read() as c:
            row = (await c.execute(select(staff).where(staff.c.email == email.casefold()))).first()
        return _account(row) if row else None

    async def password_hash(self, account: StaffId) -> str | None:
        """Return the hash kept of an account's password."""
        async with self._db.read() as c:
            found: str | None = (
                await c.execute(select(staff.c.password_hash).where(staff.c.id == account))
            ).scalar()
        return found

    async def everybody(self) -> list[Account]:
        """Return all accounts, by name."""
        async with self._db.read() as c:
            return [_account(row) for row in await c.execute(select(staff).order_by(staff.c.name))]

    async def rehash(self, account: StaffId, password_hash: str) -> None:
        """Keep a better hash of the same password; no session ends."""

        async def work(c: AsyncConnection) -> None:
            await c.execute(
                update(staff).where(staff.c.id == account).values(password_hash=password_hash)
            )

        await self._db.write(work)

    async def set_disabled(self, email: str, disabled: bool) -> Account:
        """End all access of an account, or give it back.

        Raises:
            Refused: there is no such account, or it is the last administrator's.
        """
        at = self._now() if disabled else None

        async def work(c: AsyncConnection) -> Account:
            row = (
                await c.execute(
                    update(staff)
                    .where(staff.c.email == email.strip().casefold())
                    .values(disabled_at=at, version=staff.c.version + 1)
                    .returning(*staff.c)
                )
            ).first()
            if row is None:
                raise Refused("not_found", f"Nobody here has the address {email}.")
            if disabled and row.role == Role.ADMIN and not await _administrators(c):
                raise Refused("not_allowed", f"{email} is the last administrator.")
            if disabled:
                await self._end_links(c, StaffId(row.id))
            await self._note(c, "staff.disable" if disabled else "staff.enable", row.email)
            return _account(row)

        return await self._db.write(work)

    async def make_link(self, account: StaffId) -> str:
        """Return a new one-time token for an account."""
        token = secrets.token_urlsafe(32)

        async def work(c: AsyncConnection) -> None:
            await self._add_link(c, token, account)

        await self._db.write(work)
        return token

    async def first_link(self) -> str | None:
        """Return the first administrator's token, once in a database's life and only while
        nobody works here."""
        token = secrets.token_urlsafe(32)

        async def work(c: AsyncConnection) -> bool:
            if (await c.execute(select(func.count()).select_from(staff))).scalar():
                return False
            done = await c.execute(
                insert_for(c, fact)
                .values(name="first_link_made_at", value=str(self._now()))
                .on_conflict_do_nothing()
            )
            if not done.rowcount:
                return False
            await self._add_link(c, token, None)
            return True

        return token if await self._db.write(work) else None

    async def _add_link(self, c: AsyncConnection, token: str, account: StaffId | None) -> None:
        now = self._now()
        await c.execute(
            insert(link).values(
                token_hash=token_hash(token),
                staff_id=account,
                created_at=now,
                expires_at=now + LINK_LIFETIME,
            )
        )

    async def invitation(self, token: str) -> Invitation | None:
        """Return what an unused link is for; None if it is used, too old, or none of ours."""
        async with self._db.read() as c:
            return await self._invitation(c, token)

    async def accept(self, token: str, password_hash: str, email: str, name: str) -> Account:
        """Use a link: set the password, and make the account if it is the first one.

        Raises:
            Refused: the link is used or too old, or the new account cannot be meant.
        """

        async def work(c: AsyncConnection) -> Account:
            invited = await self._invitation(c, token)
            used = await c.execute(
                update(link)
                .where(link.c.token_hash == token_hash(token), link.c.used_at.is_(None))
                .values(used_at=self._now())
            )
            if invited is None or not used.rowcount:
                raise Refused("not_found", "This link was used already, or is too old.")
            if invited.account is None:
                row = (
                    await c.execute(
                        insert(staff)
                        .values(
                            email=email_address(email),
                            name=person_name(name),
                            role=Role.ADMIN.value,
                            password_hash=password_hash,
                            created_at=self._now(),
                        )
                        .returning(*staff.c)
                    )
                ).one()
            else:
                row = (
                    await c.execute(
                        update(staff)
                        .where(staff.c.id == invited.account.id)
                        .values(password_hash=password_hash, version=staff.c.version + 1)
                        .returning(*staff.c)
                    )
                ).one()
                await self._end_links(c, invited.account.id)
            await self._note(c, "staff.link", row.email)
            return _account(row)

        try:
            return await self._db.write(work)
        except IntegrityError:
            raise Refused("conflict", "This address has an account already.") from None

    async def _invitation(self, c: AsyncConnection, token: str) -> Invitation | None:
        row = (
            await c.execute(
                select(link.c.staff_id.label("invited"), *staff.c)
                .select_from(link.outerjoin(staff, link.c.staff_id == staff.c.id))
                .where(
                    link.c.token_hash == token_hash(token),
                    link.c.used_at.is_(None),
                    link.c.expires_at > self._now(),
                )
            )
        ).first()
        if row is None:
            return None
        if row.invited is not None:
            return None if row.disabled_at is not None else Invitation(_account(row))
        return None if await _administrators(c) else Invitation(None)

    async def _end_links(self, c: AsyncConnection, account: StaffId) -> None:
        """Use up whatever other links an account has: an old mail must not outlive its purpose."""
        await c.execute(
            update(link)
            .where(link.c.staff_id == account, link.c.used_at.is_(None))
            .values(used_at=self._now())
        )

    async def _note(self, c: AsyncConnection, action: str, about: str) -> None:
        await c.execute(insert(audit).values(at=self._now(), action=action, about=about))


async def publishers(connection: AsyncConnection) -> list[str]:
    """Return the addresses of those who may publish and whose access has not ended."""
    roles = [Role.ADMIN.value, Role.EDITOR.value]
    query = select(staff.c.email).where(staff.c.role.in_(roles), staff.c.disabled_at.is_(None))
    return list((await connection.execute(query.order_by(staff.c.id))).scalars())


async def _administrators(c: AsyncConnection) -> int:
    count = select(func.count()).select_from(staff)
    able = count.where(staff.c.role == Role.ADMIN.value, staff.c.disabled_at.is_(None))
    return (await c.execute(able)).scalar() or 0


def _account(row: Row[tuple[object, ...]]) -> Account:
    return Account(
        id=StaffId(row.id),
        email=row.email,
        name=row.name,
        title=row.title,
        role=Role(row.role),
        version=row.version,
        disabled=row.disabled_at is not None,
        has_password=row.password_hash is not None,
    )
