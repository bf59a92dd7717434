"""The trained model: which one belongs to the current data, and training it when there is none."""

from __future__ import annotations

import gc
import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import Optional

import rasa
from rasa.api import train as rasa_train

from bot.settings import PROJECT, settings

_SOURCES = (
    "config.yml",
    "domain.yml",
    "data/**/*.yml",
    "knowledge/*.yml",
    "knowledge/*/parameters/*.yml",
    "knowledge/*/topics/*.yml",
    "knowledge/*.txt",
    "bot/nlu/**/*.py",
    "bot/examples.py",
    "bot/importer.py",
    "bot/engine/talk_policy.py",
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

    Raises NoModel: there is none (Rasa would silently load another file from the folder of a missing one), it is not the
    file that was trained, or in production nothing says which file was trained.
    """
    found = _find_model(setting)
    verify(found)
    return found


def _find_model(setting: Path) -> Path:
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


def hash_file(model: Path) -> Path:
    """Where the hash of a model stands: beside it, as `sha256sum` writes it."""
    return model.with_name(f"{model.name}.sha256")


def verify(model: Path) -> None:
    """Hold a model to the hash that was written when it was trained.

    Raises NoModel: another hash, or none in production. A model is a pickle: whoever can exchange it runs his own code.
    """
    beside = hash_file(model)
    if not beside.is_file():
        if settings().environment == "production":
            raise NoModel(f"BOT_MODEL: {beside} is missing; train the model with `bot train`, or copy its hash with it")
        return
    expected = beside.read_text("utf-8", "replace").split(" ", 1)[0].strip()
    if not re.fullmatch(r"[0-9a-f]{64}", expected):
        raise NoModel(f"BOT_MODEL: {beside} holds no sha256; train the model again with `bot train --force`")
    state = model.stat()
    found = _sha256(model, state.st_mtime_ns, state.st_size)
    if found != expected:
        raise NoModel(
            f"BOT_MODEL: {model} is not the file that was trained: expected sha256 {expected}, found {found}; "
            "copy it again, or train it with `bot train --force`"
        )


@lru_cache(maxsize=4)
def _sha256(path: Path, _changed: int, _size: int) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _write_hash(model: Path) -> None:
    state = model.stat()
    hash_file(model).write_text(f"{_sha256(model, state.st_mtime_ns, state.st_size)}  {model.name}\n", "utf-8")


def train_model(models: Path, *, force: bool = False) -> Path:
    """Train a model from the current data, unless it is there with its hash already, and return its path.

    Raises NoModel: training ended without a model.
    """
    existing = model_for_current_data(models)
    if existing and hash_file(existing).is_file() and not force:
        return existing
    gc.enable()
    name = f"campus-{data_hash()}"
    # until the new model has its own hash it has none: a wrong one would refuse it
    hash_file(models / f"{name}.tar.gz").unlink(missing_ok=True)
    result = rasa_train(
        domain=str(PROJECT / "domain.yml"),
        config=str(PROJECT / "config.yml"),
        training_files=str(PROJECT / "data"),
        output=str(models),
        force_training=force,
        fixed_model_name=name,
    )
    if result.code != 0 or not result.model:
        raise NoModel("training ended without a model; the lines above say why")
    trained = Path(result.model)
    _write_hash(trained)
    return trained
