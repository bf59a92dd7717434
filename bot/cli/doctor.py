"""`bot doctor`: is this installation well, and what to do where it is not."""

from __future__ import annotations

import json
from typing import Dict, Iterator, List, Tuple

import typer

from bot.ops.findings import Finding
from bot.settings import SettingsError, settings


def doctor(as_json: bool = typer.Option(False, "--json", help="Print JSON.")) -> None:
    """Look at settings, stores, model, knowledge, clock and versions; exit code 1 with an error. Example: bot doctor"""
    found: List[Tuple[str, Finding]] = []
    last = ""
    for part, finding in _findings():
        found.append((part, finding))
        if not as_json:
            typer.echo(("" if part == last else f"{part}\n") + f"  {finding.as_line()}".replace("\n", "\n  "))
            last = part
    counts = {state: sum(finding.state == state for _, finding in found) for state in ("ok", "warn", "fail")}
    if as_json:
        typer.echo(
            json.dumps({**_counted(counts), "findings": [_plain(*one) for one in found]}, ensure_ascii=False, indent=2)
        )
    else:
        typer.echo(f"{counts['fail']} 个不行，{counts['warn']} 个要注意，{counts['ok']} 个好")
    if counts["fail"]:
        raise typer.Exit(1)


def _findings() -> Iterator[Tuple[str, Finding]]:
    try:
        current = settings()
    except SettingsError as error:
        yield "设置", Finding("fail", f"设置不对：{error}", "改好再跑；全部设置见 README。")
        return
    from bot.ops.doctor import examine

    yield from examine(current)


def _counted(counts: Dict[str, int]) -> Dict[str, int]:
    return {"errors": counts["fail"], "warnings": counts["warn"]}


def _plain(part: str, finding: Finding) -> Dict[str, str]:
    return {"part": part, "state": finding.state, "what": finding.what, "todo": finding.todo}
