"""Assistants behind the proxy, on PostgreSQL and Redis: the processes of deploy/topology, talked to as the web chat does."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from typing import Iterator, Optional

from benchmarks.load.servers import ENVIRONMENT, ServerFailed, Target
from benchmarks.load.share import held
from deploy.topology.processes import NotReady
from deploy.topology.servers import PostgresServer, RedisServer
from deploy.topology.topology import Topology

TAKEN = ("BOT_TODAY", "BOT_RATE_LIMIT")
SETTINGS = {"BOT_SESSION_LIMIT": "10000", **{name: ENVIRONMENT[name] for name in TAKEN}}
"""All users of a load come from one address."""


@contextmanager
def proxied(assistants: int, share: Optional[float] = None) -> Iterator[Target]:
    """The topology with some assistants, on a PostgreSQL and a Redis that are started for it.

    `share`: of a core, to which each assistant is held. Raises ServerFailed.
    """
    try:
        with PostgresServer() as database, RedisServer() as redis:
            topology = Topology(assistants, database.url, redis.url, limits=False, settings=SETTINGS)
            try:
                topology.start()
                pids = tuple(service.pid for service in topology.services())
                with held([each.pid for each in topology.assistants], share) if share else nullcontext():
                    yield Target(f"{'held' if share else 'proxied'}-{assistants}", topology.url, "web", pids)
            finally:
                topology.stop()
    except NotReady as error:
        raise ServerFailed(str(error)) from error
