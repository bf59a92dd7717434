"""`bot regress`: the conversations of tests/conversations, without pytest."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

import typer
from typer.core import TyperGroup

from bot.settings import PROJECT, settings


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

    chosen = select(load(paths or [CONVERSATIONS]), tag, words)
    if not chosen:
        typer.echo("bot: no conversation fits; see --tag and -k", err=True)
        raise typer.Exit(1)
    session = _Session(chosen, url, against, quiet=as_json)
    session.run()
    if cover and not as_json:
        from bot.regress.coverage import table

        typer.echo(table(session.covered))
    _write_reports(session, junit, html)
    accepted = _accept(session.results) if accept else set()
    if as_json:
        from bot.regress.results import as_json as plain

        typer.echo(plain(session.results))
    if any(not result.ok and result.conversation.id not in accepted for result in session.results):
        raise typer.Exit(1)


@regress_app.command()
def lint() -> None:
    """Check buttons, examples, topics, responses and entities of the data. Example: bot regress lint"""
    from bot.regress.lint import lint as check

    faults = asyncio.run(check(_load_assistant(_model(None))))
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


class _Session:
    """One run with everything that the reports need."""

    def __init__(self, chosen: List[Any], url: Optional[str], against: Optional[Path], *, quiet: bool) -> None:
        self.chosen, self.url, self.against, self.quiet = chosen, url, against, quiet
        self.results: List[Any] = []
        self.covered: List[Any] = []
        self.compared: Optional[Any] = None
        self.about = url or ""

    def run(self) -> None:
        """Run, compare, and say what is to be said in a terminal. Raises NotARun, NoModel, Unreachable."""
        from bot.regress.compare import compare, report
        from bot.regress.results import read_run, summary, to_plain

        before: Optional[List[Dict[str, Any]]] = None
        if self.against and self.against.suffix == ".gz":
            self._say(f"… {self.against.name}")
            before = to_plain(self._talk(self.against)[0])["cases"]
        elif self.against:
            before = read_run(self.against)
        started = time.perf_counter()
        self.results, self.covered = self._talk(None)
        for result in self.results:
            if not result.ok:
                from bot.regress.transcript import transcript

                self._say(transcript(result) + "\n")
        if before is not None:
            ids = {conversation.id for conversation in self.chosen}
            then = [case for case in before if case["id"] in ids]
            self.compared = compare(then, to_plain(self.results)["cases"])
            self._say(report(self.compared))
        self._say(summary(self.results, time.perf_counter() - started))

    def _say(self, text: str) -> None:
        typer.echo(text, err=self.quiet)

    def _talk(self, model: Optional[Path]) -> Tuple[List[Any], List[Any]]:
        from bot.regress.coverage import coverage, universe
        from bot.regress.runner import in_process, run
        from bot.regress.talkers import OverHttp

        if self.url and model is None:
            return asyncio.run(run(self.chosen, OverHttp(self.url))), []
        with ExitStack() as stack:
            path = _model(model)
            assistant = _load_assistant(path)
            talker = stack.enter_context(in_process(assistant))
            self.about = path.name

            async def both() -> List[Any]:
                await talker.warm_up()
                return await run(self.chosen, talker)

            results = asyncio.run(both())
            return results, coverage(results, universe(assistant.agent.domain))


def _model(named: Optional[Path]) -> Path:
    """The model named, or the one of the current data, trained if there is none."""
    from bot.engine.models import find_model, train_model

    chosen = named or settings().model
    return find_model(chosen) if chosen.suffix == ".gz" else train_model(chosen)


def _load_assistant(model: Path) -> Any:
    """An assistant with a patient limit on messages that forgets everything at its end."""
    from bot.cli.quiet import configure_logging
    from bot.engine.assistant import Assistant, memory_store
    from bot.regress.environment import RATE_LIMIT

    current = settings().copy(update={"rate_limit": RATE_LIMIT})
    configure_logging(current.log_level)
    return Assistant.load(current, model=model, store=memory_store())


def _write_reports(session: _Session, junit: Optional[Path], html: Optional[Path]) -> None:
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
