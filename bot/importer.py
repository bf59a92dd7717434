"""Rasa importer: what follows mechanically from the knowledge is derived here, not copied by hand.

A topic file gives an intent, its titles as examples, and the rule that answers it. A calculation that the dialogue
offers gives an intent and the rule that runs it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Dict, List, Optional

import yaml
from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.dialogue.requests import ANSWER, CALCULATE
from bot.examples import Examples, example, read_examples
from bot.knowledge.base import knowledge
from bot.knowledge.dialogues import load_dialogues


def _rule(name: str, intent: str, steps: List[Dict[str, object]]) -> Dict[str, object]:
    return {"rule": name, "steps": [{"intent": intent}, *steps]}


def derived_rules(topics: List[str], calculations: List[str]) -> str:
    """Rasa rules in YAML: topics are answered, calculations are run."""
    rules = [_rule(f"answer {topic}", topic, [{"action": ANSWER}]) for topic in topics]
    rules += [_rule(f"calculate {intent}", intent, [{"action": CALCULATE}]) for intent in calculations]
    return yaml.safe_dump({"version": "3.1", "rules": rules}, allow_unicode=True)


class KnowledgeImporter(RasaFileImporter):
    """Rasa's file importer plus intents, examples and rules that follow from the knowledge."""

    def get_domain(self) -> Domain:
        base = super().get_domain()
        if base.is_empty():
            return base
        derived = {"version": "3.1", "intents": [*knowledge().topic_ids, *load_dialogues()]}
        return base.merge(Domain.from_dict(derived))

    def get_stories(self, exclusion_percentage: Optional[int] = None) -> StoryGraph:
        written = super().get_stories(exclusion_percentage)
        # `data validate nlu` and NLU-only training come without a domain: then there is nothing to derive
        domain = self.get_domain()
        if domain.is_empty():
            return written
        derived = YAMLStoryReader(domain).read_from_string(derived_rules(knowledge().topic_ids, list(load_dialogues())))
        return written.merge(StoryGraph(derived))

    def get_nlu_data(self, language: Optional[str] = "zh") -> TrainingData:
        written = list(read_examples([Path(path) for path in self._nlu_files]))
        titles = [example(title, topic) for topic, titles in knowledge().titles().items() for title in titles]
        titles += [example(spec.title, intent) for intent, spec in load_dialogues().items() if spec.trained]
        known = {message.get(TEXT) for message in written}
        return Examples([*written, *(title for title in titles if title.get(TEXT) not in known)])
