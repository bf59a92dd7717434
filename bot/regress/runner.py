"""Runs conversations one after the other and keeps what happened."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Iterator, List, Literal, Sequence, Tuple

from bot.regress.environment import of_case, of_run, official_documents
from bot.regress.format import Given, Turn
from bot.regress.judge import Verdict, judge
from bot.regress.load import Conversation, Place
from bot.regress.observe import Observed, tracing
from bot.regress.talkers import InProcess, Talker, new_sender

CITY_WORDS = {"shanghai": "上海", "lanzhou": "兰州"}
COHORT_WORDS = {"fresh2025": "2025级新生", "fresh2024": "2024级新生", "graduate": "毕业生"}
Outcome = Literal["passed", "failed", "known_failure", "fixed", "skipped"]
"""`fixed`: a known failure that passes; it counts as a failure, so that the entry is taken out."""


@dataclass(frozen=True)
class TurnResult:
    """A turn that was run."""

    turn: Turn
    place: Place
    seen: Observed
    verdict: Verdict


@dataclass
class CaseResult:
    """A conversation that was run, up to its first turn with a fault."""

    conversation: Conversation
    turns: List[TurnResult] = field(default_factory=list)
    said_before: List[Observed] = field(default_factory=list)
    """The turns that `given` needed."""
    skipped: str = ""
    seconds: float = 0.0

    @property
    def has_faults(self) -> bool:
        return any(turn.verdict.faults for turn in self.turns)

    @property
    def outcome(self) -> Outcome:
        """How it went."""
        if self.skipped:
            return "skipped"
        if self.conversation.known_failure:
            return "known_failure" if self.has_faults else "fixed"
        return "failed" if self.has_faults else "passed"

    @property
    def ok(self) -> bool:
        """Whether it is as it should be."""
        return self.outcome not in ("failed", "fixed")

    @property
    def unchecked(self) -> List[str]:
        """Expectations that could not be looked at."""
        return [key for turn in self.turns for key in turn.verdict.unchecked]


@contextmanager
def in_process(assistant: Any) -> Iterator[InProcess]:
    """Talk to an assistant here, with settings, database and traces of the run."""
    with of_run(), tracing() as tracer:
        yield InProcess(assistant, tracer)


async def run_case(conversation: Conversation, talker: Talker, *, whole: bool = False) -> CaseResult:
    """Run one conversation with a sender of its own. It ends at the first turn that is not as it should be: what comes
    after would only fail because of it. `whole`: go on all the same, to compare every reply."""
    result = CaseResult(conversation, skipped=_reason_to_skip(conversation, talker))
    if result.skipped:
        return result
    started = time.perf_counter()
    with of_case(conversation.given):
        sender = new_sender()
        for word in opening(conversation.given):
            result.said_before.append(await talker.say(sender, word, conversation.given))
        for turn, place in zip(conversation.turns, conversation.places):
            seen = await talker.say(sender, turn.user, conversation.given)
            earlier = [each.seen for each in result.turns]
            verdict = judge(turn, seen, [*result.said_before, *earlier], document_titles())
            result.turns.append(TurnResult(turn, place, seen, verdict))
            if not whole and any(fault.key != "golden" for fault in verdict.faults):
                break
    result.seconds = time.perf_counter() - started
    return result


def opening(given: Given) -> Tuple[str, ...]:
    """What the student says first, so that city and cohort are known."""
    words = (CITY_WORDS.get(given.city or ""), COHORT_WORDS.get(given.cohort or ""))
    return tuple(word for word in words if word)


def document_titles() -> dict:
    """Document id -> title."""
    from bot.knowledge.base import knowledge

    return {name: document.title for name, document in knowledge().book.documents.items()}


def _reason_to_skip(conversation: Conversation, talker: Talker) -> str:
    given = conversation.given
    if given.documents == "official" and talker.inside and official_documents() is None:
        return "没有官方文件（BOT_DOCUMENTS）"
    if not talker.inside:
        if given.today:
            return "日期由服务器决定"
        if given.documents or (given.channel and given.channel != "rest"):
            return "渠道和文件由服务器决定"
    return ""


async def run(conversations: Sequence[Conversation], talker: Talker, *, whole: bool = False) -> List[CaseResult]:
    """Run conversations in order."""
    return [await run_case(conversation, talker, whole=whole) for conversation in conversations]
