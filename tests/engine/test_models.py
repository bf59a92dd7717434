from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from bot.engine.models import NoModel, data_hash, find_model, hash_file, model_for_current_data, train_model

OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
"""SHA-256 of `abc`, the example of FIPS 180-2."""


def project(root: Path) -> Path:
    (root / "data" / "nlu").mkdir(parents=True)
    (root / "data" / "nlu" / "greet.yml").write_text("a", "utf-8")
    (root / "config.yml").write_text("b", "utf-8")
    return root


def test_data_hash_follows_content_and_names(tmp_path: Path) -> None:
    root = project(tmp_path)
    before = data_hash(root)
    assert data_hash(root) == before
    (root / "data" / "nlu" / "greet.yml").write_text("changed", "utf-8")
    changed = data_hash(root)
    (root / "data" / "nlu" / "greet.yml").rename(root / "data" / "nlu" / "hello.yml")
    assert len({before, changed, data_hash(root)}) == 3


def test_data_hash_ignores_what_no_model_is_made_of(tmp_path: Path) -> None:
    root = project(tmp_path)
    before = data_hash(root)
    (root / "README.md").write_text("x", "utf-8")
    assert data_hash(root) == before


def test_model_of_the_current_data_is_not_trained_again(model: Path) -> None:
    written = model.stat().st_mtime_ns
    assert train_model(model.parent) == model
    assert model.stat().st_mtime_ns == written


def test_model_of_the_current_data_outranks_a_newer_one(model: Path, tmp_path: Path) -> None:
    current = tmp_path / model.name
    current.write_bytes(b"current")
    (tmp_path / "newer.tar.gz").write_bytes(b"newer")
    assert find_model(tmp_path) == current == model_for_current_data(tmp_path)


@pytest.fixture
def alone(tmp_path: Path) -> Path:
    """A file that stands for a model, with the hash that `sha256sum` gives for its three letters."""
    path = tmp_path / "campus.tar.gz"
    path.write_bytes(b"abc")
    hash_file(path).write_text(f"{OF_ABC}  campus.tar.gz\n", "utf-8")
    return path


@pytest.mark.parametrize("mode", ["development", "production"])
def test_a_model_that_is_the_trained_one_is_found(alone: Path, environment: Any, mode: str) -> None:
    environment(BOT_ENVIRONMENT=mode, BOT_SECRET="7d1c0b5e93fa4826e5b1a09c37d846f2")
    assert find_model(alone) == find_model(alone.parent) == alone


@pytest.mark.parametrize("mode", ["development", "production"])
def test_another_file_under_its_name_is_refused_with_both_hashes(alone: Path, environment: Any, mode: str) -> None:
    environment(BOT_ENVIRONMENT=mode, BOT_SECRET="7d1c0b5e93fa4826e5b1a09c37d846f2")
    find_model(alone)
    alone.write_bytes(b"abd")
    with pytest.raises(NoModel, match=rf"campus\.tar\.gz is not .* expected sha256 {OF_ABC}, found a52d159f26.* --force"):
        find_model(alone)


def test_a_spoilt_hash_is_refused(alone: Path, environment: Any) -> None:
    hash_file(alone).write_bytes(b"\xff\n")
    with pytest.raises(NoModel, match=r"campus\.tar\.gz\.sha256 holds no sha256"):
        find_model(alone)


def test_a_model_without_a_hash_is_for_development_only(alone: Path, environment: Any) -> None:
    hash_file(alone).unlink()
    environment(BOT_ENVIRONMENT="development")
    assert find_model(alone) == alone
    environment(BOT_ENVIRONMENT="production", BOT_SECRET="7d1c0b5e93fa4826e5b1a09c37d846f2")
    with pytest.raises(NoModel, match=r"campus\.tar\.gz\.sha256 is missing; train the model with `bot train`"):
        find_model(alone)


def test_training_writes_the_hash(model: Path) -> None:
    # checked by the tool that administrators would use
    assert subprocess.run(["sha256sum", "--check", hash_file(model).name], cwd=model.parent).returncode == 0
