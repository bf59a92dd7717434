"""`bot knowledge`: check the knowledge files and show what an answer looks like."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import List, Optional

import typer

from bot.settings import PROJECT, settings

knowledge_app = typer.Typer(help="Check and show what stands in knowledge/.", no_args_is_help=True)


@knowledge_app.command()
def check() -> None:
    """Check every knowledge file; all faults at once, exit code 1 if there is one. Example: bot knowledge check"""
    from bot.knowledge.check import check_knowledge

    errors, warnings, counts = check_knowledge(PROJECT, settings().today())
    for message in errors:
        typer.echo(f"[ERROR] {message}", err=True)
    for message in warnings:
        typer.echo(f"[WARN] {message}", err=True)
    typer.echo(f"{counts}; {len(errors)} errors, {len(warnings)} warnings")
    if errors:
        raise typer.Exit(1)


@knowledge_app.command()
def show(
    topic: str = typer.Argument(..., help="Topic id, such as enroll_confirm."),
    city: Optional[str] = typer.Option(None, help="shanghai or lanzhou; default: both."),
    on: Optional[datetime] = typer.Option(None, "--date", formats=["%Y-%m-%d"], help="Answer as of this day."),
    cohort: Optional[str] = typer.Option(None, help="Such as sh.fresh2025 or lz.graduate."),
    detailed: bool = typer.Option(False, "--detailed", help="The fuller answer."),
) -> None:
    """Show a topic as a student reads it. Example: bot knowledge show premium --city shanghai --date 2025-10-01"""
    from bot.channels.terminal import render as render_terminal
    from bot.knowledge.base import Situation, knowledge
    from bot.knowledge.render import render

    known = knowledge()
    today = on.date() if on else settings().today()
    answer = known.answer(topic, Situation(today=today, city=city, cohort=cohort))
    if answer.status == "unknown_topic":
        typer.echo(f"bot: there is no topic {topic!r}; `ls knowledge/*/topics` lists them", err=True)
        raise typer.Exit(1)
    typer.echo(render_terminal(render(answer, known, city=city, detailed=detailed).as_utterance()))


@knowledge_app.command()
def coverage() -> None:
    """How many facts of each document are answered, by which topics. Example: bot knowledge coverage"""
    from bot.knowledge.base import knowledge
    from bot.knowledge.coverage import load_inventory, report
    from bot.settings import KNOWLEDGE

    typer.echo("\n".join(report(knowledge(), load_inventory(KNOWLEDGE))))


@knowledge_app.command()
def page(
    check_only: bool = typer.Option(False, "--check", help="Only say whether docs/knowledge.md is up to date."),
) -> None:
    """Write docs/knowledge.md, all answers for reading. Example: bot knowledge page --check"""
    from bot.knowledge.base import knowledge
    from bot.knowledge.page import page as render_page

    target = PROJECT / "docs" / "knowledge.md"
    text = render_page(knowledge())
    if check_only:
        if not target.is_file() or target.read_text("utf-8") != text:
            typer.echo("bot: docs/knowledge.md is not up to date; run `bot knowledge page`", err=True)
            raise typer.Exit(1)
        return
    target.write_text(text, "utf-8")
    typer.echo(f"{target.relative_to(PROJECT)} written")


@knowledge_app.command("import")
def import_(paths: List[Path] = typer.Argument(..., help="Text, Markdown, DOCX or PDF files.")) -> None:
    """Say for each file how many passages it gives, or why none; BOT_DOCUMENTS is the folder that is searched.

    Example: bot knowledge import notice.pdf
    """
    from bot.knowledge.base import knowledge
    from bot.knowledge.passages import UnreadableDocument, read_passages

    failed = False
    for path in paths:
        try:
            typer.echo(f"{path}: {len(read_passages(path, knowledge().book))} passages")
        except UnreadableDocument as fault:
            failed = True
            typer.echo(f"bot: {fault}", err=True)
    if failed:
        raise typer.Exit(1)


@knowledge_app.command()
def find(
    question: str = typer.Argument(..., help="A question in a student's words."),
    city: Optional[str] = typer.Option(None, help="shanghai or lanzhou; default: both."),
) -> None:
    """Show what the search finds: topics with scores, and the passage. Example: bot knowledge find 校外看病"""
    from bot.knowledge.base import knowledge
    from bot.knowledge.render import render_passage
    from bot.knowledge.search import search
    from bot.knowledge.topics import CITIES

    if city not in (None, *CITIES):
        typer.echo(f"bot: --city {city!r} is not known; takes {' or '.join(CITIES)}", err=True)
        raise typer.Exit(1)
    topics, passage = search().topics(question, city), search().passage(question, city)
    for hit in topics:
        typer.echo(f"{hit.score:5.1f}  {hit.topic}  {hit.title}")
    if passage:
        typer.echo(f"{passage.score:5.1f}  {render_passage(passage, knowledge().book, settings().today()).text}")
    elif not topics:
        typer.echo("nothing found")
