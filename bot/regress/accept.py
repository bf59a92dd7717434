"""Rewrites the `golden` texts of case files to what is said now, and nothing else in them."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Set, Tuple

import yaml

from bot.regress.marks import MarkedFile, read_marked
from bot.regress.runner import CaseResult

Key = Tuple[Path, Tuple[Any, ...]]


def accept(results: Sequence[CaseResult]) -> Tuple[List[str], List[str]]:
    """Rewrite every golden text that differs. Returns the places rewritten, and what could not be, with the reason."""
    wanted = _wanted(results)
    done, refused = [], []
    for path in sorted({path for path, _ in wanted}):
        marked = read_marked(path, path.name)
        edits = []
        for (file, loc), (texts, plain) in wanted.items():
            if file != path:
                continue
            place = f"{path.name}:{marked.line((*loc, 'golden'))}"
            if not plain:
                refused.append(f"{place}: 里面有表格的 {{名字}}，请手工改")
            elif len(texts) > 1:
                refused.append(f"{place}: 几个用例共用这一段，说的却不一样，请手工改")
            else:
                edits.append(_edit(marked, loc, next(iter(texts))))
                done.append(place)
        _write(marked, edits)
    return done, refused


def _wanted(results: Sequence[CaseResult]) -> Dict[Key, Tuple[Set[str], bool]]:
    """What is said now for each golden text that differs somewhere and where nothing else is wrong."""
    texts: Dict[Key, Set[str]] = defaultdict(set)
    plain: Dict[Key, bool] = {}
    differing: Set[Key] = set()
    wrong: Set[Key] = set()
    for result in results:
        for turn in result.turns:
            if turn.turn.golden is None:
                continue
            key = (turn.place.file, turn.place.loc)
            texts[key].add(turn.seen.text.strip())
            plain[key] = plain.get(key, True) and turn.place.plain
            keys = {fault.key for fault in turn.verdict.faults}
            if keys == {"golden"}:
                differing.add(key)
            elif keys:
                wrong.add(key)
    return {key: (texts[key], plain[key]) for key in texts if key in differing - wrong}


def _edit(marked: MarkedFile, loc: Tuple[Any, ...], text: str) -> Tuple[int, int, str]:
    """(start, end, replacement) in the file's text."""
    turn = marked.node(loc)
    key, value = next((key, value) for key, value in turn.value if key.value == "golden")
    start, end = _offset(marked, value.start_mark), _offset(marked, value.end_mark)
    end = start + len(marked.text[start:end].rstrip())
    # what follows on the line (a comment) would become part of a block
    follows = marked.text[end:].split("\n", 1)[0].strip()
    column = None if follows or _in_flow(marked, loc) else key.start_mark.column
    return start, end, written(text, column)


def _in_flow(marked: MarkedFile, loc: Tuple[Any, ...]) -> bool:
    nodes = [marked.node(loc[:length]) for length in range(len(loc) + 1)]
    return any(isinstance(node, yaml.CollectionNode) and node.flow_style for node in nodes)


def _offset(marked: MarkedFile, mark: Any) -> int:
    lines = marked.text.splitlines(keepends=True)
    return sum(map(len, lines[: mark.line])) + int(mark.column)


def written(text: str, column: Optional[int]) -> str:
    """A text as YAML: several lines as a block below a key in this column; one line, or inside braces, quoted."""
    lines = text.split("\n")
    if column is None or len(lines) == 1 or lines[0].startswith((" ", "\t")):
        return json.dumps(text, ensure_ascii=False)
    indent = " " * (column + 2)
    return "|-\n" + "\n".join(f"{indent}{line}" if line else "" for line in lines)


def _write(marked: MarkedFile, edits: Sequence[Tuple[int, int, str]]) -> None:
    text = marked.text
    for start, end, replacement in sorted(edits, reverse=True):
        text = text[:start] + replacement + text[end:]
    if edits:
        marked.path.write_text(text, "utf-8")
