"""`bot regress`: the conversations of tests/conversations, without pytest."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from pathlib import Path
from typing import Any, List, Optional

import typer
from typer.core import TyperGroup

from bot.settings import PROJECT


class _RunByDefault(TyperGroup):
    """`bot regress …` is `bot regress run …` unless a command is named."""

    def parse_args(self, ctx: Any, args: List[str]) -> List[str]:
        if args[:1] != ["--help"] and (not args or args[0] not in self.commands):
            args = ["run", *args]
        rest: List[str] = super().parse_args(ctx, args)
        return rest


regress_app = typer.Typer(
    cls=_RunByDefault,
    help="Run the conversations of tests/conversations, or check what they rest on. Example: bot regress --tag 住院",
)


@regress_app.command()
def run(
    paths: Optional[List[Path]] = typer.Argument(None, help="Files or folders; default: tests/conversations."),
    tag: List[str] = typer.Option([], "--tag", help="Only cases with this tag; may be given several times."),
    words: str = typer.Option("", "-k", help="Only cases with these words in file, case, row or tags; `not WORD`."),
    url: Optional[str] = typer.Option(None, "--url", help="Talk to a running server, such as http://127.0.0.1:5005."),
    junit: Optional[Path] = typer.Option(None, "--junit", help="Write JUnit XML."),
    html: Optional[Path] = typer.Option(None, "--html", help="Write the report as one HTML page."),
    against: Optional[Path] = typer.Option(
        None, "--against", help="Compare with an older model (.tar.gz) or with a run saved by --json."
    ),
    accept: bool = typer.Option(False, "--accept", help="Rewrite `golden` texts to what is said now."),
    as_json: bool = typer.Option(False, "--json", help="Print everything as JSON."),
    cover: bool = typer.Option(False, "--coverage", help="Print what no conversation touches."),
) -> None:
    """Run conversations against the real model and actions. Example: bot regress -k 住院 --html report.html"""
    from bot.regress.load import CONVERSATIONS, load
    from bot.regress.select import select
    from bot.regress.session import Session

    chosen = select(load(paths or [CONVERSATIONS]), tag, words)
    if not chosen:
        typer.echo("bot: no conversation fits; see --tag and -k", err=True)
        raise typer.Exit(1)
    session = Session(chosen, url, against, say=lambda text: typer.echo(text, err=as_json))
    session.run()
    _write_reports(session, junit, html)
    accepted = _accept(session.results) if accept else set()
    _print(session, as_json=as_json, cover=cover)
    if any(not result.ok and result.conversation.id not in accepted for result in session.results):
        raise typer.Exit(1)


@regress_app.command()
def lint() -> None:
    """Check buttons, examples, topics, responses and entities of the data. Example: bot regress lint"""
    from bot.regress.lint import lint as check
    from bot.regress.session import chosen_model, load_assistant

    faults = asyncio.run(check(load_assistant(chosen_model(None))))
    for fault in faults:
        head = "[ERROR]" if fault.severity == "error" else "[WARN]"
        typer.echo(f"{head} {fault.where}: {fault.check}: {fault.message}", err=True)
    errors = sum(fault.severity == "error" for fault in faults)
    typer.echo(f"{errors} errors, {len(faults) - errors} warnings")
    if errors:
        raise typer.Exit(1)


@regress_app.command()
def schema(
    check_only: bool = typer.Option(False, "--check", help="Only say whether schema.json is up to date."),
) -> None:
    """Write tests/conversations/schema.json, the format for editors. Example: bot regress schema --check"""
    from bot.regress.format import json_schema
    from bot.regress.load import CONVERSATIONS

    target = CONVERSATIONS / "schema.json"
    text = json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"
    if check_only:
        if not target.is_file() or target.read_text("utf-8") != text:
            typer.echo("bot: schema.json is not up to date; run `bot regress schema`", err=True)
            raise typer.Exit(1)
        return
    target.write_text(text, "utf-8")
    typer.echo(f"{target.relative_to(PROJECT)} written")


def _print(session: Any, *, as_json: bool, cover: bool) -> None:
    """What goes to standard output at the end."""
    if as_json:
        from bot.regress.results import as_json as plain

        typer.echo(plain(session.results))
    elif cover:
        from bot.regress.coverage import table

        typer.echo(table(session.covered))


def _write_reports(session: Any, junit: Optional[Path], html: Optional[Path]) -> None:
    if junit:
        from bot.regress.junit import junit as xml

        junit.write_text(xml(session.results), "utf-8")
    if html:
        from bot.regress.page import page

        text = page(session.results, session.covered, session.compared, about=session.about, made=datetime.now())
        html.write_text(text, "utf-8")


def _accept(results: List[Any]) -> set[str]:
    """Rewrite golden texts; returns the ids of the cases that had no other fault."""
    from bot.regress.accept import accept

    done, refused = accept(results)
    for place in done:
        typer.echo(f"改写了 {place}", err=True)
    for place in refused:
        typer.echo(f"没有改 {place}", err=True)
    only_golden = {
        result.conversation.id
        for result in results
        if result.outcome == "failed"
        and all(fault.key == "golden" for turn in result.turns for fault in turn.verdict.faults)
    }
    return set() if refused else only_golden
