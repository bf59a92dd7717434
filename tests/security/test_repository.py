"""Nothing that opens a door lies in the repository."""

from __future__ import annotations

import re
import subprocess

from bot.settings import PROJECT

KEYS = re.compile(
    rb"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}\b|\bsk-[A-Za-z0-9]{32,}\b"
    rb"|://[^\s:/@{}$%<\"']{1,40}:(?!PASSWORD)[0-9a-f]{32,}@"
)


def tracked() -> list[str]:
    told = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, check=True).stdout
    return [name for name in told.decode().split("\0") if name]


def test_no_key_is_tracked() -> None:
    assert [name for name in tracked() if (PROJECT / name).is_file() and KEYS.search((PROJECT / name).read_bytes())] == []


def test_no_file_that_holds_secrets_is_tracked() -> None:
    held = re.compile(r"(^|/)\.env$|^\.bot/|^deploy/secrets/|\.(?:pem|key|p12|db|dump)$|\.sqlite3?$")
    assert [name for name in tracked() if held.search(name)] == []


def test_the_search_finds_keys() -> None:
    for text in (b"-----BEGIN " + b"PRIVATE KEY-----", b"-----BEGIN RSA " + b"PRIVATE KEY-----", b"AKIA" + b"A" * 16,
                 b"postgresql://campus:" + b"0f" * 16 + b"@db/x"):  # fmt: skip
        assert KEYS.search(text)
