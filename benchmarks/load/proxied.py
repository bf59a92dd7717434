"""Assistants behind the proxy, on PostgreSQL and Redis: the processes of deploy/topology, talked to as the web chat does."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Iterator

from benchmarks.load.servers import ENVIRONMENT, ServerFailed, Target
from deploy.topology.processes import NotReady
from deploy.topology.servers import PostgresServer, RedisServer
from deploy.topology.topology import Topology

TAKEN = ("BOT_TODAY", "BOT_RATE_LIMIT")
SETTINGS = {"BOT_SESSION_LIMIT": "10000", **{name: ENVIRONMENT[name] for name in TAKEN}}
"""All users of a load come from one address."""


@contextmanager
def proxied(assistants: int) -> Iterator[Target]:
    """The topology with some assistants, on a PostgreSQL and a Redis that are started for it.

    Raises ServerFailed.
    """
    try:
        with PostgresServer() as database, RedisServer() as redis:
            topology = Topology(assistants, database.url, redis.url, limits=False, settings=SETTINGS)
            try:
                topology.start()
                pids = tuple(service.pid for service in topology.services())
                yield Target(f"proxied-{assistants}", topology.url, "web", pids)
            finally:
                topology.stop()
    except NotReady as error:
        raise ServerFailed(str(error)) from error
