"""nginx on loopback with the rules of deploy/nginx, in front of assistants on ports of this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Sequence

FAILURES = "max_fails=3 fail_timeout=1s"
"""When nginx shuns an assistant; deploy/nginx/upstream.conf says the same and why."""
RULES = Path(__file__).resolve().parents[1] / "nginx"
_CONFIG = """
{user}
worker_processes 1;
worker_rlimit_nofile 8192;
pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log crit;
daemon off;
events {{ worker_connections 4096; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {rules}/log.conf;
    access_log {folder}/access.log talk;
    include limits.conf;
    include upstream.conf;
    include {rules}/site.conf;
}}
"""
_UPSTREAM = """
upstream assistants {{
    hash $conversation consistent;
{servers}
    keepalive 64;
    keepalive_timeout 4s;
}}
"""


def write_config(folder: Path, port: int, assistants: Sequence[int], *, limits: bool, as_root: bool) -> Path:
    """Write the configuration into a folder of its own and return it.

    `limits=False` is for measuring: a load from one address is what the limits are there to stop.
    """
    folder.mkdir(parents=True, exist_ok=True)
    servers = "\n".join(f"    server 127.0.0.1:{each} {FAILURES};" for each in assistants)
    upstream = _UPSTREAM.format(servers=servers)
    rules = (RULES / "limits.conf").read_text("utf-8")
    if not limits:
        rules = rules.replace("rate=30r/s", "rate=100000r/s").replace("rate=200r/s", "rate=100000r/s")
    (folder / "upstream.conf").write_text(upstream, "utf-8")
    (folder / "limits.conf").write_text(rules, "utf-8")
    (folder / "listen.conf").write_text(f"listen 127.0.0.1:{port};\n", "utf-8")
    config = folder / "nginx.conf"
    user = "user root;" if as_root else ""
    config.write_text(_CONFIG.format(folder=folder, rules=RULES, user=user), "utf-8")
    return config
