"""Start, memory and turn times of the real server with one user: prints figures, asserts nothing.

    python benchmarks/turns.py [TURNS]
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import List

TURNS = """怎么确认参保
上海
三甲门诊花了八百
起付线还没用过
那二级呢
住院报多少
说详细一点
今天天气好吗
谢谢
兰州的呢""".splitlines()
PORT = 5099
BASE = f"http://127.0.0.1:{PORT}"


def say(sender: str, message: str) -> None:
    """Send one message and wait for the reply."""
    body = json.dumps({"sender": sender, "message": message}).encode()
    request = urllib.request.Request(f"{BASE}/webhooks/rest/webhook", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        if not json.loads(answer.read())[0]["text"]:
            raise RuntimeError(f"{message!r} was answered with nothing")


def resident_megabytes(pid: int) -> float:
    """Resident memory of a process, from /proc."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def main(turns: int) -> None:
    """Start a server, talk to it, print."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "BOT_DATABASE_URL": f"sqlite:///{folder}/campus.db", "BOT_RATE_LIMIT": "10000"}
        began = time.monotonic()
        bot = str(Path(sys.executable).with_name("bot"))
        process = subprocess.Popen([bot, "run", "--port", str(PORT)], env=environment, stdout=subprocess.DEVNULL)
        try:
            while True:
                try:
                    say("first", "你好")
                    break
                except (urllib.error.URLError, ConnectionError):
                    time.sleep(0.05)
            print(f"start to first answer: {time.monotonic() - began:.1f} s")
            times: List[float] = []
            for number in range(turns):
                before = time.perf_counter()
                say(f"user-{number // 20}", TURNS[number % len(TURNS)])
                times.append((time.perf_counter() - before) * 1000)
            print(f"{turns} turns, talks of 20: median {statistics.median(times):.1f} ms, "
                  f"p95 {sorted(times)[int(len(times) * 0.95)]:.1f} ms, worst {max(times):.1f} ms")
            times = []
            for number in range(turns):
                before = time.perf_counter()
                say("one-user", TURNS[number % len(TURNS)])
                times.append((time.perf_counter() - before) * 1000)
            early, late = statistics.median(times[2:8]), statistics.median(times[-6:])
            print(f"one talk: around turn 5 {early:.1f} ms, around turn {turns} {late:.1f} ms, ratio {late / early:.2f}")
            print(f"{turns} turns, one talk: median {statistics.median(times):.1f} ms, "
                  f"p95 {sorted(times)[int(len(times) * 0.95)]:.1f} ms, last 20 median {statistics.median(times[-20:]):.1f} ms")
            print(f"resident memory: {resident_megabytes(process.pid):.0f} MB")
        finally:
            process.terminate()
            process.wait(15)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
