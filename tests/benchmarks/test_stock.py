"""The stock project has our training data, as Rasa's own importer reads them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from rasa.shared.importers.rasa import RasaFileImporter

from benchmarks.load.stock.project import config, importer, write_project


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> RasaFileImporter:
    folder: Path = tmp_path_factory.mktemp("stock")
    write_project(folder)
    return RasaFileImporter(str(folder / "config.yml"), str(folder / "domain.yml"), [str(folder / "data")])


def counted(source: Any) -> Counter:
    """Sentences of each intent. A short answer after two questions is two examples for the roles, one for the stock project."""
    sentences = {(example.get("intent"), example.get("text")) for example in source.get_nlu_data().intent_examples}
    return Counter(intent for intent, _ in sentences)


def test_same_examples(theirs: RasaFileImporter) -> None:
    assert counted(theirs) == counted(importer())
    assert sum(counted(theirs).values()) > 10_000


def test_same_domain(theirs: RasaFileImporter) -> None:
    domain, own = theirs.get_domain(), importer().get_domain()
    assert set(domain.intents) == set(own.intents)
    assert domain.responses == own.responses
    assert set(domain.user_actions) == set(own.user_actions)
    assert {slot.name: slot.type_name for slot in domain.slots} == {slot.name: slot.type_name for slot in own.slots}


def test_same_rules(theirs: RasaFileImporter) -> None:
    names = [sorted(step.block_name for step in source.get_stories().story_steps) for source in (theirs, importer())]
    assert names[0] == names[1]


def test_nothing_of_ours_is_in_its_configuration() -> None:
    parts = [each["name"] for section in ("pipeline", "policies") for each in config()[section]]
    assert "DIETClassifier" in parts and "TEDPolicy" in parts
    assert not any("." in name for name in parts)
