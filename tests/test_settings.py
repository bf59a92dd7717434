"""Settings: from the environment or from files, and refused by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.settings import SettingsError

SECRET = "7d1c0b5e93fa4826e5b1a09c37d846f2"


def test_a_secret_is_read_from_a_file(environment: Any, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(SECRET + "\n")
    found = environment(BOT_SECRET=None, BOT_SECRET_FILE=str(file))
    assert found.signing_secret() == SECRET
    assert SECRET not in repr(found)


def test_a_value_and_a_file_for_it_are_refused(environment: Any, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SECRET)
    with pytest.raises(SettingsError, match="BOT_SECRET and BOT_SECRET_FILE are both set"):
        environment(BOT_SECRET=SECRET, BOT_SECRET_FILE=str(tmp_path / "secret"))


def test_a_missing_file_is_named(environment: Any, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"BOT_REDIS_URL_FILE: .*absent cannot be read"):
        environment(BOT_REDIS_URL_FILE=str(tmp_path / "absent"))


def test_a_wrong_value_in_a_file_is_refused_by_its_name(environment: Any, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("short")
    with pytest.raises(SettingsError, match="BOT_SECRET: takes at least 32 characters"):
        environment(BOT_SECRET=None, BOT_SECRET_FILE=str(tmp_path / "secret"))


def test_production_does_not_start_without_its_own_secret(environment: Any) -> None:
    with pytest.raises(SettingsError, match="BOT_SECRET: must be set in production"):
        environment(BOT_ENVIRONMENT="production", BOT_SECRET=None)
    assert environment(BOT_ENVIRONMENT="production", BOT_SECRET=SECRET).signing_secret() == SECRET


@pytest.mark.parametrize("value", ["http://127.0.0.1:6379", "127.0.0.1:6379", "memcached://x"])
def test_only_redis_is_taken_for_redis(environment: Any, value: str) -> None:
    with pytest.raises(SettingsError, match="BOT_REDIS_URL: takes redis://"):
        environment(BOT_REDIS_URL=value)
