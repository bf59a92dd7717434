"""Holds what a turn must be like against what it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterator, List, Mapping, Optional, Sequence, Tuple

from bot.regress.format import LATENCY, Turn
from bot.regress.observe import Inside, Observed

INSIDE_ONLY = ("intent", "route", "topic", "slots", "events", "no_events")
"""Expectations that a run over HTTP cannot check."""


@dataclass(frozen=True)
class Fault:
    """One expectation that was not met."""

    key: str
    expected: str
    actual: str


@dataclass(frozen=True)
class Verdict:
    """What a turn did wrong, and what could not be looked at."""

    faults: Tuple[Fault, ...] = ()
    unchecked: Tuple[str, ...] = ()


def judge(turn: Turn, seen: Observed, earlier: Sequence[Observed], titles: Mapping[str, str]) -> Verdict:
    """Check every expectation of a turn. `titles`: document id -> title."""
    faults = [*_of_text(turn, seen, titles), *_of_figures(turn, seen), *_of_form(turn, seen, earlier)]
    unchecked: List[str] = []
    if seen.inside is not None:
        faults += [*_of_inside(turn, seen.inside), *_of_calculation(turn, seen)]
    else:
        unchecked = [key for key in INSIDE_ONLY if getattr(turn, key)]
        faults += _of_calculation(turn, seen)
        unchecked += ["calculation.inputs"] if turn.calculation and turn.calculation.inputs else []
    return Verdict(tuple(faults), tuple(unchecked))


def _of_text(turn: Turn, seen: Observed, titles: Mapping[str, str]) -> Iterator[Fault]:
    text = seen.all_text
    for part in turn.contains:
        if part not in text:
            yield Fault("contains", part, seen.text)
    for part in turn.excludes:
        if part in text:
            yield Fault("excludes", f"没有“{part}”", _around(text, part))
    for name in turn.cites:
        if name not in titles:
            yield Fault("cites", name, f"没有这份文件；有：{'、'.join(titles)}")
        elif f"《{titles[name]}》" not in text:
            yield Fault("cites", f"《{titles[name]}》", _line_with(text, "依据") or "没有写依据")
    for title in turn.suggests:
        if title not in seen.titles:
            yield Fault("suggests", title, "、".join(seen.titles) or "没有按钮")
    if turn.golden is not None and turn.golden.strip() != seen.text.strip():
        yield Fault("golden", turn.golden.strip(), seen.text.strip())


def _around(text: str, part: str) -> str:
    at = text.index(part)
    return "…" + text[max(0, at - 15) : at + len(part) + 15].replace("\n", " ") + "…"


def _line_with(text: str, word: str) -> Optional[str]:
    return next((line for line in text.splitlines() if word in line), None)


def _of_form(turn: Turn, seen: Observed, earlier: Sequence[Observed]) -> Iterator[Fault]:
    if turn.repeats is False and seen.text in [other.text for other in earlier]:
        yield Fault("repeats", "不重复前面的回复", seen.text)
    if turn.latency and seen.seconds > LATENCY[turn.latency]:
        yield Fault("latency", f"不超过 {LATENCY[turn.latency]:.1f} 秒", f"{seen.seconds:.2f} 秒")


def _of_figures(turn: Turn, seen: Observed) -> Iterator[Fault]:
    for label, expected in turn.figures.items():
        wanted = expected if isinstance(expected, str) else " – ".join(expected)
        found = figure(seen.card, label)
        if found is None:
            yield Fault("figures", f"{label} = {wanted}", f"没有这个数；有：{_figures_of(seen.card)}")
        elif found != wanted:
            yield Fault("figures", f"{label} = {wanted}", f"{label} = {found}")


def figure(card: Optional[Mapping[str, Any]], label: str) -> Optional[str]:
    """A value of the calculation card: an output by name or by its Chinese label, or a path such as rows.visits.0.fund.

    A range is given as `low – high`.
    """
    data = _data(card)
    name = _labels().get(label, label)
    outputs, low, high = (data.get(key) or {} for key in ("outputs", "low", "high"))
    if name in low and name in high:
        ends = sorted((str(low[name]), str(high[name])), key=_size)
        return ends[0] if ends[0] == ends[1] else " – ".join(ends)
    found = outputs.get(name, _at(data, label))
    return None if found is None else str(found)


def _size(text: str) -> Tuple[float, str]:
    try:
        return float(text), text
    except ValueError:
        return 0.0, text


def _labels() -> Mapping[str, str]:
    from bot.dialogue.render import LABELS

    return {label: name for name, (label, _) in LABELS.items()}


def _data(card: Optional[Mapping[str, Any]]) -> Mapping[str, Any]:
    return (card or {}).get("data") or {} if (card or {}).get("kind") == "calculation" else {}


def _figures_of(card: Optional[Mapping[str, Any]]) -> str:
    data = _data(card)
    return "、".join(data.get("outputs") or data.get("low") or ()) or "没有计算结果"


def _at(data: Any, path: str) -> Any:
    for part in path.split("."):
        if isinstance(data, Mapping):
            data = data.get(part)
        elif isinstance(data, list) and part.isdigit() and int(part) < len(data):
            data = data[int(part)]
        else:
            return None
    return data if isinstance(data, (str, int)) else None


def _of_calculation(turn: Turn, seen: Observed) -> Iterator[Fault]:
    if turn.calculation is None:
        return
    data = _data(seen.card)
    calls = seen.inside.trace.calculations if seen.inside else []
    name = data.get("name") or (calls[-1].name if calls else None)
    status = data.get("status") or (calls[-1].status if calls else None)
    for key, actual in (("name", name), ("status", status)):
        wanted = getattr(turn.calculation, key)
        if wanted is not None and wanted != actual:
            yield Fault(f"calculation.{key}", wanted, str(actual or "没有计算"))
    if turn.calculation.inputs and seen.inside:
        inputs = calls[-1].inputs if calls else {}
        for path, wanted in turn.calculation.inputs.items():
            actual = inputs.get(path, _at(inputs, path))
            if not same(wanted, actual):
                yield Fault("calculation.inputs", f"{path} = {wanted}", f"{path} = {actual}")


def same(wanted: Any, actual: Any) -> bool:
    """Whether a value is the one wanted; of a mapping only what is written counts, of a list every entry."""
    if isinstance(wanted, dict):
        return isinstance(actual, Mapping) and all(same(each, actual.get(key)) for key, each in wanted.items())
    if isinstance(wanted, list):
        return isinstance(actual, (list, tuple)) and len(wanted) == len(actual) and all(map(same, wanted, actual))
    if isinstance(wanted, bool) or wanted is None or isinstance(actual, bool):
        return wanted is actual
    return str(wanted) == str(actual)


def _of_inside(turn: Turn, inside: Inside) -> Iterator[Fault]:
    understood = inside.understood
    for key in ("intent", "route"):
        wanted, actual = getattr(turn, key), getattr(understood, key, "没有读到")
        if wanted is not None and wanted != actual:
            yield Fault(key, wanted, actual)
    if turn.topic is not None:
        answered = list(dict.fromkeys(topic for _, topic in inside.trace.topics))
        wanted_topics = (turn.topic,) if isinstance(turn.topic, str) else turn.topic
        absent = [topic for topic in wanted_topics if topic not in answered]
        if answered if wanted_topics == ("none",) else absent:
            yield Fault("topic", "、".join(wanted_topics), "、".join(answered) or "none")
    for name, wanted in turn.slots.items():
        if not same(wanted, inside.slots.get(name)):
            yield Fault("slots", f"{name} = {wanted}", f"{name} = {inside.slots.get(name)}")
    for event in turn.events:
        if event not in inside.events:
            yield Fault("events", event, "、".join(sorted(inside.events)) or "什么也没发生")
    for event in turn.no_events:
        if event in inside.events:
            yield Fault("no_events", f"没有 {event}", event)
