"""What no document tells (knowledge/unwritten.yml): named as such, with whom to ask, and never answered by a neighbour."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Dict, Mapping, Optional, Tuple

import yaml
from pydantic import BaseModel, Extra

from bot.knowledge.render import HOTLINE
from bot.knowledge.topics import CITY_NAMES
from bot.reply import Reply, Suggestion
from bot.settings import KNOWLEDGE


class Unwritten(BaseModel):
    """A thing that people ask about and no document names."""

    title: str
    words: Tuple[str, ...]
    ask: str

    class Config:
        frozen = True
        extra = Extra.forbid


@lru_cache(maxsize=2)
def load_unwritten(root: Path = KNOWLEDGE) -> Mapping[str, Unwritten]:
    """Id -> thing. Raises pydantic.ValidationError naming the key that is wrong."""
    content: Dict[str, Dict[str, object]] = yaml.safe_load((root / "unwritten.yml").read_text("utf-8"))
    return {name: Unwritten.parse_obj(spec) for name, spec in content.items()}


def render_unwritten(thing: Unwritten, city: Optional[str]) -> Reply:
    """That the documents of the city do not tell whether a thing is paid, and who knows."""
    whose = f"{CITY_NAMES[city]}的" if city else "上海和兰州的"
    text = f"{thing.title}报不报，{whose}文件没有写，我不能替它说。请问{thing.ask}，或拨 {HOTLINE}。"
    return Reply(text=text, suggestions=(Suggestion(title="找老师", message="转人工"),))
