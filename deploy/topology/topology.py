"""The topology itself: what runs, with which settings, and in which order it starts and ends."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Dict, List, Optional

from deploy.topology.nginx import write_config
from deploy.topology.processes import Service, free_port

BOT = str(Path(sys.executable).with_name("bot"))


class Topology:
    """A proxy in front of `assistants` processes and one action server, on a PostgreSQL and a Redis that run already.

    State is in the stores only: any assistant can be killed.
    """

    def __init__(
        self,
        assistants: int,
        database_url: str,
        redis_url: Optional[str],
        *,
        port: Optional[int] = None,
        actions: bool = True,
        limits: bool = True,
        settings: Optional[Dict[str, str]] = None,
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="campus-topology-"))
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._ports = [free_port() for _ in range(assistants)]
        shared = {
            "BOT_ENVIRONMENT": "production",
            "BOT_SECRET": secrets.token_hex(32),
            "BOT_DATABASE_URL": database_url,
            "BOT_REDIS_URL": redis_url or "",
            "BOT_PROXIES": "1",
            **(settings or {}),
        }
        self.actions = self._action_server(shared) if actions else None
        shared["BOT_ACTION_URL"] = self.actions.ready_url.replace("/health", "/webhook") if self.actions else ""
        self.assistants = [self._assistant(number, each, shared) for number, each in enumerate(self._ports, 1)]
        config = write_config(self.folder, self.port, self._ports, limits=limits, as_root=os.geteuid() == 0)
        command = ["nginx", "-c", str(config), "-p", str(self.folder)]
        self.proxy = Service("proxy", command, self.folder, ready=f"{self.url}/proxy-health")

    def start(self) -> None:
        """Start everything and wait until it is ready. Raises NotReady."""
        if self.actions:
            self.actions.start(wait=False)
        for each in self.assistants:
            each.start(wait=False)
        for service in self.services()[:-1]:
            service.wait()
        self.proxy.start()

    def services(self) -> List[Service]:
        """Everything that runs, the proxy last."""
        return [*([self.actions] if self.actions else []), *self.assistants, self.proxy]

    def restart_in_turn(self) -> None:
        """Give each assistant a new process, one after the other, as an update does."""
        for each in self.assistants:
            each.restart()

    def stop(self) -> None:
        """Stop everything, the proxy first, and remove the folder with the logs."""
        for service in reversed(self.services()):
            service.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _assistant(self, number: int, port: int, settings: Dict[str, str]) -> Service:
        command = [BOT, "run", "--port", str(port)]
        ready = f"http://127.0.0.1:{port}/ready"
        return Service(f"assistant-{number}", command, self.folder, ready=ready, environment=settings)

    def _action_server(self, settings: Dict[str, str]) -> Service:
        port = free_port()
        command, ready = [BOT, "actions", "--port", str(port)], f"http://127.0.0.1:{port}/health"
        return Service("actions", command, self.folder, ready=ready, environment={**settings, "BOT_ACTION_URL": ""})
