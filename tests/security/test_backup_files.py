"""A backup that somebody brings: it is unpacked into its own place only, and its names are no commands."""

from __future__ import annotations

import io
import json
import sqlite3
import tarfile
from pathlib import Path
from typing import Any

import pytest

from bot.ops.backup import MANIFEST, BackupError, backup, restore, unpack
from bot.ops.backup_sqlite import rows
from bot.store.engine import sessions
from bot.store.schema import upgrade


@pytest.fixture
def good(tmp_path: Path) -> Path:
    url = f"sqlite:///{tmp_path / 'from.db'}"
    upgrade(url)
    backup(url, tmp_path / "good.tar")
    sessions(url).engine.dispose()
    return tmp_path / "good.tar"


def changed(good: Path, *more: Any, leave_out: str = "") -> Path:
    """The backup with other members put before its own."""
    target = good.with_name("changed.tar")
    with tarfile.open(good) as old, tarfile.open(target, "w:") as new:
        for member, content in more:
            new.addfile(member, content)
        for member in old.getmembers():
            if member.name != leave_out:
                new.addfile(member, old.extractfile(member))
    return target


def file(name: str, content: bytes = b"evil") -> Any:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    return member, io.BytesIO(content)


def link(name: str, to: str) -> Any:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = tarfile.SYMTYPE, to
    return member, None


def test_members_that_point_elsewhere_are_never_written(good: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    source = changed(good, file("../evil"), file(str(outside / "evil")), file("outside/../../evil"), link("door", str(outside)),
                     file("door/evil"))  # fmt: skip
    before = sorted(path.name for path in tmp_path.rglob("*"))
    url = f"sqlite:///{tmp_path / 'to.db'}"
    restore(url, source)
    after = sorted(path.name for path in tmp_path.rglob("*"))
    assert set(after) - set(before) <= {"to.db", "to.db-wal", "to.db-shm"} and "evil" not in "".join(after)
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("target", ["/etc/passwd", "../../../../etc/passwd"])
def test_data_that_is_a_link_to_another_file_is_refused(good: Path, tmp_path: Path, target: str) -> None:
    source = changed(good, link("campus.db", target), leave_out="campus.db")
    with pytest.raises(BackupError, match="is no backup of this program"):
        unpack(source, tmp_path / "data", "sqlite")
    assert not (tmp_path / "data").exists() or (tmp_path / "data").read_bytes() == b""


def test_a_manifest_that_is_a_bomb_is_refused(good: Path, tmp_path: Path) -> None:
    deep = b"[" * 500_000
    with pytest.raises(BackupError, match="manifest"):
        unpack(changed(good, file(MANIFEST, deep), leave_out=MANIFEST), tmp_path / "data", "sqlite")
    long = json.dumps({"format": 1, "kind": "sqlite", "program": "x" * 5_000_000}).encode()
    with pytest.raises(BackupError, match="manifest"):
        unpack(changed(good, file(MANIFEST, long), leave_out=MANIFEST), tmp_path / "data", "sqlite")


def test_the_name_of_a_table_is_no_command() -> None:
    connection = sqlite3.connect(":memory:")
    name = 'a" UNION SELECT 7 --'
    connection.execute('CREATE TABLE "{}" (x)'.format(name.replace('"', '""')))
    connection.execute("CREATE TABLE a (x)")
    assert rows(connection) == {"a": 0, name: 0}
