"""What a fault did: what users saw, what was lost, how long until well."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Dict, Iterable, List

import jwt
import sqlalchemy as sa

from benchmarks.faults.users import Said


@dataclass(frozen=True)
class Outcome:
    """One row of docs/reliability.md."""

    fault: str
    messages: int
    at_once: int
    later: int
    """Answered, but sent again or waited for more than two seconds."""
    apologies: int
    unanswered: int
    wrong: int
    """Answers that do not hold what they must: a conversation that was forgotten."""
    lost: int
    """Acknowledged messages that are not kept, or kept without their reply."""
    double: int
    """Messages that were answered or worked out twice."""
    longest_s: float
    well_after_s: float
    """From the end of the fault until the last message that had trouble was answered."""
    refusals: Dict[str, int]

    def as_dict(self) -> Dict[str, object]:
        """For a JSON file."""
        return asdict(self)


HEADER = (
    "| fault | messages | at once | later | apology | never | wrong | lost | twice | longest | well after |",
    "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
)


def row(found: Outcome) -> str:
    """One row of the table in docs/reliability.md."""
    numbers = (found.messages, found.at_once, found.later, found.apologies, found.unanswered, found.wrong, found.lost)
    cells = [found.fault, *map(str, numbers), str(found.double), f"{found.longest_s} s", f"{found.well_after_s} s"]
    return f"| {' | '.join(cells)} |"


def outcome(fault: str, said: List[Said], fault_ended: float, database_url: str) -> Outcome:
    """Count what was said, and compare it with what the database keeps."""
    answered = [each for each in said if each.reply is not None]
    troubled = [each for each in said if each.troubled]
    lost, double = _compared(answered, database_url)
    return Outcome(
        fault=fault,
        messages=len(said),
        at_once=sum(not each.troubled and each.tries == 1 for each in said),
        later=sum(not each.apologised and (each.troubled or each.tries > 1) for each in answered),
        apologies=sum(each.apologised for each in said),
        unanswered=len(said) - len(answered),
        wrong=sum(each.wrong for each in said),
        lost=lost,
        double=double,
        longest_s=round(max((each.ended - each.began for each in answered), default=0.0), 1),
        well_after_s=round(max([0.0, *(each.ended - fault_ended for each in troubled)]), 1),
        refusals=dict(Counter(reason for each in said for reason in each.refusals)),
    )


def _compared(answered: Iterable[Said], database_url: str) -> tuple[int, int]:
    engine = sa.create_engine(database_url)
    with engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT id, sender, kind, client_id, answers, body FROM web_events")).all()
        turns = connection.execute(sa.text("SELECT sender_id, data FROM events WHERE type_name = 'user'")).all()
    engine.dispose()
    ids = {(row.sender, row.client_id): row.id for row in rows if row.kind == "user"}
    replies = Counter(row.answers for row in rows if row.answers is not None)
    lost = sum(not replies[ids.get(_key(each), -1)] for each in answered)
    worked_out = Counter((row.sender_id, json.loads(row.data).get("message_id")) for row in turns)
    double = sum(number > 1 for number in replies.values()) + sum(number > 1 for number in worked_out.values())
    return lost, double


def _key(said: Said) -> tuple[str, str]:
    session = jwt.decode(said.sender, options={"verify_signature": False})["sid"]
    return f"web:{session}", said.id
