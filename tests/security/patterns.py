"""Whether an expression can take time that doubles with each piece of a message: a repetition that reads it in two ways."""

from __future__ import annotations

import itertools
import re
import sre_parse
from sre_constants import (
    ANY,
    ASSERT,
    ASSERT_NOT,
    AT,
    BRANCH,
    CATEGORY_DIGIT,
    IN,
    LITERAL,
    MAX_REPEAT,
    MAXREPEAT,
    MIN_REPEAT,
    RANGE,
    SUBPATTERN,
)  # fmt: skip
from typing import Any, Iterator, List, Optional, Sequence, Set

MANY = 20_000
"""Words of one body beyond which it is not written out."""
SIGNS = "年级的时候期间没那这x"
"""What a dot is tried with: the signs around the only dots in repetitions, and another one."""


def ambiguous_repeats(pattern: str) -> List[str]:
    """What is wrong with the unbounded repetitions of a pattern: each body must be a set of words, each made in one way,
    of which no row can be cut in two ways (Sardinas and Patterson). What cannot be written out is named too."""
    return [fault for body in _repeats(sre_parse.parse(pattern)) if (fault := _fault(body))]


def _repeats(tree: Any) -> Iterator[Any]:
    for name, given in tree:
        if name in (MAX_REPEAT, MIN_REPEAT):
            if given[1] == MAXREPEAT:
                yield given[2]
            yield from _repeats(given[2])
        elif name is SUBPATTERN:
            yield from _repeats(given[3])
        elif name is BRANCH:
            for one in given[1]:
                yield from _repeats(one)
        elif name in (ASSERT, ASSERT_NOT):
            yield from _repeats(given[1])


def _fault(body: Any) -> Optional[str]:
    if len(body) == 1 and body[0][0] not in (SUBPATTERN, BRANCH, MAX_REPEAT, MIN_REPEAT):
        return None  # one sign a step: there is no other way to cut it
    words = _words(body)
    if words is None:
        return f"cannot be written out: {str(body)[:120]}"
    if "" in words:
        return "may repeat nothing"
    twice = sorted({word for word in words if words.count(word) > 1})
    if twice:
        return f"makes {twice[0]!r} in two ways"
    row = _two_ways(set(words))
    return f"reads rows in two ways, around {row!r}" if row is not None else None


def _words(tree: Any) -> Optional[List[str]]:
    """Every word of a tree, as often as it is made; None when there are too many, or endlessly many."""
    found = [""]
    for name, given in tree:
        step = _step(name, given)
        if step is None or len(found) * len(step) > MANY:
            return None
        found = [first + second for first, second in itertools.product(found, step)]
    return found


def _step(name: Any, given: Any) -> Optional[List[str]]:
    if name is LITERAL:
        return [chr(given)]
    if name is ANY:
        return list(SIGNS)
    if name is IN:
        return _set(given)
    if name is SUBPATTERN:
        return _words(given[3])
    if name is BRANCH:
        parts = [_words(one) for one in given[1]]
        return None if None in parts else [word for part in parts for word in part or ()]
    if name in (MAX_REPEAT, MIN_REPEAT) and given[1] != MAXREPEAT:
        inner = _words(given[2])
        if inner is None or sum(len(inner) ** times for times in range(given[0], given[1] + 1)) > MANY:
            return None
        rows = (itertools.product(inner, repeat=times) for times in range(given[0], given[1] + 1))
        return ["".join(row) for each in rows for row in each]
    return [""] if name in (AT, ASSERT, ASSERT_NOT) else None


def _set(given: Sequence[Any]) -> Optional[List[str]]:
    signs: Set[str] = set()
    for name, value in given:
        if name is LITERAL:
            signs.add(chr(value))
        elif name is RANGE and value[1] - value[0] < 200:
            signs.update(map(chr, range(value[0], value[1] + 1)))
        elif value is CATEGORY_DIGIT:
            signs.update("0123456789")
        else:
            return None
    return sorted(signs)


def _two_ways(words: Set[str]) -> Optional[str]:
    """A rest that shows two ways to cut a row of words, None when every row has one way."""
    rests = {longer[len(word) :] for word in words for longer in words if longer != word and longer.startswith(word)}
    seen: Set[str] = set()
    while rests:
        rest = rests.pop()
        if rest in words:
            return rest
        seen.add(rest)
        new = {word[len(rest) :] for word in words if word.startswith(rest)}
        new |= {rest[len(word) :] for word in words if rest.startswith(word)}
        if "" in new:
            return rest
        rests |= new - seen
    return None


def compiled(value: Any) -> Iterator[re.Pattern[str]]:
    """The expressions in a value: itself, or those of its items."""
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from compiled(item)
    elif isinstance(value, dict):
        yield from compiled(list(value.values()))
