"""The component, and the trained model of the project: entities with their roles, and the case of a message."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Tuple

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.examples import example, role_example
from bot.nlu.context import Found
from bot.nlu.mentions.find import find_mentions
from bot.nlu.roles.extractor import ENTITY_OF, RoleExtractor, annotated, entity_of, with_roles_of_grades
from bot.nlu.roles.model import KNOWN_ROLES, NONE, Roled
from tests.nlu.roles.test_model import LINES

CONTEXT = ExecutionContext(GraphSchema({}))
RESOURCE = Resource("roles")


def numbers(parsed: Dict[str, Any]) -> List[Tuple[str, str, str]]:
    """(entity, role, value) of the numbers of a message."""
    words = ("city", "care", "level", "status", "stay_city", "denied", "deductible", "disease", "cohort")
    return [(e["entity"], e.get("role", ""), e["value"]) for e in parsed["entities"] if e["entity"] not in words]


# --- the component -----------------------------------------------------------------------------------------------------


@pytest.fixture
def storage(tmp_path: Path) -> LocalModelStorage:
    return LocalModelStorage(tmp_path)


@pytest.fixture
def trained(storage: LocalModelStorage) -> RoleExtractor:
    component = RoleExtractor.create({}, storage, RESOURCE, CONTEXT)
    component.train(
        TrainingData([role_example(line.format(value)) for line, values in LINES.items() for value in values])
    )
    return component


def test_loaded_component_finds_what_the_trained_one_does(trained: RoleExtractor, storage: LocalModelStorage) -> None:
    loaded = RoleExtractor.load({}, storage, RESOURCE, CONTEXT)
    for text in ("住院花了5100，里面自费730", "打车31"):
        one, other = (each.process([Message({"text": text})])[0] for each in (loaded, trained))
        assert one.as_dict() == other.as_dict()


def test_entities_and_case_are_output_and_offsets_are_of_the_message_as_typed(trained: RoleExtractor) -> None:
    typed = "  住院花了 ５，１００ 元，里面自费730"
    output = trained.process([Message({"text": typed})])[0].as_dict(only_output_properties=True)
    bill, outside = [entity for entity in output["entities"] if entity["entity"] == "amount"]
    assert (bill["role"], typed[bill["start"] : bill["end"]]) == ("bill", "５，１００ 元")
    assert (outside["role"], typed[outside["start"] : outside["end"]]) == ("outside", "730")
    assert output["case"]["visits"] == [{"care": "inpatient", "bill": "5100.00", "outside": "730.00"}]


def test_empty_message_is_left_alone(trained: RoleExtractor) -> None:
    assert trained.process([Message({"text": ""})])[0].get("entities") is None


def test_component_without_a_model_file_is_an_error(storage: LocalModelStorage) -> None:
    with pytest.raises(ValueError):
        RoleExtractor.load({}, storage, Resource("nothing"), CONTEXT)


def test_training_without_marked_messages_is_refused(storage: LocalModelStorage) -> None:
    component = RoleExtractor.create({}, storage, RESOURCE, CONTEXT)
    with pytest.raises(ValueError, match="data/nlu/roles"):
        component.train(TrainingData([example("花了300元", "inform")]))


def test_every_role_has_an_entity_and_back() -> None:
    assert {entity_of(role)[0] for role in KNOWN_ROLES} == {"amount", *(entity for entity, _ in ENTITY_OF.values())}
    marks = {"date": "care", "years": "lapsed", "year": "study", "amount": "own_share"}
    line = "，".join(
        f'花了[30{index}]{{"entity": "{entity}", "role": "{role}"}}'
        for index, (entity, role) in enumerate(marks.items())
    )
    assert [role for _, _, role in annotated(role_example(line)).marks] == [
        "date_care",
        "years_lapsed",
        "study_year",
        "own_share",
    ]


def grade(role: str, text: str = "三甲") -> List[Roled]:
    """A message of one grade with its role."""
    return [Roled(mention, role, 0.9) for mention in find_mentions(text)]


def test_denied_grade_leaves_the_grades_and_one_that_is_none_goes() -> None:
    word = Found("level", "3A", 0, 2)
    assert with_roles_of_grades([word], grade("grade")) == [word]
    assert with_roles_of_grades([word], grade("denied")) == [Found("denied", "level=3A", 0, 2)]
    assert with_roles_of_grades([word], grade("other")) == []
    assert with_roles_of_grades([word], []) == [word]
    assert with_roles_of_grades([Found("denied", "level=3A", 0, 2)], grade("grade")) == [word]
    care = Found("care", "inpatient", 0, 2)
    assert with_roles_of_grades([care], grade("other")) == [care]
    assert with_roles_of_grades([word], grade(NONE)) == []


# --- the model of the project ------------------------------------------------------------------------------------------


async def test_self_paid_part_of_a_bill_is_no_second_bill(assistant: Any) -> None:
    parsed = await assistant.parse("上海三甲住院花了9000，里面有2000是自费药")
    assert numbers(parsed) == [("amount", "bill", "9000"), ("amount", "outside", "2000")]
    assert parsed["case"] == {"visits": [{"care": "inpatient", "level": "3A", "bill": "9000.00", "outside": "2000.00"}]}


async def test_every_number_says_how_sure_its_role_is(assistant: Any) -> None:
    parsed = await assistant.parse("三级医院住院12000，打车50，去年12月3日的发票")
    found = [e for e in parsed["entities"] if e["entity"] in ("amount", "date")]
    assert len(found) == 3
    assert all(0 < entity["confidence_role"] <= 1 and entity["extractor"] == "RoleExtractor" for entity in found)


async def test_range_and_order_of_size_are_told(assistant: Any) -> None:
    (ranged,) = [e for e in (await assistant.parse("三甲住院花了五六千元"))["entities"] if e["entity"] == "amount"]
    assert (ranged["value"], ranged["high"], ranged["about"], ranged["unit"]) == ("5000", "6000", True, "money")
    (exact,) = [e for e in (await assistant.parse("三甲住院花了5600元"))["entities"] if e["entity"] == "amount"]
    assert "high" not in exact and "about" not in exact


async def test_what_was_asked_before_decides_the_role_of_a_bare_number(assistant: Any) -> None:
    bill = await assistant.parse("800", "助手：门诊花了多少钱？")
    used = await assistant.parse("120", "助手：今年在校外门诊已经累计花了多少？")
    assert numbers(bill) == [("amount", "bill", "800")]
    assert numbers(used) == [("amount", "used", "120")]
    assert used["case"] == {"counted": "120"}


async def test_denied_grade_is_no_grade_of_the_visit(assistant: Any) -> None:
    parsed = await assistant.parse("不是三甲是二级，住院花了4000")
    assert [(e["entity"], e["value"]) for e in parsed["entities"] if e["entity"] in ("level", "denied")] == [
        ("denied", "level=3A"),
        ("level", "2"),
    ]
    assert parsed["case"]["visits"] == [{"care": "inpatient", "level": "2", "bill": "4000.00"}]


@pytest.mark.parametrize(
    "text, role",
    [
        ("我爸月薪4500元，能参保吗", "wealth"),
        ("住院押金3000，结账2600", "deposit"),
        ("门诊950，打车去医院50", "excluded"),
        ("起付线300元是每年吗", "rule"),
        ("二级医院门诊1000元，是不是能报600", "guess"),
        ("学校补报了400，住院还剩2000", "other_paid"),
    ],
)
async def test_number_that_is_no_bill_is_set_aside_with_its_role(assistant: Any, text: str, role: str) -> None:
    parsed = await assistant.parse(text)
    assert role in [one["role"] for one in parsed["case"]["aside"]]
    assert role in [found for _, found, _ in numbers(parsed)]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("3月15号看的病", [("date", "care", "--03-15")]),
        ("断保3年", [("years", "lapsed", "3")]),
        ("第二次住院", [("ordinal", "", "2")]),
        ("2024级新生", [("year", "study", "2024")]),
        ("医保报60%对吗", [("percent", "", "0.6")]),
    ],
)
async def test_dates_years_ordinals_and_shares_are_entities_of_their_own(
    assistant: Any, text: str, expected: Any
) -> None:
    assert numbers(await assistant.parse(text)) == expected
