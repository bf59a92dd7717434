from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.desk.errors import DeskError
from bot.desk.feedback import FeedbackSummary, record_feedback, summary
from bot.store.engine import Sessions
from tests.desk.conftest import NOON


def record(store: Sessions, sender: str, value: Any, minute: int = 0, **subject: Any) -> None:
    record_feedback(store, sender, value, at=NOON + timedelta(minutes=minute), **subject)


def test_thumbs_are_summed_by_topic_and_calculation_the_most_disliked_first(store: Sessions) -> None:
    record(store, "a", "up", topic="premium")
    record(store, "b", "down", 1, topic="premium", comment="去年的数字，电话13812345678")
    record(store, "c", "down", 2, topic="premium", comment="看不懂")
    record(store, "a", "up", 3, topic="enroll_confirm")
    record(store, "a", "down", 4, calculation="shanghai.inpatient")
    assert summary(store) == [
        FeedbackSummary(
            subject="premium", kind="topic", up=1, down=2, comments=["看不懂", "去年的数字，电话138****5678"]
        ),
        FeedbackSummary(subject="shanghai.inpatient", kind="calculation", up=0, down=1, comments=[]),
        FeedbackSummary(subject="enroll_confirm", kind="topic", up=1, down=0, comments=[]),
    ]


def test_last_thumb_of_a_sender_counts(store: Sessions) -> None:
    record(store, "a", "up", topic="premium", comment="好")
    record(store, "a", "up", topic="premium")
    record(store, "a", "down", 5, topic="premium", comment="不对")
    assert summary(store) == [FeedbackSummary(subject="premium", kind="topic", up=0, down=1, comments=["不对"])]


def test_summary_since_a_moment(store: Sessions) -> None:
    record(store, "a", "up", topic="premium")
    record(store, "b", "down", 1, topic="premium")
    assert [(each.up, each.down) for each in summary(store, NOON + timedelta(minutes=1))] == [(0, 1)]
    assert summary(store, NOON + timedelta(minutes=2)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": "sideways"},
        {"topic": None},
        {"calculation": "shanghai.inpatient"},
        {"sender": ""},
        {"sender": "a\x00"},
        {"sender": "a" * 256},
        {"topic": "x" * 65},
    ],
)
def test_feedback_that_means_nothing_is_refused(store: Sessions, wrong: Any) -> None:
    given = {"sender": "a", "value": "up", "topic": "premium", **wrong}
    with pytest.raises(DeskError):
        record_feedback(store, given.pop("sender"), given.pop("value"), **given)
    assert summary(store) == []
