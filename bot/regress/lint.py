"""Linters over data, knowledge and code: what Rasa's own `data validate` does not see."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Iterator, List, Literal, Set, Tuple

import yaml

from bot.regress.lint_data import Line, marked_lines, test_lines, training_lines
from bot.settings import PROJECT

UNDERSTOOD = ("answer", "chat", "inform", "urgent", "several")
DELIBERATE: Dict[Tuple[str, str], str] = {
    ("找老师问", "转人工"): "the same wish, in a person's words",
    ("全部忘掉", "重新开始"): "says what the command does",
}
"""Buttons whose title may be understood otherwise than their message, and why."""
SHORT = 4
"""Up to this many characters there is only one way to say a thing; a test line may be a training line."""
EVERY = 25
"""Of the training examples every 25th is tokenised; all 24,000 would take half a minute."""
NOT_RESPONSES = {"utter_action", "utter_message"}
_RESPONSE = re.compile(r"utter_[a-z_]*[a-z]")


@dataclass(frozen=True)
class Fault:
    """One finding."""

    check: str
    where: str
    message: str
    severity: Literal["error", "warning"] = "error"


QUANTITIES = {
    "age",
    "amount",
    "count",
    "date",
    "days",
    "deductible",
    "number",
    "ordinal",
    "percent",
    "year",
    "years",
}
"""Entities that are read from numerals, or from whole clauses, and not from words: tokens are nothing to them."""


async def lint(assistant: Any) -> List[Fault]:
    """Every linter; empty when all is in order."""
    training, tests = list(training_lines()), list(test_lines())
    faults = [*duplicates(training), *leaks([*training, *marked_lines()], tests), *responses(PROJECT)]
    faults += [fault async for fault in _buttons(assistant)]
    faults += [fault async for fault in _topics(assistant)]
    faults += [fault async for fault in _borders(assistant, [*tests, *training[::EVERY]])]
    return faults


def duplicates(training: List[Line]) -> Iterator[Fault]:
    """Examples that stand twice, or under two intents."""
    first: Dict[str, Line] = {}
    for line in training:
        known = first.setdefault(line.comparable, line)
        if known is not line:
            under = f" under {known.intent}" if known.intent != line.intent else ""
            yield Fault("duplicate", line.where, f"“{line.text}” stands already{under} ({known.where}); keep one")


def leaks(training: List[Line], tests: List[Line]) -> Iterator[Fault]:
    """Test lines that the model was trained on."""
    known = {line.comparable: line for line in training}
    for line in tests:
        if len(line.comparable) > SHORT and line.comparable in known:
            place = known[line.comparable].where
            yield Fault("leak", line.where, f"“{line.text}” is a training example ({place}); say it otherwise")


def responses(project: Path) -> Iterator[Fault]:
    """Responses that nothing says, and responses said that the domain does not have."""
    domain = yaml.safe_load((project / "domain.yml").read_text("utf-8"))
    defined = set(domain["responses"])
    spoken = {f"utter_{intent}" for intent in domain["intents"]}
    rules = "".join(path.read_text("utf-8") for path in sorted((project / "data" / "rules").glob("*.yml")))
    named = {name: path for path, name in _named_responses(project)}
    used = spoken | set(_RESPONSE.findall(rules)) | set(named)
    for name in sorted(defined - used):
        yield Fault("unused response", f"domain.yml: {name}", "nothing says it; remove it")
    for name in sorted(set(named) - defined):
        yield Fault("missing response", named[name], f"{name} is not in domain.yml")


def _named_responses(project: Path) -> Iterator[Tuple[str, str]]:
    """(file, name) of every response that code names; names that are put together there count for none."""
    for folder in ("actions", "bot"):
        for path in sorted((project / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                value = node.value if isinstance(node, ast.Constant) else None
                if isinstance(value, str) and _RESPONSE.fullmatch(value) and value not in NOT_RESPONSES:
                    yield f"{path.relative_to(project)}:{getattr(node, 'lineno', 0)}", value


def buttons(project: Path = PROJECT) -> Iterator[Tuple[str, str, str]]:
    """(where, title, message) of every button that stands in domain, knowledge or code as plain text."""
    from bot.knowledge.base import knowledge
    from bot.knowledge.dialogues import load_dialogues

    domain = yaml.safe_load((project / "domain.yml").read_text("utf-8"))
    for name, variations in domain["responses"].items():
        for variation in variations:
            yield from ((f"domain.yml: {name}", b["title"], b["payload"]) for b in variation.get("buttons") or ())
    for topic, titles in knowledge().titles().items():
        yield from ((f"topic {topic}", title, title) for title in titles)
    yield from ((f"dialogue {intent}", spec.title, spec.title) for intent, spec in load_dialogues().items())
    for folder in ("actions", "bot"):
        for path in sorted((project / folder).rglob("*.py")):
            yield from ((f"{path.relative_to(project)}:{line}", *pair) for line, *pair in _suggestions(path))  # type: ignore[misc]


def _suggestions(path: Path) -> Iterator[Tuple[int, str, str]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Suggestion":
            given = {word.arg: word.value for word in node.keywords}
            title, message = given.get("title"), given.get("message")
            if isinstance(title, ast.Constant) and isinstance(message, ast.Constant):
                yield node.lineno, str(title.value), str(message.value)


def _meaning(parsed: Dict[str, Any]) -> Tuple[str, Set[Tuple[str, str]]]:
    return parsed["intent"]["name"], {(each["entity"], str(each["value"])) for each in parsed["entities"]}


async def _buttons(assistant: Any) -> Any:
    for where, title, message in buttons():
        parsed = await assistant.parse(message)
        if message.startswith("/"):
            yield Fault("button", where, f"“{message}” is a command; a button sends words that one could type")
        elif parsed["route"] not in UNDERSTOOD:
            yield Fault("button", where, f"“{message}” is not understood (route {parsed['route']})")
        elif title != message and (title, message) not in DELIBERATE:
            typed = await assistant.parse(title)
            if _meaning(typed) != _meaning(parsed):
                heard = f"{_meaning(typed)[0]}, the button {_meaning(parsed)[0]}"
                yield Fault("button", where, f"“{title}” typed means {heard} (“{message}”)")


async def _topics(assistant: Any) -> Any:
    """Topics and calculations that their own title does not lead to."""
    from bot.knowledge.base import knowledge
    from bot.knowledge.dialogues import load_dialogues

    titles = [(topic, title) for topic, names in knowledge().titles().items() for title in names]
    titles += [(intent, spec.title) for intent, spec in load_dialogues().items()]
    intents = set(assistant.agent.domain.intents)
    for name, title in titles:
        parsed = await assistant.parse(title)
        if name not in intents:
            yield Fault("unreachable", name, "the model does not know this intent; train it again")
        elif (parsed["intent"]["name"], parsed["route"]) != (name, "answer"):
            yield Fault("unreachable", name, f"its title “{title}” leads to {parsed['intent']['name']}")


async def _borders(assistant: Any, lines: List[Line]) -> Any:
    """Words of the vocabulary that are found across a token's border: perhaps a part of another word (学校医保)."""
    for line in lines:
        parsed = await assistant.parse(line.text)
        for entity, part in cut_tokens(line.text, parsed):
            yield Fault("border", line.where, f"{entity} “{part}” in “{line.text}” cuts a token", "warning")


def cut_tokens(text: str, parsed: Dict[str, Any]) -> List[Tuple[str, str]]:
    """(entity, words) of what was found but begins or ends inside a token."""
    tokens = parsed.get("text_tokens") or []
    starts, ends = {token[0] for token in tokens}, {token[1] for token in tokens}
    return [
        (each["entity"], text[each["start"] : each["end"]])
        for each in parsed["entities"]
        if each["entity"] not in QUANTITIES and tokens and not (each["start"] in starts and each["end"] in ends)
    ]
