"""The life of a ticket: new → open → waiting_student → closed, and open again when the student writes."""

from __future__ import annotations

from typing import Literal, Mapping, Tuple

from bot.desk.errors import ForbiddenChange

State = Literal["new", "open", "waiting_student", "closed"]
Change = Literal["take", "reply", "close", "note", "student message"]
STATES: Tuple[State, ...] = ("new", "open", "waiting_student", "closed")
STATE_LABELS: Mapping[str, str] = {"new": "新", "open": "处理中", "waiting_student": "等学生", "closed": "已关闭"}
TRANSITIONS: Mapping[str, Mapping[Change, State]] = {
    "new": {"take": "open", "reply": "waiting_student", "close": "closed", "note": "new", "student message": "new"},
    "open": {"reply": "waiting_student", "close": "closed", "note": "open", "student message": "open"},
    "waiting_student": {
        "reply": "waiting_student",
        "close": "closed",
        "note": "waiting_student",
        "student message": "open",
    },
    "closed": {"note": "closed", "student message": "open"},
}
AFTER_ERASURE: Tuple[Change, ...] = ("close",)
"""Nothing personal may be added to a ticket that was erased: nobody could find it again to erase it."""


def next_state(number: str, state: str, change: Change, *, erased: bool = False) -> State:
    """The state after a change. Raises ForbiddenChange naming the changes that are allowed."""
    known = {name: after for name, after in TRANSITIONS[state].items() if not erased or name in AFTER_ERASURE}
    if change not in known:
        described = f"{state} and erased" if erased else state
        raise ForbiddenChange(number, described, change, list(known) or ["nothing"])
    return known[change]
