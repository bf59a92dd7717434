"""Reads case files: fragments put in, tables unrolled, variants multiplied; every fault with its file and line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple, Type, TypeVar

from pydantic import BaseModel, ValidationError

from bot.regress.explain import explain
from bot.regress.format import Case, Fragment, Given, Turn
from bot.regress.marks import FormatError, Loc, MarkedFile, read_marked
from bot.regress.tables import NAME, put, row_label, unknown_names
from bot.settings import PROJECT

CONVERSATIONS = PROJECT / "tests" / "conversations"
FRAGMENTS = "fragments"
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Place:
    """Where a turn stands."""

    file: Path
    line: int
    loc: Tuple[Any, ...]
    plain: bool = True
    """Whether its text stands in the file as it is, without a {name} put in."""


@dataclass(frozen=True)
class Conversation:
    """A case ready to run: one row, one channel."""

    path: str
    """The file below tests/conversations."""
    name: str
    line: int
    given: Given
    turns: Tuple[Turn, ...]
    places: Tuple[Place, ...]
    tags: Tuple[str, ...] = ()
    row: str = ""
    known_failure: Optional[str] = None

    @property
    def node(self) -> str:
        """The case with its row, such as 门诊[二级]."""
        return f"{self.name}[{self.row}]" if self.row else self.name

    @property
    def id(self) -> str:
        """Readable and unique: file::case[row]."""
        return f"{self.path}::{self.node}"

    @property
    def folder(self) -> str:
        """The situation folder."""
        return self.path.rsplit("/", 1)[0] if "/" in self.path else ""


def case_files(paths: Sequence[Path] = (CONVERSATIONS,)) -> List[Path]:
    """The case files named or below the folders named. Raises FormatError: a path is not there."""
    missing = [f"{path}: 没有这个文件或目录" for path in paths if not path.exists()]
    if missing:
        raise FormatError(missing)
    found = [file for path in paths for file in (path.rglob("*.yml") if path.is_dir() else [path])]
    return sorted({file.resolve() for file in found if FRAGMENTS not in file.parts})


def load(paths: Sequence[Path] = (CONVERSATIONS,)) -> List[Conversation]:
    """Every conversation of the files. Raises FormatError with the faults of all files."""
    found: List[Conversation] = []
    faults: List[str] = []
    for file in case_files(paths):
        try:
            found += load_file(file)
        except FormatError as error:
            faults += error.faults
    if faults:
        raise FormatError(faults)
    return found


def load_file(file: Path) -> List[Conversation]:
    """The conversations of one file. Raises FormatError with all its faults."""
    return _Reader(file).conversations()


def root_of(file: Path) -> Path:
    """The folder that case paths are shown from: tests/conversations, or for files elsewhere their own folder."""
    return next((parent for parent in file.parents if parent.name == "conversations"), file.parent)


class _Reader:
    """Reads one case file with the fragments that it uses."""

    def __init__(self, file: Path) -> None:
        self._root = root_of(file)
        self._shown = file.relative_to(self._root).as_posix()
        self._faults: List[str] = []
        self._fragments: Dict[str, Optional[MarkedFile]] = {}
        self._file = read_marked(file, self._shown)

    def conversations(self) -> List[Conversation]:
        if not isinstance(self._file.data, list):
            raise FormatError([f"{self._shown}:1: 文件要是一个列表，每个用例以“- case:”开头"])
        found = [each for index in range(len(self._file.data)) for each in self._case(index)]
        seen: Dict[str, int] = {}
        for each in found:
            if each.node in seen and seen[each.node] != each.line:
                self._faults.append(f"{self._shown}:{each.line}: 用例“{each.name}”在第 {seen[each.node]} 行已经有了")
            seen.setdefault(each.node, each.line)
        if self._faults:
            raise FormatError(list(dict.fromkeys(self._faults)))
        return found

    def _case(self, index: int) -> Iterator[Conversation]:
        raw = self._file.data[index]
        rows = raw.get("table") if isinstance(raw, dict) else None
        rows = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        for number, row in enumerate(rows or [{}]):
            case = self._parse(Case, put(raw, row), self._file, (index,), row)
            if case is None:
                continue
            given, turns, places = self._with_fragments(case, index, row)
            for channel in case.variants.channel or (None,):
                chosen = given.copy(update={"channel": channel}) if channel else given
                label = ",".join(part for part in (row_label(rows, number), channel) if part)
                yield Conversation(
                    self._shown, case.case, self._file.line((index,)), chosen, turns, places, case.tags, label,
                    case.known_failure,
                )  # fmt: skip

    def _with_fragments(
        self, case: Case, index: int, row: Mapping[str, Any]
    ) -> Tuple[Given, Tuple[Turn, ...], Tuple[Place, ...]]:
        given: Dict[str, Any] = {}
        turns: List[Turn] = []
        places: List[Place] = []
        for position, name in enumerate(case.use):
            marked = self._fragment(name, (index, "use", position))
            part = marked and self._parse(Fragment, put(marked.data, row), marked, (), row)
            if marked and part:
                given.update(part.given.dict(exclude_none=True))
                turns += part.turns
                places += [_place(marked, ("turns", number), row) for number in range(len(part.turns))]
        given.update(case.given.dict(exclude_none=True))
        turns += case.turns
        places += [_place(self._file, (index, "turns", number), row) for number in range(len(case.turns))]
        return Given(**given), tuple(turns), tuple(places)

    def _fragment(self, name: str, loc: Loc) -> Optional[MarkedFile]:
        if name not in self._fragments:
            folder = self._root / FRAGMENTS
            path = folder / f"{name.removesuffix('.yml')}.yml"
            self._fragments[name] = read_marked(path, f"{FRAGMENTS}/{path.name}") if path.is_file() else None
            if not path.is_file():
                known = "、".join(sorted(each.stem for each in folder.glob("*.yml"))) or "（还没有片段）"
                self._faults.append(f"{self._shown}:{self._file.line(loc)}: 没有片段 {name!r}；有：{known}")
        return self._fragments[name]

    def _parse(
        self, model: Type[Model], raw: Any, marked: MarkedFile, base: Tuple[Any, ...], row: Mapping[str, Any]
    ) -> Optional[Model]:
        shown = self._shown if marked is self._file else f"{FRAGMENTS}/{marked.path.name}"
        if not isinstance(raw, dict):
            self._faults.append(f"{shown}:{marked.line(base)}: 这里要写成“键: 值”，例如 case、turns")
            return None
        if row:
            for name, loc in unknown_names(raw, row):
                names = "、".join(row)
                self._faults.append(f"{shown}:{marked.line((*base, *loc))}: 表里没有 {{{name}}}；有：{names}")
        try:
            return model.parse_obj(raw)
        except ValidationError as error:
            self._faults += [explain(fault, model, marked, base, shown) for fault in error.errors()]
            return None


def _place(marked: MarkedFile, loc: Tuple[Any, ...], row: Mapping[str, Any]) -> Place:
    node = marked.node((*loc, "golden"))
    plain = not (row and NAME.search(str(getattr(node, "value", ""))))
    return Place(marked.path, marked.line(loc), loc, plain)
