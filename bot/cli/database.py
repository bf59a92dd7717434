"""`bot database` and `bot purge`: the tables of the desk, and forgetting what is old."""

from __future__ import annotations

import re
from datetime import timedelta

import typer

database_app = typer.Typer(
    help="Bring the tables of BOT_DATABASE_URL up to date, or back. Example: bot database upgrade",
    no_args_is_help=True,
)
DAYS = {"d": 1, "w": 7, "m": 30}
"""Days of each unit; a month counts as 30."""


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
) -> None:
    """Remove conversations, closed tickets and feedback that are older. Example: bot purge --older-than 90d --dry-run"""
    age = _age(older_than)
    from bot.desk.retention import purge as remove
    from bot.desk.tickets import utc_now
    from bot.store.engine import sessions

    gone = remove(sessions(), age, utc_now(), dry_run=dry_run)
    typer.echo(
        f"{'would remove' if dry_run else 'removed'} {gone.conversations} conversations ({gone.events} events), "
        f"{gone.tickets} tickets ({gone.messages} messages), {gone.feedback} feedback, {gone.deliveries} rows of the channels"
    )


def _age(text: str) -> timedelta:
    match = re.fullmatch(r"([1-9][0-9]{0,3})([dwm])", text.strip().lower())
    if not match:
        typer.echo(f"bot: --older-than {text!r} is no age; give a number and d, w or m, such as 90d, 12w, 3m", err=True)
        raise typer.Exit(1)
    return timedelta(days=int(match[1]) * DAYS[match[2]])
