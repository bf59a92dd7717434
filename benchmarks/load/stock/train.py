"""Trains the stock project with Rasa's own command, once for each state of the data: the model is kept."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.load.servers import BINARIES, ServerFailed, process
from benchmarks.load.stock.project import write_project
from bot.settings import PROJECT

CACHE = PROJECT / "models" / "stock"
"""Trained stock projects; not in the repository."""
LONGEST = 3_600.0
"""Seconds."""


def kept_project(cache: Path = CACHE) -> Path:
    """The stock project of the current data, written if it is not there; its folder has the hash of its files."""
    with tempfile.TemporaryDirectory() as name:
        written = Path(name) / "project"
        write_project(written)
        digest = hashlib.sha256()
        for path in sorted(written.rglob("*.yml")):
            digest.update(path.relative_to(written).as_posix().encode() + path.read_bytes())
        kept = cache / digest.hexdigest()[:12]
        if not kept.is_dir():
            shutil.copytree(written, kept)
    return kept


def trained_project() -> Path:
    """The stock project of the current data with its model; trained if it is not there (ten minutes on two idle cores).

    Raises ServerFailed: training ended without a model.
    """
    folder = kept_project()
    if list(folder.glob("models/*.tar.gz")):
        return folder
    print(f"training stock Rasa; {folder / 'train.log'} tells how far it is", file=sys.stderr, flush=True)
    began = time.monotonic()
    log = folder / "train.log"
    with process(["nice", "-n", "10", str(BINARIES / "rasa"), "train"], folder, log) as running:
        try:
            code = running.wait(LONGEST)
        except subprocess.TimeoutExpired:
            raise ServerFailed(f"training stock Rasa took more than {LONGEST / 60:.0f} minutes") from None
    if code != 0 or not list(folder.glob("models/*.tar.gz")):
        raise ServerFailed(f"training stock Rasa ended with code {code}; {log} says why")
    (folder / "seconds").write_text(f"{time.monotonic() - began:.0f}\n")
    return folder
