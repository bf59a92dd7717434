"""YAML with places: plain data, and for every part of it the line and the span where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, List, Sequence, Tuple, Union

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Loc = Sequence[Union[str, int]]


class FormatError(ValueError):
    """Faults in case files; `faults` lists them all, each as `file:line: what`."""

    def __init__(self, faults: List[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


@dataclass(frozen=True)
class MarkedFile:
    """A YAML file as plain data with its syntax tree."""

    path: Path
    text: str
    data: Any
    root: Any

    def node(self, loc: Loc) -> Any:
        """The node at a path such as (0, "turns", 1, "user"); the last one that exists when the path goes on."""
        current = self.root
        for part in loc:
            found = _child(current, part)
            if found is None:
                break
            current = found
        return current

    def line(self, loc: Loc, *, key: bool = False) -> int:
        """The line of a value; with `key` of the key that it belongs to."""
        if key and loc:
            parent = self.node(loc[:-1])
            if isinstance(parent, yaml.MappingNode):
                for name, _ in parent.value:
                    if name.value == str(loc[-1]):
                        return int(name.start_mark.line) + 1
        node = self.node(loc)
        return int(node.start_mark.line) + 1 if node is not None else 1


def _child(node: Any, part: Union[str, int]) -> Any:
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part]
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(part)), None)
    return None


def read_marked(path: Path, shown: str) -> MarkedFile:
    """Read a YAML file. Raises FormatError: it is no YAML, or a key stands twice."""
    text = path.read_text("utf-8")
    loader = _LOADER(text)
    try:
        root = loader.get_single_node()
        data = loader.construct_document(root) if root is not None else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise FormatError([f"{shown}:{line}: 不是能读的 YAML：{getattr(error, 'problem', None) or error}"]) from None
    except ValueError as error:
        raise FormatError([f"{shown}:1: 不是能读的 YAML：{error}"]) from None
    finally:
        loader.dispose()
    doubles = [f"{shown}:{line}: {name} 写了两次" for name, line in _doubles(root)] if root is not None else []
    if doubles:
        raise FormatError(doubles)
    return MarkedFile(path, text, data, root)


def _doubles(node: Any) -> List[Tuple[str, int]]:
    if isinstance(node, yaml.SequenceNode):
        return [found for child in node.value for found in _doubles(child)]
    if not isinstance(node, yaml.MappingNode):
        return []
    found, seen = [], set()
    for key, value in node.value:
        if key.value in seen:
            found.append((str(key.value), int(key.start_mark.line) + 1))
        seen.add(key.value)
        found += _doubles(value)
    return found
