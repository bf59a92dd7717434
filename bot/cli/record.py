"""`bot record`: from a real conversation to a test."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Dict, Optional

import typer

from bot.settings import settings


def record(
    source: str = typer.Argument(..., help="The sender of a stored conversation, or the number of a ticket."),
    output: Path = typer.Option(..., "--output", "-o", help="The case file to write; it must not exist yet."),
) -> None:
    """Turn a stored conversation into a case file, personal data masked.

    Example: bot record rest:anna -o tests/conversations/recorded/anna.yml
    """
    if output.exists():
        typer.echo(f"bot: {output} exists; nothing was written", err=True)
        raise typer.Exit(1)
    from bot.regress.load import load_file
    from bot.regress.record import NothingToRecord, as_yaml

    try:
        case = _of_ticket(source) or asyncio.run(_of_sender(source))
    except NothingToRecord as error:
        typer.echo(f"bot: {source}: {error}", err=True)
        raise typer.Exit(1) from None
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(as_yaml(case), "utf-8")
    load_file(output.resolve())
    typer.echo(f"{output} written, {len(case['turns'])} turns; read it before you keep it")


def _of_ticket(number: str) -> Optional[Dict[str, Any]]:
    """The case of a ticket; None when the source is no number of a ticket."""
    from bot.desk.errors import TicketNotFound
    from bot.desk.numbers import find_number
    from bot.regress.record import of_ticket

    if find_number(number) is None:
        return None
    from bot.desk.tickets import Desk
    from bot.store.engine import sessions

    try:
        return of_ticket(Desk(sessions()).show(number))
    except TicketNotFound:
        return None


async def _of_sender(sender: str) -> Dict[str, Any]:
    """The case of a sender's conversation. Raises NothingToRecord."""
    from bot.engine.tracker_store import open_store
    from bot.regress.record import NothingToRecord, of_events

    tracker = await open_store(settings().database_url).retrieve_full_tracker(sender)
    if tracker is None:
        raise NothingToRecord("there is no conversation of this sender, and no ticket of this number")
    return of_events(list(tracker.events))
