"""Collects the case files: each conversation is a test. docs/conversations.md has the format."""

from bot.regress.pytest_plugin import pytest_collect_file

__all__ = ["pytest_collect_file"]
