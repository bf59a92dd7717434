"""`bot database` and `bot purge`: the tables of the desk, and forgetting what is old."""

from __future__ import annotations

import gc
import re
import time
from datetime import datetime, timedelta, timezone
from typing import Callable, Optional

import typer

database_app = typer.Typer(
    help="Bring the tables of BOT_DATABASE_URL up to date, or back. Example: bot database upgrade",
    no_args_is_help=True,
)
DAYS = {"d": 1, "w": 7, "m": 30}
"""Days of each unit; a month counts as 30."""
RETRY = timedelta(hours=1)
"""When a run that found no database is tried again."""


@database_app.command()
def upgrade() -> None:
    """Run the migrations that the database lacks; nothing happens when there is none. Example: bot database upgrade"""
    from bot.store import schema

    schema.upgrade()
    typer.echo(f"the database is at revision {schema.current_revision()}")


@database_app.command()
def downgrade(
    revision: str = typer.Argument(..., help="Revision to go back to; `base` removes all tickets and feedback."),
) -> None:
    """Take migrations back, with what was stored in their tables. Example: bot database downgrade 0001"""
    from bot.store import schema

    schema.downgrade(revision=revision)
    typer.echo(f"the database is at revision {schema.current_revision() or 'base'}")


def purge(
    older_than: str = typer.Option(..., "--older-than", help="Age, such as 90d, 12w or 3m (a month is 30 days)."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Only say how much would be removed."),
    every: Optional[str] = typer.Option(None, "--every", help="Go on for ever, once in so long, such as 1d."),
) -> None:
    """Remove conversations, closed tickets and feedback that are older. Example: bot purge --older-than 90d --every 1d"""
    age = _age("--older-than", older_than)
    if every is None:
        typer.echo(_purged(age, dry_run))
        return
    period = _age("--every", every)
    # see bot.cli: it is off, and this process stays
    gc.enable()
    repeat(lambda: _purged(age, dry_run), period)


def repeat(run: Callable[[], str], period: timedelta, sleep: Callable[[float], None] = time.sleep) -> None:
    """Run for ever, one line on standard output a run. A database that fails is said, and tried again after an hour."""
    from bot.store.errors import StoreUnavailable

    while True:
        pause = period
        try:
            said = run()
        except StoreUnavailable as error:
            pause = min(period, RETRY)
            said = f"nothing was removed: {error}; next try in {pause}"
        print(f"{datetime.now(timezone.utc):%Y-%m-%dT%H:%M:%SZ} {said}", flush=True)
        sleep(pause.total_seconds())


def _purged(age: timedelta, dry_run: bool) -> str:
    """Remove once, and say what went."""
    from bot.desk.retention import purge as remove
    from bot.desk.tickets import utc_now
    from bot.store.engine import sessions

    gone = remove(sessions(), age, utc_now(), dry_run=dry_run)
    return (
        f"{'would remove' if dry_run else 'removed'} {gone.conversations} conversations ({gone.events} events), "
        f"{gone.tickets} tickets ({gone.messages} messages), {gone.feedback} feedback, {gone.deliveries} rows of the channels"
    )


def _age(option: str, text: str) -> timedelta:
    match = re.fullmatch(r"([1-9][0-9]{0,3})([dwm])", text.strip().lower())
    if not match:
        typer.echo(f"bot: {option} {text!r} is no age; give a number and d, w or m, such as 90d, 12w, 3m", err=True)
        raise typer.Exit(1)
    return timedelta(days=int(match[1]) * DAYS[match[2]])
