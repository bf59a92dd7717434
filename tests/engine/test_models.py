from pathlib import Path

from bot.engine.models import data_hash, find_model, model_for_current_data, train_model


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
