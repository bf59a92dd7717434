"""`bot knowledge`: check the knowledge files and show what an answer looks like."""

from __future__ import annotations

from typing import Optional

import typer

from bot.settings import PROJECT, settings

knowledge_app = typer.Typer(help="Check and show what stands in knowledge/.", no_args_is_help=True)


@knowledge_app.command()
def check() -> None:
    """Check every knowledge file; all faults at once, exit code 1 if there is one. Example: bot knowledge check"""
    from bot.knowledge.check import check_knowledge

    errors, warnings, counts = check_knowledge(PROJECT)
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
    detailed: bool = typer.Option(False, "--detailed", help="The fuller answer."),
) -> None:
    """Show a topic as a student reads it. Example: bot knowledge show enroll_confirm --city shanghai"""
    from bot.channels.terminal import render as render_terminal
    from bot.knowledge.base import Situation, knowledge
    from bot.knowledge.render import render

    known = knowledge()
    answer = known.answer(topic, Situation(today=settings().today(), city=city))
    if answer.status == "unknown_topic":
        typer.echo(f"bot: there is no topic {topic!r}; `ls knowledge/*/topics` lists them", err=True)
        raise typer.Exit(1)
    typer.echo(render_terminal(render(answer, known, city=city, detailed=detailed).as_utterance()))
