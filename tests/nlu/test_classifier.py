from pathlib import Path
from typing import Any, Dict

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.classifier import OpenSetClassifier, RuleClassifier
from bot.nlu.entities import as_entity, entity_finder
from bot.nlu.text import normalise
from tests.nlu.test_intent_model import EXAMPLES

CONTEXT = ExecutionContext(GraphSchema({}))


def config(**changes: Any) -> Dict[str, Any]:
    return {**OpenSetClassifier.get_default_config(), "foreign_intents": ["foreign"], **changes}


@pytest.fixture
def storage(tmp_path: Path) -> LocalModelStorage:
    return LocalModelStorage(tmp_path)


@pytest.fixture
def trained(storage: LocalModelStorage) -> OpenSetClassifier:
    component = OpenSetClassifier.create(config(), storage, Resource("classifier"), CONTEXT)
    component.train(training_data())
    return component


def training_data() -> TrainingData:
    return TrainingData(
        [Message({"text": text, "intent": intent}) for intent, lines in EXAMPLES.items() for text in lines]
    )


def parsed(component: OpenSetClassifier, text: str) -> Message:
    return component.process([Message({"text": text})])[0]


def test_loaded_component_answers_like_the_trained_one(trained: OpenSetClassifier, storage: LocalModelStorage) -> None:
    loaded = OpenSetClassifier.load(config(), storage, Resource("classifier"), CONTEXT)
    for text in ("保费一年多少钱", "讲个笑话", "等待期"):
        assert parsed(loaded, text).as_dict() == parsed(trained, text).as_dict()


def test_output_has_intent_ranking_and_route(trained: OpenSetClassifier) -> None:
    output = parsed(trained, "保费一年多少钱").as_dict(only_output_properties=True)
    assert output["intent"]["name"] == "premium"
    assert output["route"] == "answer"
    assert [entry["name"] for entry in output["intent_ranking"]][0] == "premium"


def test_message_decided_by_a_rule_is_left_alone(trained: OpenSetClassifier) -> None:
    message = RuleClassifier().process([Message({"text": "我不想活了"})])[0]
    assert trained.process([message])[0].get("intent")["name"] == "crisis"


def test_message_of_bare_facts_informs() -> None:
    text = "那三级甲等呢，八百块"
    normal = normalise(text)
    words = [as_entity(one, normal) for one in entity_finder().find(normal)]
    amount = {"entity": "amount", "role": "bill", "value": "800", "start": text.index("八"), "end": len(text)}
    message = Message({"text": text, "entities": [*words, amount]})
    assert RuleClassifier().process([message])[0].get("intent")["name"] == "inform"


def test_missing_model_file_is_an_error_and_no_untrained_classifier(storage: LocalModelStorage) -> None:
    with pytest.raises(ValueError):
        OpenSetClassifier.load(config(), storage, Resource("nothing"), CONTEXT)


@pytest.mark.parametrize("change", [{"doubt": 1.1}, {"margin": -0.1}, {"ranking_length": 0}])
def test_wrong_configuration_is_refused_by_name(storage: LocalModelStorage, change: Dict[str, Any]) -> None:
    with pytest.raises(InvalidConfigException, match=next(iter(change))):
        OpenSetClassifier.create(config(**change), storage, Resource("classifier"), CONTEXT)


def test_configured_intent_without_examples_is_refused(storage: LocalModelStorage) -> None:
    component = OpenSetClassifier.create(config(foreign_intents=["nowhere"]), storage, Resource("c"), CONTEXT)
    with pytest.raises(InvalidConfigException, match="nowhere"):
        component.train(training_data())
