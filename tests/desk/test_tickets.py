"""The desk as conversation and staff use it, on both databases."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any, List

import pytest
import sqlalchemy as sa
from pydantic import ValidationError

from bot.desk.errors import DeskError, ForbiddenChange, TicketNotFound
from bot.desk.numbers import find_number
from bot.desk.retention import erase
from bot.desk.tickets import Desk
from bot.desk.values import MAX_TEXT, TicketRequest, TicketView
from bot.store.engine import Sessions
from bot.store.models import Ticket
from tests.desk.conftest import NOON, Clock, request

PERSONAL = "我是310101200001011234，卡6222021234567890128，电话13812345678，邮箱zhang@qq.com"
MASKED = "我是310101************，卡***************0128，电话138****5678，邮箱z****@qq.com"


def stored(store: Sessions) -> str:
    """Everything that stands in the tables of the desk."""
    with store.read() as session:
        return "\n".join(
            str(tuple(row))
            for table in ("tickets", "ticket_messages", "feedback")
            for row in session.execute(sa.text(f"SELECT * FROM {table}"))
        )


def test_ticket_is_opened_with_everything_that_helps_to_answer(desk: Desk) -> None:
    calculation = {"outputs": {"fund": "7020.00", "own": "4980.00"}}
    opened = desk.open_ticket(
        request(
            "住院花了12000元为什么只报7020元",
            city="shanghai",
            contact="微信 zhangsan，13812345678",
            transcript=[{"who": "student", "text": "三级医院住院"}, {"who": "bot", "text": "医保报销 7020.00 元"}],
            entities=[{"entity": "amount", "value": "12000.00", "start": 4, "end": 10}],
            calculation=calculation,
            intent="ask_reason",
        )
    )
    shown = desk.show(opened.number)
    assert shown == opened
    assert (shown.state, shown.category, shown.priority) == ("new", "money", "high")
    assert shown.reason == "涉及金额 12000.00 元（不少于 5000.00 元）"
    assert shown.stake == Decimal("12000.00")
    assert (shown.channel, shown.city, shown.intent, shown.sender) == ("web", "shanghai", "ask_reason", "student-1")
    assert shown.contact == "微信 zhangsan，13812345678"
    assert [(turn.who, turn.text) for turn in shown.transcript] == [
        ("student", "三级医院住院"),
        ("bot", "医保报销 7020.00 元"),
    ]
    assert shown.entities == ({"entity": "amount", "value": "12000.00", "start": 4, "end": 10},)
    assert shown.calculation == calculation
    assert shown.opened_at == shown.changed_at == NOON
    assert (shown.closed_at, shown.close_reason, shown.erased_at, shown.messages) == (None, None, None, ())
    assert find_number(shown.number) == shown.number


def test_everything_personal_is_masked_before_it_is_stored_except_the_contact(desk: Desk, store: Sessions) -> None:
    number = desk.open_ticket(
        request(
            PERSONAL,
            transcript=[{"who": "student", "text": PERSONAL}],
            entities=[{"entity": "number", "value": "310101200001011234"}],
            calculation={"facts": {"note": [PERSONAL]}},
        )
    ).number
    desk.add_student_message(number, PERSONAL)
    desk.reply(number, "王老师", PERSONAL)
    desk.add_note(number, "王老师", PERSONAL)
    desk.close(number, "王老师", PERSONAL)
    shown = desk.show(number)
    assert shown.question == MASKED == shown.transcript[0].text == shown.close_reason
    assert {message.text for message in shown.messages} == {MASKED}
    text = stored(store)
    for secret in ("310101200001011234", "6222021234567890128", "13812345678", "zhang@qq.com"):
        assert secret not in text


def test_same_question_within_ten_minutes_is_the_same_ticket(desk: Desk, clock: Clock) -> None:
    first = desk.open_ticket(request("报销被退回"))
    clock.move(minutes=10)
    again = desk.open_ticket(request("报销被退回！", contact="QQ 123"))
    assert (again.number, again.repeated, first.repeated) == (first.number, True, False)
    assert desk.show(first.number).contact == "QQ 123"
    clock.move(seconds=1)
    assert desk.open_ticket(request("报销被退回")).number != first.number


@pytest.mark.parametrize("other", [{"question": "报销没到账"}, {"sender": "student-2"}])
def test_another_question_or_student_is_another_ticket(desk: Desk, other: Any) -> None:
    first = desk.open_ticket(request("报销被退回"))
    assert desk.open_ticket(request(**{"question": "报销被退回", **other})).number != first.number


def test_closed_ticket_does_not_hold_back_a_new_one(desk: Desk) -> None:
    first = desk.open_ticket(request())
    desk.close(first.number, "王老师")
    assert desk.open_ticket(request()).number != first.number


def test_two_threads_that_open_the_same_question_get_one_ticket(desk: Desk) -> None:
    for attempt in range(10):
        barrier, opened = threading.Barrier(2), []  # type: ignore[var-annotated]

        def tap(question: str, barrier: threading.Barrier = barrier, opened: List[Any] = opened) -> None:
            barrier.wait()
            opened.append(desk.open_ticket(request(question)))

        threads = [threading.Thread(target=tap, args=(f"第 {attempt} 个问题",)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(opened) == 2 and opened[0].number == opened[1].number
        assert sorted(ticket.repeated for ticket in opened) == [False, True]
        assert len(desk.list_tickets()) == attempt + 1


def test_many_threads_with_different_questions_get_a_ticket_each(desk: Desk) -> None:
    opened: List[TicketView] = []

    def ask(sender: str) -> None:
        opened.append(desk.open_ticket(request(sender=sender)))

    threads = [threading.Thread(target=ask, args=(f"student-{number}",)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({ticket.number for ticket in opened}) == 12 == len(desk.list_tickets())


def test_number_that_is_taken_is_drawn_again(store: Sessions, clock: Clock) -> None:
    numbers = iter(["T7K3M9XQ2", "T7K3M9XQ2", "T7K3M9XQ3"])
    desk = Desk(store, clock, numbers=lambda: next(numbers))
    assert desk.open_ticket(request("第一个")).number == "T7K3M9XQ2"
    assert desk.open_ticket(request("第二个")).number == "T7K3M9XQ3"


def test_numbers_that_are_all_taken_are_an_error_and_keep_nothing(store: Sessions, clock: Clock) -> None:
    desk = Desk(store, clock, numbers=lambda: "T7K3M9XQ2")
    desk.open_ticket(request("第一个"))
    with pytest.raises(sa.exc.IntegrityError):
        desk.open_ticket(request("第二个"))
    assert len(desk.list_tickets()) == 1


def test_ticket_lives_from_new_to_closed_and_is_opened_again_by_the_student(desk: Desk, clock: Clock) -> None:
    number = desk.open_ticket(request()).number
    states = [desk.take(number, "王老师").state]
    clock.move(hours=1)
    states.append(desk.reply(number, "王老师", "请发一下退回的理由").state)
    states.append(desk.add_student_message(number, "说缺发票").state)
    states.append(desk.reply(number, "王老师", "补交发票就可以").state)
    clock.move(hours=1)
    closed = desk.close(number, "王老师", "已答复")
    assert (closed.state, closed.closed_at, closed.close_reason) == ("closed", NOON + timedelta(hours=2), "已答复")
    clock.move(days=1)
    states.append(desk.add_student_message(number, "还是不行").state)
    assert states == ["open", "waiting_student", "open", "waiting_student", "open"]
    shown = desk.show(number)
    assert (shown.closed_at, shown.close_reason) == (None, None)
    assert shown.changed_at == NOON + timedelta(days=1, hours=2)
    assert [(message.kind, message.author, message.text) for message in shown.messages] == [
        ("note", "王老师", "开始处理"),
        ("staff", "王老师", "请发一下退回的理由"),
        ("student", "学生", "说缺发票"),
        ("staff", "王老师", "补交发票就可以"),
        ("note", "王老师", "已答复"),
        ("student", "学生", "还是不行"),
    ]
    assert [message.at for message in shown.messages[:2]] == [NOON, NOON + timedelta(hours=1)]


def test_note_leaves_state_and_closing_as_they_are(desk: Desk) -> None:
    number = desk.open_ticket(request()).number
    assert desk.add_note(number, "王老师", "先问财务").state == "new"
    desk.close(number, "王老师", "已答复")
    noted = desk.add_note(number, "王老师", "财务也说可以")
    assert (noted.state, noted.closed_at, noted.close_reason) == ("closed", NOON, "已答复")


def test_forbidden_change_names_what_is_allowed_and_changes_nothing(desk: Desk) -> None:
    number = desk.open_ticket(request()).number
    before = desk.close(number, "王老师")
    with pytest.raises(ForbiddenChange, match=f"{number} is closed: reply is not possible; possible: note, student"):
        desk.reply(number, "王老师", "再补充一句")
    assert desk.show(number) == before


@pytest.mark.parametrize("text", ["", "  \n", "\x00\u200b"])
def test_empty_message_is_refused(desk: Desk, text: str) -> None:
    number = desk.open_ticket(request()).number
    with pytest.raises(DeskError, match="text is empty"):
        desk.reply(number, "王老师", text)
    with pytest.raises(DeskError, match="name is empty"):
        desk.reply(number, text, "您好")
    assert desk.show(number).messages == ()


@pytest.mark.parametrize("number", ["T22222222", "T2222222", "'; DROP TABLE tickets; --", ""])
def test_unknown_number_is_said(desk: Desk, number: str) -> None:
    desk.open_ticket(request())
    for call in (
        lambda: desk.show(number),
        lambda: desk.close(number, "王"),
        lambda: desk.add_student_message(number, "x"),
    ):
        with pytest.raises(TicketNotFound):
            call()
    assert desk.find(number) is None


def test_number_is_the_key_and_without_it_a_student_finds_only_his_own(desk: Desk, clock: Clock) -> None:
    older = desk.open_ticket(request("第一个")).number
    clock.move(minutes=1)
    newer = desk.open_ticket(request("第二个")).number
    other = desk.open_ticket(request("第三个", sender="student-2")).number
    found = [desk.find(older), desk.find(older.lower(), sender="student-2"), desk.find(sender="student-1"),
             desk.find(sender="student-2"), desk.find(f"查一下 {other}")]  # fmt: skip
    assert [ticket and ticket.number for ticket in found] == [older, older, newer, other, other]
    assert desk.find(sender="student-3") is None
    assert desk.find() is None


def test_student_reads_neither_notes_nor_contact_nor_the_talk(desk: Desk) -> None:
    number = desk.open_ticket(request(contact="QQ 123", transcript=[{"who": "student", "text": "你好"}])).number
    desk.add_note(number, "王老师", "这个学生来过三次")
    desk.reply(number, "王老师", "您好")
    found = desk.find(number)
    assert found is not None and found.question == "我的报销被退回来了"
    assert [(message.kind, message.text) for message in found.messages] == [("staff", "您好")]
    assert (found.contact, found.sender, found.transcript, found.reason) == (None, None, (), "")
    assert desk.add_student_message(number, "谢谢").contact is None


def test_list_is_ordered_by_priority_then_age_and_filtered(desk: Desk, clock: Clock) -> None:
    asked = [
        ("普通一", {"city": "shanghai"}),
        ("我要投诉", {"city": "lanzhou"}),
        ("有人昏迷", {"city": "shanghai"}),
        ("普通二", {}),
        ("花了9000元", {"city": "shanghai"}),
    ]
    for question, known in asked:
        desk.open_ticket(request(question, **known))
        clock.move(minutes=1)
    everything = desk.list_tickets()
    assert [ticket.question for ticket in everything] == ["有人昏迷", "我要投诉", "花了9000元", "普通一", "普通二"]
    desk.close(everything[3].number, "王老师")

    def questions(**filters: Any) -> List[Any]:
        return [ticket.question for ticket in desk.list_tickets(**filters)]

    assert questions(city="shanghai", state="new") == ["有人昏迷", "花了9000元"]
    assert questions(priority="high") == ["我要投诉", "花了9000元"]
    assert questions(category="complaint") == ["我要投诉"]
    assert questions(state="closed") == ["普通一"]
    assert questions(limit=2) == ["有人昏迷", "我要投诉"]
    assert questions(state="closed", city="lanzhou") == []


def test_unicode_quotes_and_long_texts_come_back(desk: Desk) -> None:
    text = "𠮷野家的发票'\"; DROP TABLE tickets;-- 😀\n第二行"
    long = "长" * (MAX_TEXT + 1)
    number = desk.open_ticket(request(text)).number
    desk.reply(number, "王老师", long)
    shown = desk.show(number)
    assert shown.question == text
    assert shown.messages[0].text == "长" * (MAX_TEXT - 1) + "…"


def test_transcript_keeps_the_last_twenty_turns(desk: Desk) -> None:
    turns = [{"who": "student", "text": f"第{number}句"} for number in range(25)]
    shown = desk.open_ticket(request(transcript=turns))
    assert [turn.text for turn in shown.transcript] == [f"第{number}句" for number in range(5, 25)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"question": " \x00"},
        {"sender": ""},
        {"sender": "a\x00b"},
        {"sender": "x" * 256},
        {"contact": "x" * 201},
        {"extra": 1},
    ],
)
def test_request_that_cannot_be_kept_is_refused(wrong: Any) -> None:
    with pytest.raises(ValidationError):
        TicketRequest(**{"sender": "student-1", "channel": "web", "question": "报销", **wrong})


def test_two_staff_who_answer_at_once_are_both_kept(desk: Desk) -> None:
    number = desk.open_ticket(request()).number
    threads = [threading.Thread(target=desk.reply, args=(number, f"老师{n}", f"第{n}条")) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    shown = desk.show(number)
    assert sorted(message.text for message in shown.messages) == [f"第{n}条" for n in range(6)]
    assert shown.state == "waiting_student"


def test_broken_row_is_refused_by_the_database(store: Sessions) -> None:
    with pytest.raises(sa.exc.IntegrityError), store.write() as session:
        session.add(
            Ticket(number="T7K3M9XQ2", state="lost", category="other", priority="normal", reason="", channel="web",
                   transcript=[], entities=[], opened_at=NOON, changed_at=NOON)
        )  # fmt: skip


def test_a_contact_is_kept_for_the_student_of_the_ticket_only(desk: Desk) -> None:
    number = desk.open_ticket(request()).number
    assert not desk.set_contact(number, "somebody-else", "13912345678")
    assert not desk.set_contact(number, "student-1", " \u200b ")
    assert desk.show(number).contact is None
    assert desk.set_contact(number, "student-1", "微信同号 13812345678，身份证310101200001011234")
    assert desk.show(number).contact == "微信同号 13812345678，身份证310101************"
    assert desk.set_contact(number.lower(), "student-1", "长" * 300)
    assert len(desk.show(number).contact or "") == 200
    with pytest.raises(TicketNotFound):
        desk.set_contact("T22222222", "student-1", "13812345678")


def test_an_erased_ticket_takes_no_contact(desk: Desk, store: Sessions) -> None:
    number = desk.open_ticket(request()).number
    erase(store, "student-1")
    assert not desk.set_contact(number, "student-1", "13812345678")
