import joblib
import numpy as np
import pytest

from bot.nlu.intent_model import IntentModel, Thresholds

EXAMPLES = {
    "premium": ["一年多少钱", "保费几块", "要交多少", "医保费贵吗", "收费标准", "交几百块钱", "费用是多少钱一年"],
    "waiting": ["等待期多久", "要等几个月", "什么时候生效", "等多长时间", "断保要等吗", "等待期是什么", "几个月才能用"],
    "greet": ["你好", "您好呀", "哈喽", "在吗在吗", "早上好", "你好你好"],
    "foreign": ["今天天气", "讲个笑话", "唱首歌", "红烧肉怎么做", "世界杯谁赢", "手机多少钱", "股票怎么买"],
}


@pytest.fixture(scope="module")
def model() -> IntentModel:
    texts = [text for lines in EXAMPLES.values() for text in lines]
    intents = [intent for intent, lines in EXAMPLES.items() for _ in lines]
    return IntentModel(["foreign"], ["greet"], short_limit=4).fit(texts, intents)


def test_probabilities_sum_to_one_and_fall(model: IntentModel) -> None:
    scores = [score for _, score in model.decide("一年要交多少钱").ranking]
    assert sum(scores) == pytest.approx(1)
    assert scores == sorted(scores, reverse=True)


def test_own_questions_are_answered_and_foreign_ones_declined(model: IntentModel) -> None:
    assert model.decide("保费一年多少钱").intent == "premium"
    declined = model.decide("给我讲个笑话")
    assert (declined.route, declined.intent) == ("decline", "foreign")


def test_short_intents_are_never_given_to_long_messages(model: IntentModel) -> None:
    assert dict(model.decide("你好你好你好你好").ranking)["greet"] == pytest.approx(0)


def test_choice_is_offered_just_below_the_margin_and_not_at_it(model: IntentModel) -> None:
    row = np.array([0.0, 0.0, 0.54, 0.46])  # foreign, greet, premium, waiting
    assert model.labels == ["foreign", "greet", "premium", "waiting"]
    model.thresholds = Thresholds(margin=0.0801)
    assert model._decide(row, 0.9).route == "offer"
    model.thresholds = Thresholds(margin=0.0799)
    assert model._decide(row, 0.9).route == "answer"


def test_message_is_declined_offered_or_answered_by_how_likely_it_is_ours(model: IntentModel) -> None:
    model.thresholds = Thresholds(decline=0.2, doubt=0.5, margin=0.1)
    row = np.array([0.1, 0.0, 0.8, 0.1])
    routes = {ours: model._decide(row, ours).route for ours in (0.1999, 0.2, 0.4999, 0.5)}
    assert routes == {0.1999: "decline", 0.2: "offer", 0.4999: "offer", 0.5: "answer"}


def test_doubtful_message_is_declined_when_a_foreign_intent_is_likelier(model: IntentModel) -> None:
    model.thresholds = Thresholds(decline=0.2, doubt=0.5, margin=0.1)
    row = np.array([0.6, 0.0, 0.3, 0.1])
    assert model._decide(row, 0.4999).route == "decline"


def test_examples_are_known_whatever_their_punctuation(model: IntentModel) -> None:
    assert model.known("一年多少钱？？") == "premium"
    assert model.known("一年要多少钱呢") is None


def test_saved_model_decides_the_same(model: IntentModel, tmp_path) -> None:
    joblib.dump(model, tmp_path / "model")
    again = joblib.load(tmp_path / "model")
    for text in ("一年多少钱", "天气", "", "asdfgh", "等"):
        assert again.decide(text) == model.decide(text)


@pytest.mark.parametrize("text", ["", " ", "？？？", "🙂", "a" * 500])
def test_odd_texts_have_a_defined_result(model: IntentModel, text: str) -> None:
    assert model.decide(text).route in ("answer", "offer", "decline")


def test_too_few_examples_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="rare"):
        IntentModel([]).fit(["甲"] * 5 + ["乙"], ["common"] * 5 + ["rare"])


@pytest.mark.parametrize(
    "text", ["保费一年多少钱", "等待期", "断保断保要等吗", "x", " ", "完全没见过的东西？！", "你好" * 200]
)
def test_a_text_alone_reads_as_among_others(model: IntentModel, text: str) -> None:
    alone, ours_alone = model.probabilities([text])
    among, ours_among = model.probabilities([text, "今天天气"])
    assert alone[0] == pytest.approx(among[0], abs=1e-9) and ours_alone[0] == pytest.approx(ours_among[0], abs=1e-9)
