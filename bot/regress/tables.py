"""Tables of a case: {name} in its texts is replaced by each row's values."""

from __future__ import annotations

import re
from typing import Any, Iterator, Mapping, Sequence, Tuple

NAME = re.compile(r"\{(\w+)\}")
LABEL = 60
"""Characters of a row's name."""


def put(raw: Any, row: Mapping[str, Any]) -> Any:
    """The data with {name} replaced by the row's values, everywhere but in the table itself."""
    if not row:
        return raw
    if isinstance(raw, str):
        whole = NAME.fullmatch(raw)
        if whole and whole[1] in row:
            return row[whole[1]]
        return NAME.sub(lambda match: str(row.get(match[1], match[0])), raw)
    if isinstance(raw, list):
        return [put(each, row) for each in raw]
    if isinstance(raw, dict):
        return {put(key, row): each if key == "table" else put(each, row) for key, each in raw.items()}
    return raw


def unknown_names(raw: Any, row: Mapping[str, Any], loc: Tuple[Any, ...] = ()) -> Iterator[Tuple[str, Tuple[Any, ...]]]:
    """({name}, where) of everything in braces that no row gives a value for."""
    if isinstance(raw, str):
        yield from ((name, loc) for name in NAME.findall(raw) if name not in row)
    elif isinstance(raw, list):
        for index, each in enumerate(raw):
            yield from unknown_names(each, row, (*loc, index))
    elif isinstance(raw, dict):
        for key, each in raw.items():
            if key != "table":
                yield from unknown_names(each, row, (*loc, key))


def row_label(rows: Sequence[Mapping[str, Any]], number: int) -> str:
    """What a row is called: its first values as far as they tell it from the others, else its number."""
    if not rows:
        return ""
    keys = list(rows[0])
    for width in range(1, len(keys) + 1):
        labels = ["-".join(str(row.get(key, "")) for key in keys[:width]) for row in rows]
        if len(set(labels)) == len(rows):
            return labels[number].replace("::", ":")[:LABEL]
    return str(number + 1)
