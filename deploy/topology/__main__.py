"""Start the topology and keep it until Ctrl-C.

    python -m deploy.topology --assistants 3 --port 8080

PostgreSQL and Redis must run: --database and --redis say where.
"""

from __future__ import annotations

import argparse
import signal
import sys
from typing import Any

from deploy.topology.processes import NotReady
from deploy.topology.topology import Topology


def main() -> int:
    """Start, say where, wait for Ctrl-C or SIGTERM, stop."""
    options = argparse.ArgumentParser(prog="python -m deploy.topology", description=__doc__.splitlines()[0])
    options.add_argument("--assistants", type=int, default=3, choices=range(1, 9), help="assistant processes")
    options.add_argument("--port", type=int, default=8080, help="port of the proxy on loopback")
    options.add_argument("--database", default="postgresql://postgres@127.0.0.1:5432/postgres")
    options.add_argument("--redis", default="redis://127.0.0.1:6379/0")
    options.add_argument("--no-limits", action="store_true", help="for measuring: the proxy's rate limits are off")
    chosen = options.parse_args()
    topology = Topology(
        chosen.assistants, chosen.database, chosen.redis, port=chosen.port, limits=not chosen.no_limits
    )

    def end(*_: Any) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    try:
        topology.start()
        for service in topology.services():
            print(f"{service.name}: process {service.pid}, ready at {service.ready_url}")
        print(f"open {topology.url}/ ; Ctrl-C ends", flush=True)
        signal.pause()
    except KeyboardInterrupt:
        return 0
    except NotReady as error:
        print(f"topology: {error}", file=sys.stderr)
        return 1
    finally:
        topology.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
