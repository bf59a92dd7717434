"""Which topics, calculations, intents, parameters, conflicts … the conversations of a run touched, and which none did."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, List, Mapping, Sequence, Set, Tuple

from bot.regress.observe import Observed
from bot.regress.runner import CaseResult

KINDS = {
    "topics": "主题",
    "calculations": "计算",
    "intents": "意图",
    "parameters": "参数",
    "conflicts": "文件之间的冲突",
    "readings": "解读",
    "responses": "固定回复",
}
STANDARD_INTENTS = {"back", "restart", "session_start", "nlu_fallback"}
"""Intents that Rasa adds to every domain."""


@dataclass(frozen=True)
class Coverage:
    """One kind of thing: what there is, and how many conversations touch each."""

    kind: str
    touched: Mapping[str, int]
    """Name -> number of conversations; 0 for what none touches."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Name -> what it is called, where it has a title."""

    @property
    def title(self) -> str:
        """The kind in words."""
        return KINDS[self.kind]

    @property
    def missing(self) -> List[str]:
        """What no conversation touches."""
        return sorted(name for name, count in self.touched.items() if not count)

    @property
    def share(self) -> float:
        """How much is touched, 0 to 1."""
        return 1 - len(self.missing) / len(self.touched) if self.touched else 1.0


def universe(domain: Any) -> Dict[str, Set[str]]:
    """Everything that a conversation could touch. `domain`: the domain of the loaded model."""
    from bot.knowledge.base import knowledge
    from bot.policy.catalogue import CALCULATIONS

    known = knowledge()
    return {
        "topics": {f"{city}/{topic}" for city, topics in known.topics.items() for topic in topics},
        "calculations": set(CALCULATIONS),
        "intents": set(domain.intents) - STANDARD_INTENTS,
        "parameters": set(known.book.parameters),
        "conflicts": set(known.book.conflicts),
        "readings": set(known.book.readings),
        "responses": set(domain.responses),
    }


def coverage(results: Sequence[CaseResult], everything: Mapping[str, Set[str]]) -> List[Coverage]:
    """Count for each thing the conversations that touch it."""
    counts: Dict[str, Dict[str, int]] = {kind: dict.fromkeys(sorted(names), 0) for kind, names in everything.items()}
    for result in results:
        for kind, name in set(touched(result)):
            if name in counts.get(kind, {}):
                counts[kind][name] += 1
    known = labels()
    return [Coverage(kind, counts[kind], known.get(kind, {})) for kind in KINDS if kind in counts]


def labels() -> Dict[str, Dict[str, str]]:
    """Kind -> name -> title, for people who do not know the ids."""
    from bot.knowledge.base import knowledge
    from bot.policy.catalogue import CALCULATIONS

    known = knowledge()
    topics = {f"{city}/{name}": topic.title for city, topics in known.topics.items() for name, topic in topics.items()}
    return {
        "topics": topics,
        "parameters": {name: parameter.label for name, parameter in known.book.parameters.items()},
        "calculations": {name: entry.title for name, entry in CALCULATIONS.items()},
    }


def touched(result: CaseResult) -> Iterator[Tuple[str, str]]:
    """(kind, name) of everything that a conversation touches."""
    # the turns that only say the city are no test of anything
    for turn in result.turns:
        yield from _of_turn(turn.seen)


def _of_turn(seen: Observed) -> Iterator[Tuple[str, str]]:
    if seen.inside is None:
        return
    trace, understood = seen.inside.trace, seen.inside.understood
    yield from (("topics", f"{city}/{topic}") for city, topic in trace.topics)
    yield from (("calculations", call.name) for call in trace.calculations if call.status != "need_input")
    yield from (("parameters", name) for name in trace.parameters)
    yield from (("conflicts", name) for name in trace.conflicts)
    yield from (("readings", name) for name in trace.readings)
    yield from (("responses", name) for name in trace.responses)
    if understood:
        yield "intents", understood.intent


def table(found: Sequence[Coverage]) -> str:
    """The coverage for a terminal: one line a kind, what is missing below."""
    lines = []
    for each in found:
        touched = len(each.touched) - len(each.missing)
        lines.append(f"{each.title}：{touched}/{len(each.touched)}（{each.share:.0%}）")
        if each.missing:
            lines.append(f"  没有用例碰到：{'、'.join(each.missing)}")
    return "\n".join(lines)
