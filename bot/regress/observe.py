"""What a turn looked like from outside and, in process, from inside."""

from __future__ import annotations

import importlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Dict, FrozenSet, Iterator, List, Mapping, Optional, Set, Tuple

Scores = Tuple[Tuple[str, float], ...]


@dataclass(frozen=True)
class Understood:
    """What the NLU made of the message."""

    intent: str
    confidence: float
    route: str
    alternatives: Scores = ()
    entities: Tuple[Tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Calculated:
    """One call of the calculator."""

    name: str
    status: str
    inputs: Mapping[str, Any]


@dataclass
class Trace:
    """What a turn touched of the knowledge."""

    topics: List[Tuple[str, str]] = field(default_factory=list)
    """(city, topic) of every answer."""
    calculations: List[Calculated] = field(default_factory=list)
    parameters: Set[str] = field(default_factory=set)
    conflicts: Set[str] = field(default_factory=set)
    readings: Set[str] = field(default_factory=set)
    """Readings that a calculation said it assumed."""
    responses: Set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Inside:
    """What only a run in process can see."""

    understood: Optional[Understood]
    slots: Mapping[str, Any]
    events: FrozenSet[str]
    trace: Trace


@dataclass(frozen=True)
class Observed:
    """One turn as it happened."""

    user: str
    text: str
    more: str
    buttons: Tuple[Tuple[str, str], ...]
    """(title, message) of each button."""
    card: Optional[Mapping[str, Any]]
    seconds: float
    error_id: Optional[str] = None
    inside: Optional[Inside] = None
    """None in a run over HTTP."""

    @property
    def all_text(self) -> str:
        """Everything that can be read in the reply."""
        return f"{self.text}\n{self.more}" if self.more else self.text

    @property
    def titles(self) -> List[str]:
        """What stands on the buttons."""
        return [title for title, _ in self.buttons]


def of_messages(
    user: str, messages: List[Dict[str, Any]], seconds: float, error_id: Optional[str] = None,
    inside: Optional[Inside] = None,
) -> Observed:  # fmt: skip
    """A turn from the messages of a channel: one bubble, or what a server sent, one below the other."""
    custom: Dict[str, Any] = {}
    for message in messages:
        custom.update(message.get("custom") or {})
    return Observed(
        user=user,
        text="\n\n".join(str(message["text"]) for message in messages if message.get("text")),
        more=_more(custom.get("more")),
        buttons=tuple((b["title"], b["payload"]) for message in messages for b in message.get("buttons") or ()),
        card=custom.get("card"),
        seconds=seconds,
        error_id=error_id,
        inside=inside,
    )


def _more(value: Any) -> str:
    """The text behind 更多, whatever its shape: a text, texts, or parts with texts."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "\n".join(filter(None, map(_more, value)))
    if isinstance(value, dict):
        return "\n".join(filter(None, map(_more, value.values())))
    return ""


class Tracer:
    """Notes what the knowledge is asked while it is installed."""

    def __init__(self) -> None:
        self.trace = Trace()

    def take(self) -> Trace:
        """What was noted since the last call."""
        taken, self.trace = self.trace, Trace()
        return taken

    def answering(self, answer: Any) -> Any:
        """`Knowledge.answer`, noting topics and the conflicts that are told with them."""

        def noting(known: Any, topic_id: str, situation: Any) -> Any:
            found = answer(known, topic_id, situation)
            for each in found.cities:
                topic = known.topics[each.city][topic_id]
                self.trace.topics.append((each.city, topic_id))
                self.trace.conflicts.update(topic.variant(situation.cohort).conflicts or ())
            if found.status == "silent":
                self.trace.topics.append((str(situation.city), topic_id))
            return found

        return noting

    def calculating(self, calculate: Any) -> Any:
        """The calculator, noting inputs and what the result rests on."""

        def noting(name: str, inputs: Mapping[str, Any], **options: Any) -> Any:
            result = calculate(name, inputs, **options)
            self.trace.calculations.append(Calculated(name, result.status, dict(inputs)))
            self.trace.conflicts.update(conflict["id"] for conflict in result.conflicts)
            self.trace.readings.update(assumption.id for assumption in result.assumptions)
            return result

        return noting

    def resolving(self, resolve: Any) -> Any:
        """`PolicyBook.resolve`, noting which parameters are looked up."""

        def noting(book: Any, parameter_id: str, **options: Any) -> Any:
            self.trace.parameters.add(parameter_id)
            return resolve(book, parameter_id, **options)

        return noting


@contextmanager
def tracing() -> Iterator[Tracer]:
    """Watch answers, calculations and look-ups; the three functions are put back at the end."""
    from bot.knowledge.base import Knowledge
    from bot.knowledge.search import search
    from bot.policy.book import PolicyBook

    search()  # its index reads every topic once; that is nobody's question
    # as Any: what is replaced is the name that this module calls, not something that it exports
    calculation: Any = importlib.import_module("bot.dialogue.calculation")
    tracer = Tracer()
    watched: List[Tuple[Any, str, Any]] = [
        (Knowledge, "answer", tracer.answering),
        (calculation, "calculate", tracer.calculating),
        (PolicyBook, "resolve", tracer.resolving),
    ]
    originals = [getattr(owner, name) for owner, name, _ in watched]
    for (owner, name, noting), original in zip(watched, originals):
        setattr(owner, name, noting(original))
    try:
        yield tracer
    finally:
        for (owner, name, _), original in zip(watched, originals):
            setattr(owner, name, original)
