"""Forgetting: the old goes, the young stays, and an erased student leaves nothing. Rasa's own store writes the events."""

from __future__ import annotations

import logging
import random
import sqlite3
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Iterator, List

import pytest
import sqlalchemy as sa
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.desk.errors import DeskError, ForbiddenChange
from bot.desk.feedback import record_feedback, summary
from bot.desk.retention import Forgotten, erase, purge
from bot.desk.tickets import Desk
from bot.engine.tracker_store import ConversationStore, open_store
from bot.store.engine import Sessions
from bot.store.models import Ticket
from tests.desk.conftest import NOON, Clock, request
from tests.desk.test_tickets import stored

AGE = timedelta(days=90)
OLD = NOON - AGE


@pytest.fixture
def rasa(database_url: str) -> Iterator[ConversationStore]:
    """Rasa's store on the same database."""
    opened = open_store(database_url)
    yield opened
    opened.sessions.engine.dispose()


async def talk(rasa: ConversationStore, sender: str, *moments: datetime) -> None:
    """A conversation with a message at each moment."""
    tracker = DialogueStateTracker(sender, [])
    for at in moments:
        tracker.update(UserUttered(f"{sender} 说", timestamp=at.timestamp()))
    await rasa.save(tracker)


async def test_purge_removes_conversations_whose_last_event_is_older(rasa: Any, store: Sessions) -> None:
    await talk(rasa, "old", OLD - timedelta(days=9), OLD - timedelta(seconds=1))
    await talk(rasa, "edge", OLD)
    await talk(rasa, "came-back", OLD - timedelta(days=9), NOON)
    assert purge(store, AGE, NOON) == Forgotten(conversations=1, events=2)
    assert sorted(await rasa.keys()) == ["came-back", "edge"]
    again = await rasa.retrieve("came-back")
    assert len(again.events) == 2


def test_purge_removes_old_closed_tickets_and_keeps_open_ones(desk: Desk, clock: Clock, store: Sessions) -> None:
    clock.now = OLD - timedelta(seconds=1)
    old, waiting = desk.open_ticket(request("关了的")).number, desk.open_ticket(request("还开着的")).number
    desk.reply(old, "王老师", "好了")
    desk.close(old, "王老师")
    edge = desk.open_ticket(request("刚好的")).number
    clock.now = OLD
    desk.close(edge, "王老师")
    assert purge(store, AGE, NOON) == Forgotten(tickets=1, messages=2)
    assert {ticket.number for ticket in desk.list_tickets()} == {waiting, edge}


def test_purge_removes_old_feedback(store: Sessions) -> None:
    for at, sender in ((OLD - timedelta(seconds=1), "old"), (OLD, "edge")):
        record_feedback(store, sender, "up", topic="premium", at=at)
    assert purge(store, AGE, NOON) == Forgotten(feedback=1)
    assert [each.up for each in summary(store)] == [1]


async def test_dry_run_counts_the_same_and_removes_nothing(
    rasa: Any, desk: Desk, clock: Clock, store: Sessions
) -> None:
    clock.now = OLD - timedelta(days=1)
    await talk(rasa, "old", clock.now)
    desk.close(desk.open_ticket(request()).number, "王老师")
    record_feedback(store, "old", "up", topic="premium", at=clock.now)
    expected = Forgotten(conversations=1, events=1, tickets=1, messages=1, feedback=1)
    assert purge(store, AGE, NOON, dry_run=True) == expected
    assert purge(store, AGE, NOON, dry_run=True) == expected
    assert purge(store, AGE, NOON) == expected
    assert purge(store, AGE, NOON) == Forgotten()


def test_purge_without_a_table_of_rasa_does_the_rest(store: Sessions) -> None:
    assert purge(store, AGE, NOON) == Forgotten()


@pytest.mark.parametrize("age", [timedelta(0), timedelta(days=-1)])
def test_age_of_nothing_is_refused(store: Sessions, age: timedelta) -> None:
    with pytest.raises(DeskError, match="age"):
        purge(store, age, NOON)


async def test_erase_removes_everything_of_one_sender_and_keeps_the_shell(
    rasa: Any, desk: Desk, store: Sessions, clock: Clock
) -> None:
    number = desk.open_ticket(
        request("花了9000元的发票丢了", city="shanghai", contact="微信 zhangsan", intent="claim_materials",
                transcript=[{"who": "student", "text": "我叫张三"}], entities=[{"entity": "amount", "value": "9000.00"}],
                calculation={"outputs": {"own": "9000.00"}})
    ).number  # fmt: skip
    desk.add_student_message(number, "我是张三")
    desk.reply(number, "王老师", "张三同学您好")
    other = desk.open_ticket(request("别人的", sender="student-2")).number
    for sender in ("student-1", "student-2"):
        await talk(rasa, sender, NOON, NOON)
        record_feedback(store, sender, "down", topic="premium", comment=f"{sender} 张三", at=NOON)
    clock.move(minutes=1)
    assert erase(store, "student-1", clock.now) == Forgotten(
        conversations=1, events=2, tickets=1, messages=2, feedback=1
    )
    shell = desk.show(number)
    assert (shell.state, shell.category, shell.priority, shell.city) == ("waiting_student", "claim", "high", "shanghai")
    assert (shell.opened_at, shell.erased_at) == (NOON, NOON + timedelta(minutes=1))
    gone: List[Any] = [shell.sender, shell.question, shell.contact, shell.stake, shell.intent, shell.calculation]
    assert gone == [None] * 6 and (shell.reason, shell.transcript, shell.entities, shell.messages) == ("", (), (), ())
    assert list(await rasa.keys()) == ["student-2"]
    left = stored(store)
    assert "student-1" not in left and "9000" not in left and "微信" not in left
    assert [each.down for each in summary(store)] == [1]
    assert desk.show(other).question == "别人的"
    assert erase(store, "student-1") == Forgotten()


def test_erased_ticket_takes_nothing_but_its_closing(desk: Desk, store: Sessions) -> None:
    number = desk.open_ticket(request()).number
    erase(store, "student-1")
    for call in (desk.reply, desk.add_note):
        with pytest.raises(ForbiddenChange, match="erased"):
            call(number, "王老师", "您好")
    with pytest.raises(ForbiddenChange, match="possible: close"):
        desk.add_student_message(number, "你好")
    assert desk.close(number, "王老师").state == "closed"
    assert desk.find(sender="student-1") is None


def test_message_that_comes_during_an_erasure_is_refused_after_it(desk: Desk, store: Sessions) -> None:
    number, refused = desk.open_ticket(request()).number, []  # type: ignore[var-annotated]

    def write() -> None:
        try:
            desk.add_student_message(number, "我是张三")
        except ForbiddenChange as error:
            refused.append(error)

    with store.write() as session:
        session.execute(sa.update(Ticket).values(erased_at=NOON))
        thread = threading.Thread(target=write)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()
    thread.join()
    assert len(refused) == 1 and desk.show(number).messages == ()


async def test_failure_in_the_middle_erases_nothing(rasa: Any, desk: Desk, store: Sessions) -> None:
    await talk(rasa, "student-1", NOON)
    desk.open_ticket(request())
    with store.write() as session:
        session.execute(sa.text("ALTER TABLE feedback RENAME TO gone"))
    try:
        with pytest.raises(RuntimeError):
            erase(store, "student-1")
    finally:
        with store.write() as session:
            session.execute(sa.text("ALTER TABLE gone RENAME TO feedback"))
    assert list(await rasa.keys()) == ["student-1"]
    assert desk.find(sender="student-1") is not None


async def test_nothing_of_an_erased_student_stays_in_the_file(rasa: Any, desk: Desk, store: Sessions) -> None:
    await talk(rasa, "悄悄话一", NOON)
    desk.open_ticket(request("悄悄话二", sender="悄悄话一", contact="悄悄话三"))
    record_feedback(store, "悄悄话一", "down", topic="premium", comment="悄悄话四")
    erase(store, "悄悄话一")
    if store.engine.dialect.name == "sqlite":
        held = in_the_file(store)
        assert "悄悄话".encode() not in held and b"\\u6084\\u6084" not in held


def in_the_file(store: Sessions) -> bytes:
    path = Path(str(store.engine.url.database))
    return b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))


@pytest.mark.parametrize("seed", [341, 459, 597, 656, 657])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_purge_removes_rows_that_moved_within_the_file_before_they_were_erased(
    rasa: Any, store: Sessions, seed: int
) -> None:
    """Of a thousand random talks, these left a row behind that `secure_delete` does not see."""
    sizes = random.Random(seed)
    trackers = [DialogueStateTracker(f"student-{number}", []) for number in range(2)]
    for tracker, turns in ((trackers[0], 4), (trackers[1], 1), (trackers[0], 2)):
        for _ in range(turns):
            for _ in range(sizes.randint(4, 9)):
                text = f"secret of {tracker.sender_id} " + "x" * sizes.randint(0, 2600)
                tracker.update(UserUttered(text, timestamp=1.5))
            await rasa.save(tracker)
    erase(store, "student-0")
    purge(store, timedelta(days=40_000), NOON)
    held = in_the_file(store)
    assert b"student-0" not in held and b"secret of student-1" in held


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_erasure_stands_although_the_file_could_not_be_rewritten(
    rasa: Any, store: Sessions, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full() -> None:
        raise sqlite3.OperationalError("database or disk is full")

    caplog.set_level(logging.WARNING, "bot.store.engine")
    await talk(rasa, "student-1", NOON)
    with monkeypatch.context() as patch:
        patch.setattr(store.engine, "raw_connection", full)
        assert erase(store, "student-1").events == 1
    assert list(await rasa.keys()) == []
    assert "deleted rows may still stand" in caplog.text
