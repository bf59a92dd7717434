"""Faults of a case file in words: where, what, and what is allowed."""

from __future__ import annotations

from typing import Any, List, Mapping, Tuple, Type

from pydantic import BaseModel

from bot.regress.marks import Loc, MarkedFile


def explain(
    fault: Mapping[str, Any], model: Type[BaseModel], marked: MarkedFile, base: Tuple[Any, ...], shown: str
) -> str:
    """A fault of pydantic as `file:line: what, and what is allowed`."""
    loc = tuple(part for part in fault["loc"] if part != "__root__")
    where = ".".join(map(str, loc))
    line = marked.line((*base, *loc), key=True)
    kind, context = fault["type"], fault.get("ctx") or {}
    if kind == "value_error.extra":
        allowed = "、".join(_keys(model, loc[:-1]))
        return f"{shown}:{line}: {where}：没有“{loc[-1]}”这个键；可以用：{allowed}"
    if kind == "value_error.missing":
        return f"{shown}:{marked.line((*base, *loc[:-1]))}: 缺少 {where}"
    if "permitted" in context:
        return f"{shown}:{line}: {where} 只能是：{'、'.join(map(str, context['permitted']))}"
    return f"{shown}:{line}: {where + '：' if where else ''}{fault['msg']}"


def _keys(model: Type[BaseModel], loc: Loc) -> List[str]:
    """The keys that are allowed at a path of a model."""
    current: Any = model
    for part in loc:
        if isinstance(part, str) and part in getattr(current, "__fields__", {}):
            current = current.__fields__[part].type_
    return list(getattr(current, "__fields__", {}))
