"""`bot backup` and `bot restore`: the whole database in one file, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from bot.settings import settings


def backup(file: Path = typer.Argument(..., help="The file to write; it must not exist.")) -> None:
    """Write everything that BOT_DATABASE_URL holds into one file, while the assistant goes on.

    Example: bot backup /backup/campus-2025-10-15.tar
    """
    from bot.ops.backup import backup as write

    made = write(settings().database_url, file)
    typer.echo(f"wrote {file} ({file.stat().st_size / 1e6:.1f} MB): {_said(made)}")


def restore(
    file: Path = typer.Argument(..., exists=True, dir_okay=False, help="A file that `bot backup` wrote."),
    force: bool = typer.Option(False, "--force", help="Also over a database that holds rows; they are gone then."),
) -> None:
    """Put a backup into BOT_DATABASE_URL, all or nothing. Stop the assistants first.

    Example: bot restore /backup/campus-2025-10-15.tar
    """
    from bot.ops.backup import restore as put
    from bot.store.schema import current_revision

    url = settings().database_url
    made = put(url, file, force=force)
    typer.echo(f"restored {file}: {_said(made)}; the database is at revision {current_revision(url)}")


def _said(made: Any) -> str:
    held = ", ".join(f"{count} {table}" for table, count in made.rows.items() if table != "alembic_version")
    return f"of {made.made_at:%Y-%m-%d %H:%M:%S} UTC, revision {made.revision}: {held}"
