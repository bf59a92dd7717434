"""Imported before Rasa: no chatter of libraries between the figures."""

import logging

import bot.cli  # noqa: F401  (no telemetry, no GPU, no progress bars)

logging.captureWarnings(True)
logging.getLogger("py.warnings").setLevel(logging.ERROR)
logging.getLogger("matplotlib").setLevel(logging.ERROR)
