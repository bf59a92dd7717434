from pathlib import Path
from typing import Iterator

import pytest

from bot.channels.web.log import HISTORY, WebLog
from bot.desk.retention import erase
from bot.store.engine import Sessions, make_engine
from bot.store.schema import upgrade


@pytest.fixture
def log(tmp_path: Path) -> Iterator[WebLog]:
    url = f"sqlite:///{tmp_path / 'web.db'}"
    upgrade(url)
    engine = make_engine(url)
    yield WebLog(Sessions(engine))
    engine.dispose()


def test_events_come_in_the_order_in_which_they_were_said(log: WebLog) -> None:
    asked = log.add("s", "user", {"text": "门诊报多少"}, client_id="aaaaaaaa")
    assert asked
    answer = log.add("s", "bot", {"text": "七成"}, answers=asked["seq"])
    assert answer and answer["seq"] > asked["seq"]
    assert [event["text"] for event in log.history("s")] == ["门诊报多少", "七成"]
    assert log.after("s", asked["seq"]) == [answer] == log.answers_to("s", asked["seq"])
    assert log.history("another") == []


def test_message_is_kept_once_however_often_it_is_sent(log: WebLog) -> None:
    first = log.add("s", "user", {"text": "你好"}, client_id="aaaaaaaa")
    assert log.add("s", "user", {"text": "你好"}, client_id="aaaaaaaa") is None
    assert log.find("s", "aaaaaaaa") == first
    assert log.add("another", "user", {"text": "你好"}, client_id="aaaaaaaa") is not None


def test_history_is_bounded_and_erasure_leaves_nothing(log: WebLog) -> None:
    for number in range(HISTORY + 5):
        log.add("s", "notice", {"text": str(number)})
    assert [event["text"] for event in log.history("s")][0] == "5"
    log.add("another", "notice", {"text": "bleibt"})
    assert erase(log.sessions, "s").deliveries == HISTORY + 5
    assert log.history("s") == [] and len(log.history("another")) == 1


def test_the_reply_to_an_erasure_takes_no_reply_away_from_another_student(log: WebLog) -> None:
    """The number of an erased message is given out again; what answered it must not count as the answer of the new one."""
    log.add("another", "notice", {"text": "你好"})
    log.add("s", "notice", {"text": "你好"})
    asked = log.add("s", "user", {"text": "是的，删掉"}, client_id="aaaaaaaa")
    assert asked
    erase(log.sessions, "s")
    assert log.add("s", "bot", {"text": "都删了"}, answers=asked["seq"])
    said = log.add("another", "user", {"text": "门诊报多少"}, client_id="aaaaaaaa")
    assert said and said["seq"] == asked["seq"]
    assert log.answers_to("s", asked["seq"]) == []
    assert log.add("another", "bot", {"text": "七成"}, answers=said["seq"])
    assert [event["text"] for event in log.answers_to("another", said["seq"])] == ["七成"]
