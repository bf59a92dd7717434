"""Logging of the command line: libraries are quiet, our own lines come from BOT_LOG_LEVEL on."""

from __future__ import annotations

import logging
import os

from bot.ops.logs import Format, configure


def configure_logging(level: str, form: Format = "text") -> None:
    """Send logs to standard error; Rasa prints its whole state at debug when it is left unconfigured."""
    from rasa.utils.common import configure_library_logging
    from rasa.utils.log_utils import configure_structlog

    # Rasa reads this variable to decide on its progress bars
    os.environ["LOG_LEVEL"] = level
    number = logging.getLevelName(level)
    configure(number, form)
    # its own debug lines hold what users write; who needs them uses `rasa shell --debug`
    configure_structlog(max(number, logging.WARNING))
    configure_library_logging()
    for name in ("rasa", "rasa_sdk", "sanic.root", "sanic.error", "matplotlib", "apscheduler"):
        logging.getLogger(name).setLevel(max(number, logging.WARNING))
