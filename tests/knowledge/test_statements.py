"""Which sentence of the answers says what was asked: it comes first, for the right kind of student in the right city."""

from __future__ import annotations

from datetime import date
from typing import List, Optional

import pytest

from bot.knowledge.base import Situation, knowledge
from bot.knowledge.render import render_statements
from bot.knowledge.statements import LEAST, Ranked, Sentence, grams, shares_words, statements_of

ON = date(2025, 10, 15)


def ranked(question: str, city: str = "shanghai", cohort: Optional[str] = None, **priors: float) -> List[Ranked]:
    """The sentences for a question, best first."""
    return statements_of(city, cohort, ON).rank(question, priors)


def first(question: str, city: str = "shanghai", cohort: Optional[str] = None, **priors: float) -> str:
    """The sentence that comes first."""
    return ranked(question, city, cohort, **priors)[0].sentence.text


@pytest.mark.parametrize(
    "question, city, part",
    [
        ("校医院看门诊报多少", "shanghai", "80%"),
        ("住院起付线是多少", "shanghai", "一级 50 元、二级 100 元、三级 300 元"),
        ("异地备案多久生效", "shanghai", "立即生效"),
        ("三甲住院起付线", "lanzhou", "1400 元"),
        ("第二次住院起付线降多少", "lanzhou", "20%"),
        ("透析报多少", "lanzhou", "90%"),
    ],
)
def test_sentence_that_answers_comes_first(question: str, city: str, part: str) -> None:
    """By its words alone, whatever topic the classifier names."""
    assert part in first(question, city)


def test_probable_topic_goes_before_a_sentence_of_another_with_as_many_words() -> None:
    question = "起付线是多少"
    assert ranked(question, outpatient_rate=0.9)[0].sentence.topic == "outpatient_rate"
    assert ranked(question, inpatient_rate=0.9)[0].sentence.topic == "inpatient_rate"


def test_topic_that_the_classifier_does_not_name_is_not_impossible() -> None:
    assert LEAST > 0
    assert ranked("异地备案多久生效", premium=0.3)[0].sentence.topic == "remote_filing"


def test_only_the_topics_that_count_are_ranked_and_the_best_stands_first() -> None:
    found = statements_of("shanghai", None, ON).rank("住院报多少", {}, ["premium", "remote_filing"])
    assert {one.sentence.topic for one in found} == {"premium", "remote_filing"}
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_cities_are_kept_apart() -> None:
    for city, other in (("shanghai", "兰州市医疗保障局"), ("lanzhou", "随申办")):
        sentences = statements_of(city, None, ON).sentences
        assert sentences and {one.city for one in sentences} == {city}
        assert not any(other in one.text for one in sentences)
    assert "355" in first("保费一年多少钱", premium=0.9) and "400" in first("保费一年多少钱", "lanzhou", premium=0.9)


def test_kinds_of_students_are_kept_apart() -> None:
    """Nobody is told what holds for another year's students only."""
    question = "今年保费要交多少钱"
    fresh, old = (first(question, cohort=cohort, premium=0.9) for cohort in ("sh.fresh2025", "sh.continuing"))
    assert fresh.startswith("2025 级新生") and "0 元" in fresh
    assert old.startswith("在读的老生") and "355 元" in old and "0 元" not in old
    texts = {one.text for one in statements_of("shanghai", "sh.continuing", ON).sentences}
    assert fresh not in texts


def test_no_sentence_of_a_topic_is_said_twice() -> None:
    for city in ("shanghai", "lanzhou"):
        said = [(one.topic, one.text) for one in statements_of(city, None, ON).sentences]
        assert len(said) == len(set(said)) and all(text.strip() == text and text for _, text in said)


def test_figure_is_filled_in_in_every_sentence() -> None:
    for city in ("shanghai", "lanzhou"):
        assert not [one.text for one in statements_of(city, None, ON).sentences if "{" in one.text]


def test_grams_are_characters_pairs_numbers_and_words() -> None:
    assert grams("医保码") == ["医保", "保码", "医", "保", "码"]
    assert grams("APP报80%") == grams("app 报 80") and {"app", "报", "80"} <= set(grams("APP报80%"))
    assert grams("") == []


def sentence(text: str, *questions: str) -> Sentence:
    """A sentence with the questions that it answers."""
    return Sentence("shanghai", "remote_filing", text, 0, (), questions)


@pytest.mark.parametrize(
    "question, shares",
    [("备案要多久", True), ("立即吗", True), ("要带身份证吗", False), ("案", False), ("", False)],
)
def test_question_shares_words_with_a_sentence(question: str, shares: bool) -> None:
    """A pair of characters at least: without one, the documents do not tell what was asked."""
    assert shares_words(question, sentence("备案立即生效。")) is shares


def test_question_that_a_sentence_answers_counts_as_its_words() -> None:
    assert shares_words("几天能用", sentence("备案立即生效。", "办完几天能用"))


def test_a_sentence_of_another_topic_stands_under_its_title_with_its_source() -> None:
    """微信上能弄吗 after the claim of an emergency: how to file elsewhere is not taken for how to claim."""
    claim, filing = (ranked("", **{topic: 1.0})[0] for topic in ("emergency_claim", "remote_filing"))
    answer = knowledge().answer("emergency_claim", Situation(ON, "shanghai"))
    reply = render_statements(answer, [[claim, filing]], knowledge())
    own, other, *_ = reply.text.splitlines()
    assert own == claim.sentence.text
    assert other == f"关于“{knowledge().title('remote_filing', 'shanghai')}”：{filing.sentence.text}"
    assert reply.more is not None and "问题4" in reply.more and "问题7" in reply.more
