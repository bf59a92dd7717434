"""The same behaviour in memory and in both databases."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any, List

import pytest
import sqlalchemy as sa

from bot.channels.wechat.pending import KEPT, REDELIVERED, Claimed, MemoryPending, Pending
from bot.channels.wechat.pending_sql import SqlPending
from bot.store.engine import sessions
from bot.store.errors import StoreUnavailable
from bot.store.models import WeChatStamp, WeChatTurn
from tests.desk.conftest import NOON

NEW, AGAIN, REPLAYED = Claimed("new"), Claimed("again"), Claimed("replayed")


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def pending(request: pytest.FixtureRequest, clock: Clock, tmp_path: Any) -> Any:
    if request.param == "memory":
        yield MemoryPending(clock)
        return
    if request.param == "sqlite":
        import shutil

        path = shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "campus.db")
        yield SqlPending(sessions(f"sqlite:///{path}"), clock)
        return
    store = sessions(request.getfixturevalue("migrated_postgres"))
    yield SqlPending(store, clock)
    with store.write() as session:
        session.execute(sa.text("TRUNCATE wechat_users, wechat_turns, wechat_stamps, wechat_tokens"))


async def asked(pending: Pending, key: str, *, sender: str = "wx:1", stamp: str = "") -> Claimed:
    return await pending.claim(key, stamp or f"s-{key}", sender, "o1")


async def test_one_delivery_of_a_message_is_new(pending: Pending) -> None:
    kinds = [(await asked(pending, "k1", stamp=f"s{number}")).kind for number in range(3)]
    assert kinds == ["new", "again", "again"]
    assert await pending.openid("wx:1") == "o1"
    assert await pending.openid("wx:2") is None


async def test_twenty_deliveries_at_once_make_one_turn(pending: Pending) -> None:
    found: List[Claimed] = await asyncio.gather(*(asked(pending, "k", stamp=f"s{number}") for number in range(20)))
    assert sorted(each.kind for each in found) == ["again"] * 19 + ["new"]


async def test_stamp_is_good_for_one_message_and_not_for_long(pending: Pending, clock: Clock) -> None:
    assert await asked(pending, "k1", stamp="s") == NEW
    assert await asked(pending, "k1", stamp="s") == AGAIN
    assert await asked(pending, "k2", stamp="s") == REPLAYED
    clock.now += REDELIVERED
    assert await asked(pending, "k1", stamp="s") == REPLAYED
    assert await pending.get("k2") is None


async def test_answer_is_kept_and_late_ones_are_owed_until_seen(pending: Pending) -> None:
    await asked(pending, "k1")
    assert (await pending.get("k1")).pages is None  # type: ignore[union-attr]
    await pending.promise("k1")
    assert await pending.late("wx:1") == await pending.get("k1")
    assert not (await asked(pending, "k2")).owed
    await pending.finish("k1", ["一", "二"])
    assert (await asked(pending, "k3")).owed and not (await asked(pending, "k4", sender="wx:2")).owed
    assert await pending.newest("wx:1") is None
    await pending.show("k1")
    assert not (await asked(pending, "k5")).owed
    newest = await pending.newest("wx:1")
    assert newest and newest.pages == ("一", "二") and newest.seen and not newest.owed


async def test_late_answers_come_in_the_order_of_the_questions(pending: Pending) -> None:
    for key in ("k1", "k2"):
        await asked(pending, key)
        await pending.promise(key)
        await pending.finish(key, [key])
    await asked(pending, "other", sender="wx:2")
    await pending.promise("other")

    async def late(key: str = "") -> Any:
        found = await pending.late("wx:1", key)
        return found and found.key

    assert [await late(), await late("k2"), await late("other"), await late("nothing")] == ["k1", "k2", "k1", "k1"]
    await pending.show("k1")
    assert await late() == "k2"
    await pending.show("k2")
    assert await late() == "k2"
    assert await pending.late("wx:3") is None


async def test_forgotten_user_leaves_nothing_and_a_running_turn_writes_nothing(pending: Pending) -> None:
    await asked(pending, "k1")
    await asked(pending, "k2", sender="wx:2")
    await pending.forget("wx:1")
    await pending.finish("k1", ["late"])
    assert await pending.get("k1") is None and await pending.openid("wx:1") is None
    assert await pending.get("k2") is not None


async def test_who_leaves_is_not_written_down(pending: Pending) -> None:
    assert await pending.claim("k", "s", None, "o1") == NEW
    assert await pending.newest("") is None


async def test_token_is_shared(pending: Pending) -> None:
    assert await pending.token("wx1") is None
    for token in ("a", "b"):
        await pending.keep_token("wx1", token, NOON)
        assert await pending.token("wx1") == (token, NOON)


async def test_old_is_swept(pending: Any, clock: Clock) -> None:
    await asked(pending, "k1")
    clock.now += KEPT + timedelta(seconds=1)
    pending._swept = float("-inf")
    await asked(pending, "k2")
    if isinstance(pending, SqlPending):
        with pending._sessions.read() as session:
            keys = session.execute(sa.select(WeChatTurn.key)).scalars().all()
            stamps = session.execute(sa.select(WeChatStamp.stamp)).scalars().all()
        assert (keys, stamps) == (["k2"], ["s-k2"])
    else:
        assert await pending.get("k1") is None


async def test_dead_database_is_said() -> None:
    dead = SqlPending(sessions("postgresql://campus:secret@127.0.0.1:1/campus"))
    with pytest.raises(StoreUnavailable):
        await dead.claim("k", "s", "wx:1", "o1")
