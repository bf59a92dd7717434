"""`bot evaluate`: how well messages are understood, as tables and pictures."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any, Dict, Optional

import typer

from bot.settings import PROJECT, settings

DAY = "2025-10-15"
"""The day on which everything is asked unless BOT_TODAY names another: a figure must not change with the calendar."""


def evaluate(
    utterances: Optional[Path] = typer.Option(
        None, help="Folder with collected utterances (student_voice.txt, out_of_scope.txt); a development set."
    ),
    calibrate: bool = typer.Option(True, help="Cross-validate the thresholds as well (a minute and a half)."),
    write: bool = typer.Option(True, help="Write docs/evaluation.md and its pictures; otherwise only print."),
) -> None:
    """Measure understanding on sentences that the model did not see. Example: bot evaluate --no-calibrate --no-write"""
    if utterances and not (utterances / "student_voice.txt").is_file():
        typer.echo(f"bot: --utterances {utterances}: there is no student_voice.txt in it", err=True)
        raise typer.Exit(1)
    from bot.cli.quiet import configure_logging
    from bot.engine.assistant import Assistant, memory_store
    from bot.engine.models import find_model
    from bot.evaluation.report import draw, render
    from bot.evaluation.run import evaluate as measure

    # asked on a day that the documents cover, by one patient user
    os.environ.setdefault("BOT_TODAY", DAY)
    current = settings().copy(update={"rate_limit": 10_000})
    configure_logging(current.log_level)
    model = find_model(current.model)
    assistant = Assistant.load(current, model=model, store=memory_store())
    say: Dict[str, Any] = {"err": True}
    run = asyncio.run(
        measure(assistant, model, utterances, calibrate=calibrate, say=lambda text: typer.echo(f"… {text}", **say))
    )
    page = render(run)
    typer.echo(page)
    if write:
        (PROJECT / "docs" / "evaluation.md").write_text(page, "utf-8")
        draw(run, PROJECT / "docs")
