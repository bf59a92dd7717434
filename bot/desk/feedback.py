"""Thumbs up and down on topics and calculations, and what they add up to."""

from __future__ import annotations

from datetime import datetime
from typing import List, Literal, Optional

import sqlalchemy as sa
from pydantic import BaseModel, Extra

from bot.desk.clean import clean, legible
from bot.desk.errors import DeskError
from bot.desk.tickets import utc_now
from bot.desk.values import shortened
from bot.store.engine import Sessions
from bot.store.models import Feedback


class FeedbackSummary(BaseModel):
    """How a topic or a calculation is liked. Each sender counts once, with his last thumb."""

    subject: str
    """Id of the topic or name of the calculation."""
    kind: Literal["topic", "calculation"]
    up: int
    down: int
    comments: List[str]
    """What was written with the thumbs that count, newest first."""

    class Config:
        frozen = True
        extra = Extra.forbid


def record_feedback(
    sessions: Sessions,
    sender: str,
    value: Literal["up", "down"],
    *,
    topic: Optional[str] = None,
    calculation: Optional[str] = None,
    comment: str = "",
    at: Optional[datetime] = None,
) -> None:
    """Keep a thumb on a topic or on a calculation; default moment: now.

    Raises StoreUnavailable; DeskError: not exactly one of topic and calculation, another value, no sender.
    """
    if value not in ("up", "down"):
        raise DeskError(f"feedback is up or down, not {str(value)[:20]!r}")
    if bool(topic) == bool(calculation):
        raise DeskError("feedback is on just one of topic and calculation")
    subject = topic or calculation or ""
    if not 0 < len(sender) <= 255 or len(subject) > 64 or legible(sender + subject) != sender + subject:
        raise DeskError("feedback needs a legible sender of 1 to 255 and a subject of 1 to 64 characters")
    with sessions.write() as session:
        session.add(
            Feedback(
                sender=sender,
                topic=topic or None,
                calculation=calculation or None,
                value=value,
                comment=shortened(clean(comment)),
                at=at or utc_now(),
            )
        )


def summary(sessions: Sessions, since: Optional[datetime] = None) -> List[FeedbackSummary]:
    """The thumbs of every topic and calculation, the most disliked first. Raises StoreUnavailable."""
    order = sa.func.row_number().over(
        partition_by=(Feedback.sender, Feedback.topic, Feedback.calculation),
        order_by=(sa.desc(Feedback.at), sa.desc(Feedback.id)),
    )
    thumbs = sa.select(Feedback, order.label("place"))
    if since is not None:
        thumbs = thumbs.where(Feedback.at >= since)
    numbered = thumbs.subquery()
    last = sa.select(numbered).where(numbered.c.place == 1).order_by(sa.desc(numbered.c.at), sa.desc(numbered.c.id))
    with sessions.read() as session:
        rows = session.execute(last).all()
    subjects = sorted({("topic", row.topic) if row.topic else ("calculation", row.calculation) for row in rows})
    found = [_summed(kind, name, [row for row in rows if getattr(row, kind) == name]) for kind, name in subjects]
    return sorted(found, key=lambda each: (-each.down, each.up, each.subject))


def _summed(kind: str, subject: str, rows: List[sa.engine.Row]) -> FeedbackSummary:
    values = [row.value for row in rows]
    comments = [row.comment for row in rows if row.comment]
    return FeedbackSummary.parse_obj(
        {"subject": subject, "kind": kind, "up": values.count("up"), "down": values.count("down"), "comments": comments}
    )
