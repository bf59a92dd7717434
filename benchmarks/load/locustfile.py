"""The users, as locust runs them: each holds one talk after the other without a pause. What to do stands in LOAD_JOB.

Runs in .venv-tools (deploy/tools.txt): nothing of Rasa can be imported here.
"""

from __future__ import annotations

import itertools
import os
import time
import uuid
from pathlib import Path
from typing import Any, Iterator, List, Optional, Tuple

import gevent
from locust import FastHttpUser, constant, events, task
from locust.exception import StopUser

from benchmarks.load.job import JOB, Found, Job
from benchmarks.load.loopback import require_loopback
from benchmarks.load.processes import cost, machine
from benchmarks.load.replies import MALFORMED, fault

JOB_NOW = Job.read(Path(os.environ[JOB]))
TIMEOUT = 120.0
"""Seconds; stock Rasa with 128 users takes tens of them."""
PENDING = 202
ASKED_AGAIN = 10
"""Times that a turn which is still going on is asked for again."""


class Run:
    """What this run has found so far."""

    def __init__(self, job: Job) -> None:
        self._job, self.found = job, Found()
        self._talks = iter(job.talks) if job.once else itertools.cycle(job.talks)
        self._began = 0.0
        self._kept_from = 0.0
        self._cpu = 0.0
        self._server_cpu = 0.0
        self._machine_cpu = 0.0
        self.counted = 0

    def start(self) -> None:
        """Begin: what is said during the warm-up is not kept."""
        self._began = time.perf_counter()
        gevent.spawn_later(self._job.warm_up, self._keep)

    def _keep(self) -> None:
        self._kept_from = time.perf_counter()
        self._cpu, self._server_cpu, self._machine_cpu = time.process_time(), cost(self._job.pids).cpu, machine()

    def next_talk(self) -> Optional[List[str]]:
        """What a user says next; None when everything was said."""
        return next(self._talks, None)

    def note(self, began: float, number: int, wrong: Optional[str]) -> None:
        """Keep a turn that has ended."""
        now = time.perf_counter()
        self.counted += 1
        if self._kept_from:
            self.found.turns.append((round(began - self._began, 4), round(now - began, 6), number, wrong))
        if self._job.every and self.counted % self._job.every == 0:
            self.found.memory.append((self.counted, round(cost(self._job.pids).megabytes, 1)))

    def end(self) -> None:
        """Write what was found."""
        server = cost(self._job.pids)
        self.found.span = time.perf_counter() - (self._kept_from or self._began)
        self.found.generator_cpu = time.process_time() - self._cpu
        self.found.server_cpu = server.cpu - self._server_cpu
        self.found.machine_cpu = machine() - self._machine_cpu
        self.found.server_megabytes = server.megabytes
        self.found.write(Path(self._job.out))


RUN = Run(JOB_NOW)


class Student(FastHttpUser):
    """A user who reads the reply in no time and says the next thing."""

    host = require_loopback(JOB_NOW.base)
    wait_time = constant(0)
    network_timeout = connection_timeout = TIMEOUT

    @task
    def talk(self) -> None:
        """One talk with a sender, or a session, of its own."""
        said = RUN.next_talk()
        if said is None:
            self._end_all()
            raise StopUser()
        turns = self._turns_on_the_web(said) if JOB_NOW.dialect == "web" else self._turns_by_rest(said)
        for number, (began, wrong) in enumerate(turns, 1):
            RUN.note(began, number, wrong)
            if RUN.counted == JOB_NOW.turns:
                self._end_all()

    def _end_all(self) -> None:
        """End the load, from outside: it ends the users, and a user that ended itself could not end the others."""
        gevent.spawn(self.environment.runner.quit)

    def _turns_by_rest(self, said: List[str]) -> Iterator[Tuple[float, Optional[str]]]:
        sender = uuid.uuid4().hex
        for message in said:
            began = time.perf_counter()
            yield began, self._ask("/webhooks/rest/webhook", {"sender": sender, "message": message})[1]

    def _turns_on_the_web(self, said: List[str]) -> Iterator[Tuple[float, Optional[str]]]:
        began = time.perf_counter()
        with self.rest("POST", "/webhooks/web/session", json={}) as begun:
            token = (begun.js or {}).get("token")
        if not token:
            # a talk that cannot begin is one failed turn; without the pause a refusal would be asked for without end
            yield began, f"session {begun.status_code}"
            gevent.sleep(1)
            return
        headers = {"Authorization": f"Bearer {token}"}
        for message in said:
            began = time.perf_counter()
            body = {"id": uuid.uuid4().hex, "text": message}
            for _ in range(ASKED_AGAIN):
                status, wrong = self._ask("/webhooks/web/messages", body, headers)
                if status != PENDING:
                    break
            yield began, wrong

    def _ask(self, path: str, body: Any, headers: Any = None) -> Tuple[int, Optional[str]]:
        with self.rest("POST", path, json=body, headers=headers or {}) as answer:
            if answer.status_code == PENDING:
                return PENDING, "late"
            if answer.status_code != 200:
                return answer.status_code, f"status {answer.status_code}"
            wrong = MALFORMED if answer.js is None else fault(answer.js, JOB_NOW.apologies, JOB_NOW.refusals)
            return 200, wrong


@events.test_start.add_listener
def _start(environment: Any, **_: Any) -> None:
    RUN.start()


@events.quitting.add_listener
def _end(environment: Any, **_: Any) -> None:
    RUN.end()
