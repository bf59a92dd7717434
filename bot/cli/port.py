"""A port that is taken is one line before anything is loaded."""

from __future__ import annotations

import socket

import typer


def refuse_taken_port(host: str, port: int) -> None:
    """End the command with one line when nothing can listen on an address."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            typer.echo(f"bot: cannot listen on {host}:{port}: {error.strerror}; try --port", err=True)
            raise typer.Exit(1) from None
