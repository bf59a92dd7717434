"""`bot actions`: the actions as a server of their own, where neither Rasa nor TensorFlow is installed."""

from __future__ import annotations

import logging

import typer

from bot.cli.port import refuse_taken_port


def actions(
    host: str = typer.Option("127.0.0.1", help="Address to listen on."),
    port: int = typer.Option(5055, min=1, max=65_535, help="Port to listen on."),
) -> None:
    """Serve the actions for assistants with BOT_ACTION_URL=http://HOST:PORT/webhook. Example: bot actions --port 5055"""
    from bot.ops import logs
    from bot.settings import settings

    # not bot.cli.quiet: that one asks Rasa
    logs.configure(logging.getLevelName(settings().log_level), settings().log_format)
    refuse_taken_port(host, port)
    from bot.action_server import serve

    serve(host, port)
