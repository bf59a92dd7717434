import re
from pathlib import Path
from typing import Dict

import pytest
from rasa.shared.nlu.constants import METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.reading.classifier import READINGS_KEY, ReadingClassifier, context_of
from bot.nlu.reading.cues import OF_MESSAGES, OF_QUESTIONS, OF_REPLIES, Table
from bot.nlu.reading.features import Context, asked_kinds, features, state_of
from bot.nlu.reading.model import ReadingModel
from bot.nlu.reading.talks import (
    GROUPS,
    READINGS,
    TALKS,
    Example,
    complete_messages,
    load_talks,
    read_file,
    talk_files,
    with_complete,
)

GRADE = Context("是几级医院？", "住院能报多少")
ANSWERED = Context("三级先扣 300 元，报 60%。", "三级住院能报多少")
SAYINGS: Dict[str, tuple[Context, tuple[str, ...]]] = {
    "answer": (GRADE, ("三甲", "二级的", "是二级", "三级医院", "社区的，一级", "二甲")),
    "dont_know": (GRADE, ("不知道", "不清楚诶", "记不清了", "我哪知道", "忘了几级", "不知道几级")),
    "wait": (GRADE, ("等下我问问", "我去问一下", "等会，翻一下", "我查查", "稍等我看看", "等一下")),
    "vary": (ANSWERED, ("那二级呢", "一级呢", "要是二级呢", "那兰州呢", "校外呢", "那要是一级呢")),
    "correct": (
        ANSWERED,
        ("不对是二级", "说错了是二甲", "打错了，二级", "不是三级是一级", "看错了 二级", "记错了是一级"),
    ),
    "ack": (ANSWERED, ("好的谢谢", "明白了", "好嘞", "知道了谢谢", "谢谢", "哦哦懂了")),
    "explain": (ANSWERED, ("怎么算的", "为什么", "为啥是六成", "依据是什么", "咋算出来的", "凭啥扣三百")),
}
EXAMPLES = [Example(text, context, reading) for reading, (context, texts) in SAYINGS.items() for text in texts]


@pytest.fixture(scope="module")
def model() -> ReadingModel:
    return ReadingModel().fit(EXAMPLES)


@pytest.mark.parametrize(
    ("text", "context", "reading"),
    [
        ("三级", GRADE, "answer"),
        ("我也不知道几级", GRADE, "dont_know"),
        ("等下，我去查查", GRADE, "wait"),
        ("那三甲呢", ANSWERED, "vary"),
        ("不对，是一级", ANSWERED, "correct"),
        ("懂了，谢谢", ANSWERED, "ack"),
        ("为啥这么算", ANSWERED, "explain"),
    ],
)
def test_message_is_read_as_a_person_reads_it(model: ReadingModel, text: str, context: Context, reading: str) -> None:
    assert next(iter(model.read(text, context))) == reading


def test_same_words_are_read_by_what_was_said_before() -> None:
    told = Context("能报 800 元。", "花了1900")
    examples = [Example("三甲", GRADE, "answer"), Example("二甲", GRADE, "answer"), Example("一级", GRADE, "answer")]
    examples += [Example(text, told, "vary") for text in ("三甲", "二甲", "一级")]
    model = ReadingModel().fit(examples)
    assert next(iter(model.read("二级", GRADE))) == "answer"
    assert next(iter(model.read("二级", told))) == "vary"


@pytest.mark.parametrize("text", ["三甲", "", "？", "😭" * 40, "完全没见过的话 " * 50])
def test_probabilities_sum_to_one_and_fall(model: ReadingModel, text: str) -> None:
    found = model.read(text, ANSWERED)
    assert set(found) == set(SAYINGS)
    assert sum(found.values()) == pytest.approx(1, abs=1e-5)
    assert list(found.values()) == sorted(found.values(), reverse=True)


def test_two_readings_are_enough_and_one_is_too_few() -> None:
    two = ReadingModel().fit(example for example in EXAMPLES if example.reading in ("ack", "vary"))
    assert next(iter(two.read("谢谢啦", ANSWERED))) == "ack"
    assert next(iter(two.read("那一级呢", ANSWERED))) == "vary"
    with pytest.raises(ValueError, match="two different readings"):
        ReadingModel().fit(EXAMPLES[:3])


def test_stored_model_reads_as_the_fitted_one(model: ReadingModel) -> None:
    stored = ReadingModel(model.content)
    for example in EXAMPLES:
        assert stored.read(example.text, example.context) == model.read(example.text, example.context)


def test_model_without_content_is_refused() -> None:
    with pytest.raises(ValueError, match="no reading model"):
        ReadingModel(b"something else")
    with pytest.raises(ValueError, match="before it is fitted"):
        ReadingModel().read("三甲")
    with pytest.raises(ValueError, match="not fitted"):
        _ = ReadingModel().content


@pytest.mark.parametrize("table", [OF_MESSAGES, OF_QUESTIONS, OF_REPLIES])
def test_every_cue_finds_its_example_and_not_its_counterexample(table: Table) -> None:
    for name, (words, example, counterexample) in table.items():
        assert re.search(words, example), name
        assert not re.search(words, counterexample), name


def test_reply_is_seen_as_question_word_or_answer() -> None:
    assert [state_of(said) for said in ("", "几级？", "好。", "三级先扣 300 元，剩下的报 60%。")] == [
        "first",
        "asked",
        "brief",
        "told",
    ]
    assert "grade" in asked_kinds("先扣N元。是几级医院？")
    assert asked_kinds("你叫什么？") == ["what"]
    assert asked_kinds("报N%。") == []


def test_features_do_not_know_how_much_a_number_is() -> None:
    assert features("花了8600", GRADE) == features("花了12,000", GRADE)


TURN = "  turns:\n  - {u: 住院能报多少, r: new, a: 几级？}\n"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("- [", "talks.yml"),
        ("a: 1", "talks.yml: a list of talks"),
        ("- id: t1\n  city: 上海\n", "talks.yml: talk 1: `id` and a list `turns`"),
        (f"- id: t1\n{TURN}- id: t1\n{TURN}", "talks.yml: talk 2: t1 is the name of talk 1 too"),
        (f"- id: t1\n{TURN}  - {{u: 三甲, r: reply, a: 好}}\n", "talks.yml: t1, turn 2: 'reply' is no reading"),
        (f"- id: t1\n{TURN}  - {{u: 三甲, r: answer}}\n", "talks.yml: t1, turn 2: `a` is missing"),
        (f"- id: t1\n{TURN}  - {{u: 8600, r: answer, a: 好}}\n", "talks.yml: t1, turn 2: `u` is missing or no text"),
        (f"- id: t1\n{TURN}  - {{u: 三甲, r: answer, a: 好, x: 1}}\n", "talks.yml: t1, turn 2: u, r, a and perhaps"),
        (f"- id: t1\n{TURN}  - {{u: 三甲, r: answer, a: 好, full: 1}}\n", "talks.yml: t1, turn 2: `full` is no text"),
    ],
)
def test_bad_form_is_named_with_file_and_place(tmp_path: Path, content: str, fault: str) -> None:
    path = tmp_path / "talks.yml"
    path.write_text(content, "utf-8")
    with pytest.raises(ValueError, match=re.escape(fault)):
        list(read_file(path))


def test_context_of_a_turn_is_the_turn_before(tmp_path: Path) -> None:
    (tmp_path / "one.yml").write_text(f"- id: t1\n{TURN}  - {{u: 三甲, r: answer, a: 好}}\n", "utf-8")
    first, second = load_talks(tmp_path)
    assert (first.context, first.author) == (Context(), "one")
    assert second.context == Context("几级？", "住院能报多少")


def test_written_talks_have_every_reading_and_begin_as_talks_do() -> None:
    examples = load_talks()
    assert {example.reading for example in examples} == set(READINGS)
    assert len({example.author for example in examples}) == len(talk_files()) > 1
    begin = {example.reading for example in examples if not example.context.said}
    assert begin <= {"new", "urgent", "chat", "handover", "ack", "cancel"}
    assert all(path.read_text("utf-8").startswith("# ") for path in TALKS.glob("*.yml"))


def test_complete_message_late_in_a_talk_is_new_and_a_correction_is_not_among_them() -> None:
    full = "上海的大学生在三甲医院住院能报多少"
    short = [Example("三甲", GRADE, reading, "one", full) for reading in ("answer", "correct")]
    assert complete_messages(short) == [Example(full, GRADE, "new", "one")]
    assert complete_messages([Example("三甲", Context(), "answer", "one", full)]) == []
    assert with_complete(short) == [*short, Example(full, GRADE, "new", "one")]


def test_every_reading_is_in_one_group() -> None:
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(READINGS)


def test_component_reads_with_the_context_of_the_metadata(model: ReadingModel) -> None:
    classifier = ReadingClassifier({}, None, None, model)
    metadata = {"said": GRADE.said, "said_before": GRADE.before}
    message = Message(data={TEXT: "三级", METADATA: metadata, "intent": {"name": "inform"}})
    empty = Message(data={TEXT: ""})
    classifier.process([message, empty])
    assert next(iter(message.get(READINGS_KEY))) == "answer"
    assert READINGS_KEY in message.as_dict(only_output_properties=True)
    assert message.get("intent") == {"name": "inform"}
    assert empty.get(READINGS_KEY) is None


@pytest.mark.parametrize("metadata", [None, {}, {"said": None, "said_before": 3}, {"before": "几级？"}])
def test_context_that_is_missing_or_no_text_is_empty(metadata: object) -> None:
    assert context_of(metadata) == Context()  # type: ignore[arg-type]
