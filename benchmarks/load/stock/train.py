"""Trains the stock project with Rasa's own command, once for each state of the data: the model is kept."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

from benchmarks.load.servers import BINARIES, ServerFailed, process
from benchmarks.load.stock.project import DIET_EPOCHS, TED_EPOCHS, write_project
from bot.engine.models import data_hash
from bot.settings import PROJECT

CACHE = PROJECT / "models" / "stock"
"""Trained stock projects; not in the repository."""


def kept_project() -> Path:
    """Where the stock project of the current data stands."""
    return CACHE / f"{data_hash()}-{DIET_EPOCHS}-{TED_EPOCHS}"


def trained_project() -> Path:
    """The stock project of the current data with its model; trained if it is not there (minutes).

    Raises ServerFailed: training ended without a model.
    """
    folder = kept_project()
    if list(folder.glob("models/*.tar.gz")):
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    write_project(folder)
    began = time.monotonic()
    log = folder / "train.log"
    with process(["nice", "-n", "10", str(BINARIES / "rasa"), "train"], folder, log) as running:
        try:
            code = running.wait(3600)
        except subprocess.TimeoutExpired:
            raise ServerFailed("training stock Rasa took more than an hour") from None
    if code != 0 or not list(folder.glob("models/*.tar.gz")):
        raise ServerFailed(f"training stock Rasa ended with code {code}; {log} says why")
    (folder / "seconds").write_text(f"{time.monotonic() - began:.0f}\n")
    return folder
