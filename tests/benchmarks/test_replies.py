"""Which replies of a server count as errors."""

from __future__ import annotations

from typing import Any, Optional

import pytest

from actions.base import apology
from benchmarks.load.measure import apologies
from benchmarks.load.replies import fault
from bot.engine.assistant import TOO_FAST

GOOD = {"recipient_id": "a", "text": "学费里不含医保费。"}


@pytest.mark.parametrize(
    "body, found",
    [
        ([GOOD], None),
        ([GOOD, {"recipient_id": "a", "custom": {}}], None),
        ({"status": "done", "events": [{"kind": "user", "text": "你好"}, {"kind": "bot", "text": "你好"}]}, None),
        ([], "empty"),
        ([{"recipient_id": "a", "text": " "}], "empty"),
        ([{"recipient_id": "a", "custom": {"card": 1}}], "empty"),
        ({"status": "done", "events": [{"kind": "user", "text": "你好"}]}, "empty"),
        ([{"recipient_id": "a", "text": apology("0a1b2c3d")}], "apology"),
        ([GOOD, {"recipient_id": "a", "text": apology("ffffffff")}], "apology"),
        ([{"recipient_id": "a", "text": TOO_FAST}], "refused"),
        ({"error": "no"}, "malformed"),
        (["text"], "malformed"),
        ("text", "malformed"),
        (None, "malformed"),
    ],
)
def test_what_is_wrong_with_a_reply(body: Any, found: Optional[str]) -> None:
    assert fault(body, apologies(), [TOO_FAST]) == found
