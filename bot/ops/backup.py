"""Backups: one file (a tar that any tool opens) with the data of a database and a manifest that says what it is.

`bot/ops/backup_sqlite.py` and `bot/ops/backup_postgres.py` know their databases; here is what both share.
"""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
import tempfile
from contextlib import contextmanager
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path
from typing import Any, Dict, Iterator, Literal, Optional

from pydantic import BaseModel, Extra, ValidationError
from sqlalchemy.engine import make_url

from bot.store.schema import is_newer, newest_revision

Kind = Literal["sqlite", "postgresql"]
MANIFEST = "manifest.json"
DATA: Dict[Kind, str] = {"sqlite": "campus.db", "postgresql": "campus.dump"}
"""Name of the data inside: a database file, or a dump in pg_dump's own format."""
PRIVATE = 0o600
CHUNK = 1 << 20


class BackupError(RuntimeError):
    """A backup was not made, or not restored; the message says why, and nothing was changed."""


class Manifest(BaseModel):
    """What a backup says of itself."""

    format: Literal[1] = 1
    kind: Kind
    revision: str
    """Of the tables; a version that does not know it cannot restore."""
    made_at: datetime
    """UTC; what was committed before this is in the backup."""
    program: str
    rows: Dict[str, int]
    """Rows of each table."""
    size: int
    sha256: str

    class Config:
        extra = Extra.forbid
        frozen = True


def backup(url: str, target: Path) -> Manifest:
    """Write a backup of a database while it is used. The file is whole or not there, and only its owner may read it.

    Raises BackupError, StoreUnavailable.
    """
    from bot.ops import backup_postgres, backup_sqlite

    if target.exists():
        raise BackupError(f"{target} exists; a backup never overwrites one")
    folder = target.resolve().parent
    if not folder.is_dir():
        raise BackupError(f"{folder} is not a folder")
    kind, made_at = kind_of(url), datetime.now(timezone.utc)
    with _refusals(target), tempfile.TemporaryDirectory(prefix=".backup-", dir=folder) as place:
        data = Path(place) / DATA[kind]
        os.close(os.open(data, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE))
        copy = backup_sqlite.copy if kind == "sqlite" else backup_postgres.copy
        revision, rows = copy(url, data)
        manifest = Manifest(
            kind=kind,
            revision=revision,
            made_at=made_at,
            program=version("campus-yibao"),
            rows=rows,
            size=data.stat().st_size,
            sha256=_sha256(data),
        )
        packed = Path(place) / "packed"
        _pack(packed, manifest, data)
        os.link(packed, target)  # unlike a rename it refuses a file that came meanwhile
    _sync(folder)
    return manifest


def restore(url: str, source: Path, *, force: bool = False) -> Manifest:
    """Put a backup into a database, all or nothing, and bring its tables up to date.

    `force`: also over a database that holds rows. The assistants must be stopped. Raises BackupError, StoreUnavailable.
    """
    from bot.ops import backup_postgres, backup_sqlite

    kind = kind_of(url)
    with _refusals(source), tempfile.TemporaryDirectory(prefix=".restore-", dir=_near(url)) as place:
        data = Path(place) / DATA[kind]
        manifest = unpack(source, data, kind)
        put = backup_sqlite.put if kind == "sqlite" else backup_postgres.put
        put(url, data, manifest, force=force)
    return manifest


def unpack(source: Path, data: Path, kind: Kind) -> Manifest:
    """Take the data out of a backup that is whole, of this kind, and not newer than this version. Raises BackupError."""
    try:
        with tarfile.open(source, "r:") as packed:
            manifest = _manifest(packed, source)
            if manifest.kind != kind:
                raise BackupError(f"{source} is a backup of {manifest.kind}, and BOT_DATABASE_URL names {kind}")
            if is_newer(manifest.revision):
                raise BackupError(
                    f"{source} is at revision {manifest.revision}, this version only knows {newest_revision()}; "
                    "restore it with the version that made it, or a newer one"
                )
            _extract(packed, DATA[kind], data)
    except (tarfile.TarError, KeyError, EOFError) as error:
        raise BackupError(f"{source} is no backup of this program, or it is cut off ({type(error).__name__})") from None
    if (data.stat().st_size, _sha256(data)) != (manifest.size, manifest.sha256):
        raise BackupError(f"{source} is damaged: its data is not what its manifest says")
    return manifest


def kind_of(url: str) -> Kind:
    """Which database a URL names."""
    return "sqlite" if make_url(url).get_backend_name() == "sqlite" else "postgresql"


def check_empty(rows: Dict[str, int], where: str, force: bool) -> None:
    """Raises BackupError: the database to restore into holds rows, and that it may lose them was not said."""
    held = {table: count for table, count in rows.items() if count and table != "alembic_version"}
    if held and not force:
        said = ", ".join(f"{count} {table}" for table, count in sorted(held.items()))
        raise BackupError(f"{where} holds {said}; --force replaces them with the backup")


def _near(url: str) -> Optional[Path]:
    """Where the data of a backup is unpacked: beside an SQLite file, so that it can take its place at once."""
    database = make_url(url).database
    if kind_of(url) != "sqlite" or not database:
        return None
    folder = Path(database).resolve().parent
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _manifest(packed: tarfile.TarFile, source: Path) -> Manifest:
    member = packed.extractfile(MANIFEST)
    try:
        return Manifest.parse_raw(member.read(CHUNK) if member else b"")
    except (ValidationError, ValueError, RecursionError):
        raise BackupError(f"{source} has a manifest that this version does not understand") from None


def _pack(packed: Path, manifest: Manifest, data: Path) -> None:
    def private(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.mode, member.uid, member.gid, member.uname, member.gname = PRIVATE, 0, 0, "", ""
        return member

    said = data.with_name(MANIFEST)
    said.write_text(json.dumps(json.loads(manifest.json()), ensure_ascii=False, indent=2) + "\n", "utf-8")
    with open(os.open(packed, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE), "wb") as file:
        with tarfile.open(fileobj=file, mode="w:") as tar:
            for path in (said, data):
                tar.add(path, path.name, filter=private)
        file.flush()
        os.fsync(file.fileno())


def _extract(packed: tarfile.TarFile, name: str, target: Path) -> None:
    member = packed.extractfile(name)
    if member is None:
        raise KeyError(name)
    with member, open(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE), "wb") as file:
        while chunk := member.read(CHUNK):
            file.write(chunk)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _sync(folder: Path) -> None:
    """Make the name of a new file last."""
    opened: Any = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def _refusals(path: Path) -> Iterator[None]:
    """What the operating system refuses, in one line."""
    try:
        yield
    except OSError as error:
        raise BackupError(f"{error.filename or path}: {error.strerror or error}; nothing was changed") from error
