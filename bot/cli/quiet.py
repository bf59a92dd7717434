"""Logging of the command line: libraries are quiet unless BOT_LOG_LEVEL asks for more."""

from __future__ import annotations

import logging
import os


def configure_logging(level: str) -> None:
    """Send logs to standard error at the level; Rasa prints its whole state at debug when it is left unconfigured."""
    from rasa.utils.common import configure_library_logging
    from rasa.utils.log_utils import configure_structlog

    # Rasa reads this variable to decide on its progress bars
    os.environ["LOG_LEVEL"] = level
    number = logging.getLevelName(level)
    logging.basicConfig(level=number, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    configure_structlog(number)
    configure_library_logging()
    for name in ("rasa", "rasa_sdk", "sanic.root", "sanic.error", "matplotlib", "apscheduler"):
        logging.getLogger(name).setLevel(max(number, logging.WARNING) if level != "DEBUG" else number)
