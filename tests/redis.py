"""A real Redis for tests: a server of their own, which they may stop."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import Iterator

import pytest

from deploy.topology.servers import RedisServer

__all__ = ["RedisServer", "redis_server"]


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """A server of one's own. Without redis-server on this machine: skip, or fail with CI set."""
    if not RedisServer.is_installed():
        message = "no redis-server on this machine (Debian: apt-get install redis-server)"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    with RedisServer() as server:
        yield server
