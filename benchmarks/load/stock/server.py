"""Stock Rasa as its documentation runs it: `rasa run` with the stock action server, conversations in SQLite."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from benchmarks.load.servers import BINARIES, Target, free_port, process, wait_for
from benchmarks.load.stock.project import endpoints, write_yaml
from benchmarks.load.stock.train import trained_project
from bot.settings import PROJECT


@contextmanager
def stock(folder: Path) -> Iterator[Target]:
    """Two processes: Rasa, and the action server with our actions. Raises ServerFailed."""
    project = trained_project()
    action_port, port = free_port(), free_port()
    base, database = f"http://127.0.0.1:{port}", folder / "stock.db"
    write_yaml(folder / "endpoints.yml", endpoints(f"http://127.0.0.1:{action_port}/webhook", database))
    actions = [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "--port", str(action_port)]
    rasa = [str(BINARIES / "rasa"), "run", "--port", str(port), "--interface", "127.0.0.1"]
    rasa += ["--endpoints", str(folder / "endpoints.yml"), "--credentials", "credentials.yml"]
    desk = f"sqlite:///{folder}/desk.db"
    with (
        process(actions, PROJECT, folder / "actions.log", BOT_DATABASE_URL=desk) as acting,
        process(rasa, project, folder / "rasa.log") as running,
    ):
        wait_for(f"http://127.0.0.1:{action_port}/health", acting, folder / "actions.log")
        wait_for(f"{base}/", running, folder / "rasa.log")
        yield Target("stock", base, "rest", (running.pid, acting.pid))
