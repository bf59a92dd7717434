"""Runs the load generator (locust, in .venv-tools) for one job and reads what it found."""

from __future__ import annotations

import os
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks.load.job import JOB, Found, Job
from benchmarks.load.loopback import require_loopback
from bot.settings import PROJECT

LOCUST = PROJECT / ".venv-tools" / "bin" / "locust"
USERS = Path(__file__).with_name("locustfile.py")
TO_END = 60.0
"""Seconds that the generator may take beyond its job before it is killed."""


class GeneratorFailed(RuntimeError):
    """The load generator is not there or ended without a result; the message says what it said."""


def put_load(job: Job) -> Found:
    """Put load on a server of this machine and wait until it is over.

    Raises NotThisMachine, GeneratorFailed.
    """
    require_loopback(job.base)
    if not LOCUST.is_file():
        raise GeneratorFailed(f"{LOCUST} is not there; `make test` installs it (deploy/tools.txt)")
    with tempfile.TemporaryDirectory(prefix="load-") as name:
        folder = Path(name)
        job = replace(job, out=str(folder / "found.json"))
        done = _run(job, job.write(folder / "job.json"))
        if not Path(job.out).is_file():
            raise GeneratorFailed(f"locust ended with code {done.returncode}: {done.stderr.strip()[-2000:]}")
        return Found.read(Path(job.out))


def _run(job: Job, path: Path) -> subprocess.CompletedProcess[str]:
    command = [str(LOCUST), "-f", str(USERS), "--headless", "--only-summary", "--loglevel", "ERROR"]
    command += ["-u", str(job.users), "-r", str(job.users), "-t", f"{max(1, round(job.seconds + job.warm_up))}s"]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), JOB: str(path)}
    try:
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=job.seconds + job.warm_up + TO_END
        )
    except subprocess.TimeoutExpired:
        raise GeneratorFailed(f"locust did not end {TO_END:.0f} s after its time") from None
