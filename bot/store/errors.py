"""What can go wrong between the project and its database."""

from __future__ import annotations


class StoreUnavailable(RuntimeError):
    """The database does not answer or is not ready; nothing of what was asked was kept."""


class SchemaError(ValueError):
    """A migration cannot be run as asked; the message names what can."""
