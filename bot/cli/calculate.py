"""`bot calculate`: one calculation, a list of them, or many from standard input."""

import csv
import json
import sys
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, NamedTuple, Optional, TextIO, Tuple

import typer

from bot.policy.book import PolicyBook
from bot.policy.catalogue import CALCULATIONS, Calculation, find
from bot.policy.catalogue import calculate as run
from bot.policy.errors import InvalidInput, PolicyError
from bot.policy.text import breakdown

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
LONGEST_LINE = 1_000_000  # characters; the largest honest line (400 visits) has about 25,000
SHOWN_EVERY = 500  # lines between two redraws of the progress bar
TRUE, FALSE = frozenset({"true", "是", "1", "yes"}), frozenset({"false", "否", "不是", "0", "no"})


class Desk(NamedTuple):
    """What every calculation of a run shares."""

    book: PolicyBook
    today: date
    cohort: Optional[str]


def calculate(
    name: Optional[str] = typer.Argument(None, help="Calculation, such as shanghai.outpatient."),
    inputs: Optional[str] = typer.Option(None, "--input", help="Input as a JSON object; amounts are strings in yuan."),
    as_json: bool = typer.Option(False, "--json", help="Print the whole result as JSON."),
    show_list: bool = typer.Option(False, "--list", help="Print the calculations with their input schema (JSON)."),
    batch: bool = typer.Option(False, "--batch", help="JSON lines from standard input to standard output."),
    as_csv: bool = typer.Option(False, "--csv", help="CSV from standard input to standard output."),
    cohort: Optional[str] = typer.Option(None, help="Cohort of the student, such as sh.fresh2025."),
) -> None:
    """Work out money or days with the steps and their citations.

    Examples: bot calculate --list ·
    bot calculate shanghai.inpatient --input '{"stays":[{"level":"tier3","eligible":"10000"}]}' ·
    bot calculate --batch < in.jsonl > out.jsonl (each line {"name": …, "input": {…}}, or only the input with NAME) ·
    bot calculate shanghai.outpatient --csv < in.csv (columns such as visits.0.place; without NAME a column `name`)
    """
    if sum((show_list, batch, as_csv, inputs is not None)) > 1:
        _stop("use just one of --list, --input, --batch, --csv")
    try:
        chosen = find(name) if name is not None else None
        if show_list:
            typer.echo(json.dumps(listing(chosen), ensure_ascii=False, indent=2))
            return
        desk = _desk(cohort)
        if batch:
            _stream(_answers(_lines(sys.stdin), chosen, desk), sys.stdout)
        elif as_csv:
            table(sys.stdin, sys.stdout, chosen, desk)
        elif chosen is None:
            _stop("give the name of a calculation, or --list to see them")
        else:
            _one(chosen, inputs or "{}", as_json, desk)
    except PolicyError as error:
        _stop(str(error))


def _one(chosen: Calculation, inputs: str, as_json: bool, desk: Desk) -> None:
    result = run(chosen.name, read_json(inputs), book=desk.book, today=desk.today, cohort=desk.cohort)
    if as_json:
        typer.echo(json.dumps(result.to_json(), ensure_ascii=False, indent=2))
    else:
        typer.echo(breakdown(result, chosen.title, desk.book))


def listing(chosen: Optional[Calculation] = None) -> List[Dict[str, Any]]:
    """Return name, catalogue id, title, outputs, first questions and JSON Schema of the calculations."""
    return [
        {
            "name": entry.name, "id": entry.id, "title": entry.title, "city": entry.city,
            "outputs": entry.outputs.split(), "opening": list(entry.opening), "input": entry.model.schema(),
        }
        for entry in ([chosen] if chosen else CALCULATIONS.values())
    ]  # fmt: skip


def read_json(text: str) -> Any:
    """Read JSON without losing anything: numbers with a point stay exact, a key given twice is refused.

    Raises InvalidInput.
    """
    try:
        return json.loads(
            text, parse_float=Decimal, parse_int=_whole, parse_constant=Decimal, object_pairs_hook=_unique
        )
    except json.JSONDecodeError as error:
        raise InvalidInput("", "不是合法的 JSON。", f"not JSON: {error.msg} at character {error.pos + 1}") from None
    except RecursionError:
        raise InvalidInput("", "JSON 嵌套太深。", "JSON is nested too deeply") from None


def _whole(digits: str) -> Any:
    return int(digits) if len(digits) < len(str(sys.maxsize)) else Decimal(digits)


def _unique(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for index, (key, _) in enumerate(pairs) if key in dict(pairs[:index]))
        raise InvalidInput(twice, f"“{twice}”写了两次。", "given twice")
    return found


def _lines(stream: TextIO) -> Iterator[Tuple[int, str]]:
    """Yield the numbered lines that are not blank; an over-long line comes as far as the limit."""
    number = 0
    while True:
        line = stream.readline(LONGEST_LINE)
        if not line:
            return
        number += 1
        rest = line
        while rest and not rest.endswith("\n"):
            rest = stream.readline(LONGEST_LINE)
        if line.strip():
            yield number, line


def _answers(lines: Iterable[Tuple[int, str]], chosen: Optional[Calculation], desk: Desk) -> Iterator[str]:
    """Yield one line of JSON for each line of input: the result, or an error that names the field."""
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    for number, line in lines:
        kept: Dict[str, Any] = {}
        try:
            if len(line) >= LONGEST_LINE:
                raise InvalidInput("", "这一行太长。", f"the line has more than {LONGEST_LINE} characters")
            name, inputs, cohort, kept = _request(read_json(line), chosen)
            result = run(name, inputs, book=desk.book, today=desk.today, cohort=cohort or desk.cohort)
            yield encode({**kept, **result.to_json()})
        except PolicyError as error:
            yield encode({**kept, "line": number, "error": fault(error)})


def _request(line: Any, chosen: Optional[Calculation]) -> "Tuple[str, Any, Optional[str], Dict[str, Any]]":
    """Return name, input, cohort and what is handed back (id) of one line."""
    if chosen is not None and not (isinstance(line, dict) and "input" in line):
        return chosen.name, line, None, {}
    if not isinstance(line, dict):
        raise InvalidInput("", "每行要写成一个 JSON 对象。", 'a line must be an object with "name" and "input"')
    unknown = set(line) - {"name", "input", "id", "cohort"}
    if unknown:
        field = min(unknown)
        raise InvalidInput(field, f"不认识“{field}”。", "unknown key; a line has name, input, id, cohort")
    kept = {"id": line["id"]} if isinstance(line.get("id"), (str, int)) else {}
    name = line.get("name", chosen.name if chosen else None)
    if not isinstance(name, str):
        raise InvalidInput("name", "要写明是哪个计算。", "the name of a calculation is missing")
    return name, line.get("input", {}), line.get("cohort"), kept


def fault(error: PolicyError) -> Dict[str, str]:
    """Return an error as data: field, message in English, message in Chinese."""
    if isinstance(error, InvalidInput):
        return {"field": error.field, "message": error.message, "message_zh": error.message_zh}
    return {"field": "name", "message": str(error), "message_zh": "没有这个计算。"}


def table(source: TextIO, target: TextIO, chosen: Optional[Calculation], desk: Desk) -> None:
    """Read CSV with a column per input path; write it with status, outputs, low, high and error added."""
    reader = csv.DictReader(source)
    given = list(reader.fieldnames or [])
    names = chosen.outputs.split() if chosen else _all_outputs()
    added = ["status", *(column for name in names for column in (name, f"{name}_low", f"{name}_high"))]
    writer = csv.DictWriter(target, [*given, *added, "reason", "error_field", "error"], lineterminator="\n")
    writer.writeheader()
    with _progress() as advance:
        for row in reader:
            kept = {key: row[key] or "" for key in given}
            writer.writerow({**kept, **_row(row, chosen, desk)})
            advance()


def _row(row: Mapping[Any, Any], chosen: Optional[Calculation], desk: Desk) -> Dict[str, str]:
    """Compute one row of a table; returns the added columns."""
    try:
        if row.get(None):
            raise InvalidInput("", "这一行的列数比表头多。", "the row has more cells than the header")
        cells = {key: text.strip() for key, text in row.items() if key and text and text.strip()}
        entry = find(cells.pop("name")) if "name" in cells else chosen
        if entry is None:
            raise InvalidInput("name", "要写明是哪个计算。", "the name of a calculation is missing")
        inputs = _nested(cells, entry.model.schema())
        plain = run(entry.name, inputs, book=desk.book, today=desk.today, cohort=desk.cohort).to_json()
    except PolicyError as error:
        found = fault(error)
        return {"error_field": found["field"], "error": found["message_zh"]}
    added = {"status": plain["status"], "reason": plain["reason"] or ""}
    for suffix, part in (("", plain["outputs"]), ("_low", plain["low"]), ("_high", plain["high"])):
        added.update({f"{key}{suffix}": str(value) for key, value in (part or {}).items()})
    if plain["missing"]:
        added["reason"] = " ".join(f"{item['field']}：{item['text']}" for item in plain["missing"])
    return added


def _nested(cells: Mapping[str, str], schema: Mapping[str, Any]) -> Dict[str, Any]:
    """Turn columns such as visits.0.place into nested input, and typed cells by the schema."""
    root: Dict[str, Any] = {}
    for path, text in cells.items():
        keys, node, about = path.split("."), root, schema
        for key in keys[:-1]:
            node = node.setdefault(key, {})
            about = _below(about, key, schema)
            if not isinstance(node, dict):
                raise InvalidInput(path, "列名互相冲突。", "the column contradicts another one")
        node[keys[-1]] = _typed(text, _below(about, keys[-1], schema))
    return {key: _listed(value) for key, value in root.items()}


def _below(about: Mapping[str, Any], key: str, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema one step down a path."""
    found = about.get("items", {}) if key.isdigit() else about.get("properties", {}).get(key, {})
    if "$ref" in found:
        found = schema["definitions"][found["$ref"].rsplit("/", 1)[-1]]
    return found if isinstance(found, Mapping) else {}


def _typed(text: str, about: Mapping[str, Any]) -> Any:
    """Return a cell as the schema wants it; what does not fit stays text and is refused by the calculation."""
    kind = about.get("type")
    if kind == "integer" and text.isascii() and text.isdigit():
        return _whole(text)
    if kind == "boolean" and text.lower() in TRUE | FALSE:
        return text.lower() in TRUE
    return text.split(";") if kind == "array" else text


def _listed(value: Any) -> Any:
    """Turn {"0": …, "1": …} into a list in the order of its numbers."""
    if not isinstance(value, dict):
        return value
    if all(key.isascii() and key.isdigit() for key in value):
        return [_listed(value[key]) for key in sorted(value, key=int)]
    return {key: _listed(item) for key, item in value.items()}


def _all_outputs() -> List[str]:
    return list(dict.fromkeys(name for entry in CALCULATIONS.values() for name in entry.outputs.split()))


def _stream(lines: Iterable[str], target: TextIO) -> None:
    with _progress() as advance:
        for line in lines:
            target.write(line + "\n")
            advance()


@contextmanager
def _progress() -> Iterator[Callable[[], None]]:
    """Count lines on a terminal's standard error; silent otherwise. With a file as input it is a bar."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from tqdm import tqdm

    total = _lines_ahead(sys.stdin)
    with tqdm(desc="calculated", total=total, unit=" lines", file=sys.stderr, miniters=SHOWN_EVERY) as bar:
        yield lambda: (bar.update(), None)[1]


def _lines_ahead(source: TextIO) -> Optional[int]:
    """How many lines a file holds; None for a pipe or a terminal, which cannot be read twice."""
    try:
        if not source.seekable():
            return None
        start = source.tell()
        count = sum(1 for _ in source)
        source.seek(start)
        return count
    except (OSError, ValueError):
        return None


def _desk(cohort: Optional[str]) -> Desk:
    from bot.knowledge.book import load_book
    from bot.settings import settings

    return Desk(load_book(KNOWLEDGE), settings().today(), cohort)


def _stop(message: str) -> None:
    typer.echo(f"bot: {message}", err=True)
    raise typer.Exit(1)
