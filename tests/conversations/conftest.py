"""Collects the case files: each conversation is a test. docs/conversations.md has the format."""

from bot.regress.pytest_plugin import pytest_collect_file
from tests.database import database_url, empty_url, migrated_postgres, migrated_sqlite, store

__all__ = ["database_url", "empty_url", "migrated_postgres", "migrated_sqlite", "pytest_collect_file", "store"]
