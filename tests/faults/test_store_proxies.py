"""The proxies that understand what passes, before a real Valkey and a real PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from tests.faults.postgres_proxy import PostgresProxy
from tests.faults.redis_proxy import RedisProxy, read, split, write
from tests.support.servers import Postgres

SOON = 5.0
"""A busy machine is not a fault."""
PULSED = "bus:pulse:a"


def test_splits_requests() -> None:
    """Requests are found wherever the stream is broken, inline ones too."""
    stream = write(b"PUBLISH", b"a", b"\r\n*1\r\n") + b"PING\r\n" + write(b"GET", b"")
    whole = [write(b"PUBLISH", b"a", b"\r\n*1\r\n"), b"PING\r\n", write(b"GET", b"")]
    for at in range(len(stream) + 1):
        first, rest = split(stream[:at])
        second, left = split(rest + stream[at:])

        assert (whole, b"") == (first + second, left)
    assert [[b"PUBLISH", b"a", b"\r\n*1\r\n"], [], [b"GET", b""]] == [read(each) for each in whole]


@pytest.fixture
async def redis_proxy(valkey_url: str) -> AsyncIterator[RedisProxy]:
    """A proxy before the run's Valkey."""
    place = valkey_url.removeprefix("unix://").partition("?")[0]
    proxy = RedisProxy(Path(place), seed=7)
    await proxy.start()
    yield proxy
    await proxy.stop()


def client(proxy: RedisProxy, protocol: int = 3) -> Redis:
    return Redis(port=proxy.port, protocol=protocol, retry=Retry(NoBackoff(), 0))


async def listen(redis: Redis, count: int, channel: str) -> list[bytes]:
    """Publish 1 … count, then on the spared channel; return what was heard before that."""
    heard: list[bytes] = []
    async with redis.pubsub() as ear, asyncio.timeout(SOON):
        await ear.subscribe(channel, PULSED)
        for _ in (channel, PULSED):
            await ear.get_message(timeout=None)
        for number in range(1, count + 1):
            # Its answer is an honest 1, also of one that got lost.
            assert 1 == await redis.publish(channel, number)
        await redis.publish(PULSED, "")
        async for message in ear.listen():
            if message["channel"] == PULSED.encode():
                break
            heard.append(message["data"])
    return heard


@pytest.mark.parametrize("protocol", [2, 3])
async def test_drops_and_doubles(redis_proxy: RedisProxy, protocol: int) -> None:
    """The chosen publishes get lost or happen twice; the client believes that all went well."""
    redis_proxy.drop_publish(2)
    redis_proxy.double_publish(4)
    async with client(redis_proxy, protocol) as redis:
        heard = await listen(redis, 5, "faults:chosen")

    assert [b"1", b"3", b"4", b"4", b"5"] == heard
    assert {"drop_publish": 1, "double_publish": 1} == +redis_proxy.fired


async def test_keeps_the_order_of_a_pipeline(redis_proxy: RedisProxy) -> None:
    """A lost publish amid pipelined commands is answered at its place."""
    redis_proxy.drop_publish(1)
    async with client(redis_proxy) as redis:
        pipeline = redis.pipeline(transaction=False)
        pipeline.echo("before")
        pipeline.publish("faults:none", "lost")
        pipeline.echo("after")
        answers = await pipeline.execute()

    assert [b"before", 1, b"after"] == answers


async def test_drops_a_share_by_seed(valkey_url: str) -> None:
    """A share is lost; the same seed loses the same ones, and the heartbeat is spared."""
    heard = []
    for seed in (3, 3, 4):
        proxy = RedisProxy(Path(valkey_url.removeprefix("unix://").partition("?")[0]), seed=seed)
        await proxy.start()
        proxy.drop_publishes(0.3)
        async with client(proxy) as redis:
            heard.append(await listen(redis, 60, "faults:share"))
            async with redis.pubsub() as ear:
                await ear.subscribe(PULSED)
                await ear.get_message(timeout=1)
                assert [1] * 20 == [await redis.publish(PULSED, "") for _ in range(20)]
                beats = [await ear.get_message(timeout=1) for _ in range(20)]
        await proxy.stop()
        await asyncio.sleep(0.01)

        assert None not in beats
        assert 60 == len(heard[-1]) + proxy.fired["drop_publish"]
    assert 30 < len(heard[0]) < 54
    assert heard[0] == heard[1] != heard[2]


# PostgreSQL


@pytest.mark.parametrize(
    ("fault", "stored"), [("cut_at_commit_reply", [1, 2, 3]), ("cut_at_commit", [1, 3])]
)
async def test_loses_a_commit_or_its_answer(
    postgres: Postgres, fault: str, stored: list[int]
) -> None:
    """The chosen commit is lost, or done and its answer lost; others are done and answered."""
    admin = await asyncpg.connect(postgres.url("postgres"))
    await admin.execute("CREATE TABLE IF NOT EXISTS faults (n int)")
    await admin.execute("TRUNCATE faults")
    proxy = PostgresProxy(Path(postgres.url("").partition("host=")[2]) / ".s.PGSQL.5432")
    await proxy.start()
    getattr(proxy, fault)(2)

    async def connect() -> Any:
        return await asyncpg.connect(host="127.0.0.1", port=proxy.port, user="postgres")

    async def insert(connection: Any, number: int) -> None:
        async with connection.transaction():
            await connection.execute("INSERT INTO faults VALUES ($1)", number)

    first = await connect()
    await insert(first, 1)
    with pytest.raises((OSError, asyncpg.PostgresError, asyncpg.InterfaceError)):
        await insert(first, 2)
    second = await connect()
    await insert(second, 3)
    await second.close()
    await proxy.stop()
    rows = await admin.fetch("SELECT n FROM faults ORDER BY n")
    await admin.close()

    assert stored == [row["n"] for row in rows]
    assert {fault: 1} == dict(+proxy.fired)
