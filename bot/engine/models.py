"""The trained model: which one belongs to the current data, and training it when there is none."""

from __future__ import annotations

import gc
import hashlib
from pathlib import Path
from typing import Optional

import rasa
from rasa.api import train as rasa_train

from bot.settings import PROJECT

_SOURCES = (
    "config.yml",
    "domain.yml",
    "data/**/*.yml",
    "knowledge/*.yml",
    "knowledge/*/parameters/*.yml",
    "knowledge/*/topics/*.yml",
    "knowledge/*.txt",
    "bot/nlu/*.py",
    "bot/importer.py",
    "bot/engine/rule_policy.py",
)


class NoModel(RuntimeError):
    """There is no model to load; the message says what to do."""


def data_hash(project: Path = PROJECT) -> str:
    """Twelve hexadecimal digits over everything that a model is trained from."""
    digest = hashlib.sha256(rasa.__version__.encode())
    for pattern in _SOURCES:
        for path in sorted(project.glob(pattern)):
            digest.update(path.relative_to(project).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def model_for_current_data(models: Path) -> Optional[Path]:
    """The model trained from the data as it stands, or None."""
    path = models / f"campus-{data_hash()}.tar.gz"
    return path if path.is_file() else None


def find_model(setting: Path) -> Path:
    """The model to load: the file named, or in a folder the one for the current data, else its newest.

    Raises NoModel: Rasa would silently load another file from the folder of a missing one.
    """
    if setting.is_file():
        return setting
    if setting.suffix == ".gz":
        raise NoModel(f"BOT_MODEL: there is no file {setting}")
    found = model_for_current_data(setting) or max(
        setting.glob("*.tar.gz"), key=lambda p: p.stat().st_mtime, default=None
    )
    if found is None:
        raise NoModel(f"there is no model in {setting}; train one with `bot train`")
    return found


def train_model(models: Path, *, force: bool = False) -> Path:
    """Train a model from the current data, unless it is there already, and return its path.

    Raises NoModel: training ended without a model.
    """
    existing = model_for_current_data(models)
    if existing and not force:
        return existing
    gc.enable()
    result = rasa_train(
        domain=str(PROJECT / "domain.yml"),
        config=str(PROJECT / "config.yml"),
        training_files=str(PROJECT / "data"),
        output=str(models),
        force_training=force,
        fixed_model_name=f"campus-{data_hash()}",
    )
    if result.code != 0 or not result.model:
        raise NoModel("training ended without a model; the lines above say why")
    return Path(result.model)
