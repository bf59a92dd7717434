"""Writes a stock Rasa project with our training data: ordinary YAML, Rasa's default pipeline for Chinese, no code of ours
but the actions, which run on the stock action server."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List

import yaml
from rasa.shared.core.training_data.story_writer.yaml_story_writer import YAMLStoryWriter
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLWriter
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.importer import KnowledgeImporter
from bot.settings import PROJECT

DIET_EPOCHS = 1
"""`rasa init` proposes 100. Epochs change how well the model understands, not what a turn costs; one takes ten minutes here."""
TED_EPOCHS = 1
FALLBACK_THRESHOLD = 0.3
"""Rasa's default for new projects (`rasa init`)."""


def pipeline() -> List[Dict[str, Any]]:
    """Rasa's default pipeline, with the tokenizer that its documentation names for Chinese."""
    return [
        {"name": "JiebaTokenizer"},
        {"name": "RegexFeaturizer"},
        {"name": "LexicalSyntacticFeaturizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {"name": "DIETClassifier", "epochs": DIET_EPOCHS, "constrain_similarities": True},
        {"name": "EntitySynonymMapper"},
        {"name": "FallbackClassifier", "threshold": FALLBACK_THRESHOLD, "ambiguity_threshold": 0.1},
    ]


def policies() -> List[Dict[str, Any]]:
    """Rasa's default policies."""
    return [
        {"name": "MemoizationPolicy"},
        {"name": "RulePolicy"},
        {"name": "UnexpecTEDIntentPolicy", "max_history": 5, "epochs": TED_EPOCHS},
        {"name": "TEDPolicy", "max_history": 5, "epochs": TED_EPOCHS, "constrain_similarities": True},
    ]


def config() -> Dict[str, Any]:
    """config.yml."""
    return {
        "recipe": "default.v1",
        "assistant_id": "campus-yibao-stock",
        "language": "zh",
        "pipeline": pipeline(),
        "policies": policies(),
    }


def endpoints(action_url: str, database: Path) -> Dict[str, Any]:
    """endpoints.yml: the action server, and the tracker store that we use as well."""
    return {
        "action_endpoint": {"url": action_url},
        "tracker_store": {"type": "SQL", "dialect": "sqlite", "db": str(database)},
    }


def importer() -> KnowledgeImporter:
    """Our training data as they are trained from."""
    return KnowledgeImporter(str(PROJECT / "config.yml"), str(PROJECT / "domain.yml"), [str(PROJECT / "data")])


def write_project(folder: Path) -> None:
    """Write config, domain, credentials, examples and rules below a folder."""
    ours = importer()
    (folder / "data").mkdir(parents=True, exist_ok=True)
    write_yaml(folder / "config.yml", config())
    write_yaml(folder / "credentials.yml", {"rest": None})
    ours.get_domain().persist(folder / "domain.yml")
    YAMLStoryWriter().dump(folder / "data" / "rules.yml", ours.get_stories().story_steps)
    # Rasa's writer asks for lists that our light training data leave out
    examples = TrainingData(training_examples=list(ours.get_nlu_data().training_examples))
    RasaYAMLWriter().dump(folder / "data" / "nlu.yml", examples)


def write_yaml(path: Path, content: Dict[str, Any]) -> None:
    """Write one file of the project."""
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")
