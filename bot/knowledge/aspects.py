"""Short questions that refer to the last answer: which of its statements say where, how long, with what papers."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Dict, List, Mapping, Optional, Sequence

import yaml
from pydantic import BaseModel, Extra

from bot.knowledge.base import Answer, Knowledge
from bot.knowledge.coverage import Statement
from bot.knowledge.render import DETAILS, HOTLINE, place
from bot.reply import Reply, Suggestion
from bot.settings import KNOWLEDGE

MOST = 3
"""Statements that are said; the rest stands in the details."""


class Aspect(BaseModel):
    """What can be asked about an answer."""

    name: str
    says: str
    steps: bool = False

    class Config:
        frozen = True
        extra = Extra.forbid


@lru_cache(maxsize=2)
def load_aspects(root: Path = KNOWLEDGE) -> Mapping[str, Aspect]:
    """Intent -> aspect. Raises pydantic.ValidationError naming the key that is wrong."""
    content: Dict[str, Dict[str, object]] = yaml.safe_load((root / "aspects.yml").read_text("utf-8"))
    return {name: Aspect.parse_obj(spec) for name, spec in content.items()}


def fitting(aspect: Aspect, statements: Sequence[Statement]) -> List[Statement]:
    """The statements that say something on an aspect, those that say most first."""
    counts = [len(re.findall(aspect.says, statement.text)) for statement in statements]
    order = sorted(range(len(statements)), key=lambda index: -counts[index])
    return [statements[index] for index in order if counts[index]][:MOST]


def render_aspect(
    aspect: Aspect, answer: Answer, statements: Sequence[Statement], knowledge: Knowledge, *, city: Optional[str]
) -> Reply:
    """What the last topic says on an aspect, or that it says nothing."""
    one = answer.cities[0] if len(answer.cities) == 1 else None
    more = (DETAILS, Suggestion(title=answer.title, message=answer.title))
    if aspect.steps and one and one.steps:
        lines = [f"{number}. {step}" for number, step in enumerate(one.steps, 1)]
        return Reply(text="\n".join([f"{answer.title}：", *lines]), suggestions=more)
    found = fitting(aspect, statements)
    if not found:
        text = f"“{answer.title}”{aspect.name}，文件没有写。请问学校医保老师或拨 {HOTLINE}。"
        return Reply(text=text, suggestions=more)
    lines = [f"· {statement.text}" for statement in found]
    behind = "\n".join(f"{statement.text}：{place(statement, knowledge)}" for statement in found)
    return Reply(text="\n".join([f"{answer.title}，{aspect.name}：", *lines]), more=behind, suggestions=more)
