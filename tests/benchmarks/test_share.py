"""A process that is held to a share of a core computes no more than that, and is let go afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from benchmarks.load.processes import cost
from benchmarks.load.servers import ServerFailed
from benchmarks.load.share import GROUPS, held


def test_a_busy_process_gets_its_share_and_no_more() -> None:
    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        if not os.access(GROUPS, os.W_OK):
            with pytest.raises(ServerFailed, match="cannot be held to a share of a core here"), held([busy.pid], 0.3):
                pass
            return
        with held([busy.pid], 0.3):
            before = cost([busy.pid]).cpu
            time.sleep(2)
            taken = (cost([busy.pid]).cpu - before) / 2
        assert taken < 0.4
        assert not list(GROUPS.glob(f"campus-load-{os.getpid()}-*"))
    finally:
        busy.kill()
        busy.wait(10)
