"""Load knowledge/ into a PolicyBook: documents, parameters, readings, conflicts.

The YAML is read with its line numbers and every value stays the string that was typed (null alone is None), so that
"0.70" can only become Decimal("0.70"). All faults are collected, each as `path:line: message`, before anything raises.
"""

import difflib
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Callable, Collection, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

import yaml
from pydantic import ValidationError

from bot.knowledge.topics import KnowledgeError
from bot.policy.book import Claim, Conflict, Document, Parameter, PolicyBook, Reading
from bot.policy.parameters import (
    BASES,
    CITY_COHORT,
    COHORTS,
    DERIVATIONS,
    NUMERIC_UNITS,
    ON_DIFFERENCE,
    POLICIES,
    STATUSES,
    UNITS,
    Position,
)

Where = Tuple[Path, int]
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same nodes and line numbers, five times as fast
_DOCUMENT = ("id", "title", "city", "file", "sha256", "kind", "issuer", "issued", "applies")
_APPLIES = ("cohort", "from", "to", "basis")
_PARAMETER = ("id", "label", "unit", "status", "claims")
_CLAIM = ("value", "document", "section", "lines", "cohort", "valid")
_VALID = ("from", "to", "basis")
_READING = ("id", "title", "parameters", "question", "options", "default", "on_difference", "decided_by", "decided_on")
_CONFLICT = ("id", "title", "parameters", "positions", "policy", "prefer", "say")
_POSITION = ("document", "section", "lines", "says")


class Entry(Dict[str, Any]):
    """A YAML mapping that knows its line."""

    line: int = 0


class Faults(List[str]):
    """Collects faults while reading, and remembers where each id stands."""

    def __init__(self) -> None:
        super().__init__()
        self.places: Dict[str, Where] = {}

    def add(self, where: Where, message: str) -> None:
        """Record one fault with its place."""
        path, line = where
        self.append(f"{path}:{line}: {message}")


def load_book(root: Path) -> PolicyBook:
    """Read documents.yml, readings.yml, conflicts.yml and every <city>/parameters/*.yml under `root`.

    Raises KnowledgeError with all faults: unreadable files, duplicate or unknown keys, values outside the closed
    lists, references that lead nowhere, different values without a conflict.
    """
    faults = Faults()
    documents = _collect(root, [root / "documents.yml"], _document, faults)
    readings = _collect(root, [root / "readings.yml"], _reading, faults)
    conflicts = _collect(root, [root / "conflicts.yml"], _conflict, faults)
    files = [path for city in CITY_COHORT for path in sorted((root / city / "parameters").glob("*.yml"))]
    parameters = _collect(root, files, _parameter, faults)
    if not faults:
        book = PolicyBook(documents=documents, parameters=parameters, readings=readings, conflicts=conflicts)
        _cross_check(book, faults)
    if faults:
        raise KnowledgeError(list(faults))
    return book


def _collect(root: Path, paths: Sequence[Path], build: Callable[..., Any], faults: Faults) -> Dict[str, Any]:
    """Build the items of some files, by id; an id stands once, and files are sorted by id."""
    found: Dict[str, Any] = {}
    for path in paths:
        shown = Path(root.name) / path.relative_to(root)
        last = ""
        for entry in _read(path, shown, faults):
            where = (shown, entry.line)
            before = len(faults)
            item = _build(build, entry, where, faults)
            if item is None or len(faults) > before:
                continue
            if item.id in found:
                faults.add(where, f"{item.id} is defined twice; ids are unique over all files")
            if item.id < last:
                faults.add(where, f"{item.id} stands after {last}; sort the file by id")
            found[item.id], last = item, item.id
            faults.places[item.id] = where
    return found


def _build(build: Callable[..., Any], entry: Entry, where: Where, faults: Faults) -> Any:
    """Build one item; what the checks by hand let through and the model refuses is a fault too."""
    try:
        return build(entry, where, faults)
    except ValidationError as error:
        for fault in error.errors():
            faults.add(where, f"{entry.get('id')}: {'.'.join(str(part) for part in fault['loc'])} {fault['msg']}")
        return None


def _read(path: Path, shown: Path, faults: Faults) -> Iterator[Entry]:
    """Yield the mappings of a YAML list."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=LOADER)
    except (OSError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        faults.add((shown, mark.line + 1 if mark else 1), getattr(error, "problem", None) or "cannot be read")
        return
    items = _plain(node, shown, faults) if node else []
    if not isinstance(items, list):
        faults.add((shown, 1), "must be a list of items, each beginning with - id:")
        return
    for item in items:
        if isinstance(item, Entry):
            yield item
        else:
            faults.add((shown, 1), f"must be a list of mappings, found {str(item)[:40]!r}")


def _plain(node: yaml.Node, shown: Path, faults: Faults) -> Any:
    """Turn a node into strings, None, lists and entries; duplicate keys are faults."""
    if isinstance(node, yaml.ScalarNode):
        return None if not node.style and node.value in ("null", "~", "") else node.value
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, shown, faults) for item in node.value]
    entry = Entry()
    entry.line = node.start_mark.line + 1
    for key, value in node.value:
        if key.value in entry:
            faults.add((shown, key.start_mark.line + 1), f"key {key.value!r} stands twice")
        entry[key.value] = _plain(value, shown, faults)
    return entry


def _keys(entry: Any, required: Sequence[str], optional: Sequence[str], where: Where, faults: Faults) -> bool:
    """Check that a mapping has the required keys and no unknown ones."""
    if not isinstance(entry, Entry):
        faults.add(where, f"must be a mapping with {', '.join(required)}")
        return False
    good = True
    for key in entry:
        if key not in required and key not in optional:
            faults.add(where, f"unknown key {key!r}; allowed are {', '.join((*required, *optional))}")
            good = False
    for key in required:
        if key not in entry:
            faults.add(where, f"key {key!r} is missing in {entry.get('id', 'this item')}")
            good = False
    return good


def _among(value: Any, allowed: Collection[str], name: str, where: Where, faults: Faults) -> None:
    if value not in allowed:
        faults.add(where, f"{name} {value!r} is not known; allowed are {', '.join(sorted(allowed))}")


def _day(value: Any, where: Where, faults: Faults) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        faults.add(where, f"{value!r} is not a day such as 2025-12-31")
        return date.min


def _lines(value: Any, where: Where, faults: Faults) -> Tuple[int, int]:
    if isinstance(value, list) and len(value) == 1 + 1 and all(str(item).isdigit() for item in value):
        first, last = int(value[0]), int(value[1])
        if 1 <= first <= last:
            return first, last
    faults.add(where, f"lines {value!r} must be [first, last], counted from 1")
    return 1, 1


def _days(entry: Mapping[str, Any], where: Where, faults: Faults) -> Tuple[date, date]:
    first, last = _day(entry["from"], where, faults), _day(entry["to"], where, faults)
    if first > last:
        faults.add(where, f"the validity ends ({last}) before it begins ({first})")
    _among(entry["basis"], BASES, "basis", where, faults)
    return first, last


def _document(entry: Entry, where: Where, faults: Faults) -> Optional[Document]:
    if not _keys(entry, _DOCUMENT, (), where, faults) or not _keys(entry["applies"], _APPLIES, (), where, faults):
        return None
    _among(entry["city"], CITY_COHORT, "city", where, faults)
    applies = entry["applies"]
    _among(applies["cohort"], COHORTS, "cohort", where, faults)
    first, last = _days(applies, where, faults)
    fields = {key: entry[key] for key in _DOCUMENT if key != "applies"}
    return Document(**fields, cohort=applies["cohort"], first_day=first, last_day=last, basis=applies["basis"])


def _parameter(entry: Entry, where: Where, faults: Faults) -> Optional[Parameter]:
    if not _keys(entry, _PARAMETER, ("conflict", "reading"), where, faults):
        return None
    _among(entry["unit"], UNITS, "unit", where, faults)
    _among(entry["status"], STATUSES, "status", where, faults)
    for key in ("conflict", "reading"):
        needed = entry["status"] == {"conflict": "conflict", "reading": "ambiguous"}[key]
        if needed != bool(entry.get(key)):
            faults.add(where, f"{entry['id']}: status {entry['status']} and key {key!r} do not go together")
    claims = [_claim(item, entry, where, faults) for item in entry["claims"] or []]
    kept = tuple(claim for claim in claims if claim)
    if not kept:
        faults.add(where, f"{entry['id']} has no claims")
        return None
    fields: Dict[str, Any] = {key: entry.get(key) for key in ("id", "label", "unit", "status", "conflict", "reading")}
    parameter = Parameter(**fields, claims=kept)
    _check_values(parameter, where, faults)
    folder = where[0].parts[1]
    if CITY_COHORT[folder].split(".")[0] != parameter.id.split(".")[0]:
        faults.add(where, f"{parameter.id} stands in the folder of {folder}")
    return parameter


def _claim(entry: Any, owner: Entry, where: Where, faults: Faults) -> Optional[Claim]:
    place = (where[0], entry.line) if isinstance(entry, Entry) else where
    if not _keys(entry, _CLAIM, ("as_written", "derive"), place, faults):
        return None
    if not _keys(entry["valid"], _VALID, (), place, faults):
        return None
    _among(entry["cohort"], COHORTS, "cohort", place, faults)
    if entry.get("derive") is not None:
        _among(entry["derive"], DERIVATIONS, "derive", place, faults)
    first, last = _days(entry["valid"], place, faults)
    if (entry["value"] is None) != (owner["status"] == "mentioned_without_value"):
        faults.add(place, f"{owner['id']}: value null and status mentioned_without_value go together")
    elif entry["value"] is not None and not entry.get("as_written"):
        faults.add(place, f"{owner['id']}: a value needs as_written, the figure as it stands in the document")
    return Claim(
        value=entry["value"],
        as_written=entry.get("as_written"),
        derive=entry.get("derive"),
        document=entry["document"],
        section=entry["section"],
        lines=_lines(entry["lines"], place, faults),
        cohort=entry["cohort"],
        valid_from=first,
        valid_to=last,
        basis=entry["valid"]["basis"],
    )


def _check_values(parameter: Parameter, where: Where, faults: Faults) -> None:
    """Numbers must parse; different values need a conflict, and `agreed` means equal."""
    values = {claim.value for claim in parameter.claims if claim.value is not None}
    if parameter.unit in NUMERIC_UNITS:
        numbers = set()
        for value in values:
            try:
                number = Decimal(value)
                if not number.is_finite():
                    raise InvalidOperation
                numbers.add(number)
            except InvalidOperation:
                faults.add(where, f"{parameter.id}: {value!r} is not a number")
        if len(numbers) > 1 and not parameter.conflict:
            faults.add(where, f"{parameter.id}: claims differ ({', '.join(sorted(values))}); name the conflict")
    elif len(values) > 1 and not parameter.conflict and parameter.unit != "bands":
        faults.add(where, f"{parameter.id}: claims differ; name the conflict")


def _reading(entry: Entry, where: Where, faults: Faults) -> Optional[Reading]:
    if not _keys(entry, _READING, (), where, faults):
        return None
    _among(entry["on_difference"], ON_DIFFERENCE, "on_difference", where, faults)
    _among(entry["default"], entry["options"] or {}, "default", where, faults)
    return Reading(**entry)


def _conflict(entry: Entry, where: Where, faults: Faults) -> Optional[Conflict]:
    if not _keys(entry, _CONFLICT, (), where, faults):
        return None
    _among(entry["policy"], POLICIES, "policy", where, faults)
    if (entry["policy"] in ("prefer", "typo")) != (entry["prefer"] is not None):
        faults.add(where, f"{entry['id']}: policy {entry['policy']} and prefer {entry['prefer']!r} do not go together")
    positions = []
    for item in entry["positions"] or []:
        if _keys(item, _POSITION, (), where, faults):
            lines = _lines(item["lines"], (where[0], item.line), faults)
            positions.append(
                Position(document=item["document"], section=item["section"], lines=lines, says=item["says"])
            )
    return Conflict(**{**entry, "positions": tuple(positions)})


def _cross_check(book: PolicyBook, faults: Faults) -> None:
    """Every document, conflict, reading and parameter that is named must exist."""
    for parameter in book.parameters.values():
        names = [claim.document for claim in parameter.claims]
        _exist(parameter.id, "document", names, book.documents, faults)
        _exist(parameter.id, "conflict", [parameter.conflict], book.conflicts, faults)
        _exist(parameter.id, "reading", [parameter.reading], book.readings, faults)
    for conflict in book.conflicts.values():
        named = [position.document for position in conflict.positions]
        _exist(conflict.id, "document", [*named, conflict.prefer], book.documents, faults)
        _exist(conflict.id, "parameter", conflict.parameters, book.parameters, faults)
    for reading in book.readings.values():
        _exist(reading.id, "parameter", reading.parameters, book.parameters, faults)


def _exist(owner: str, kind: str, names: Sequence[Optional[str]], known: Mapping[str, Any], faults: Faults) -> None:
    for name in dict.fromkeys(names):
        if name is not None and name not in known:
            near = difflib.get_close_matches(name, list(known), n=3) or sorted(known)[:3]
            faults.add(faults.places[owner], f"{owner}: no {kind} {name!r}; did you mean {', '.join(near)}?")
