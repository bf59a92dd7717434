import pytest

from bot.nlu.patterns import load_patterns


@pytest.mark.parametrize(
    "message, intent",
    [
        ("我不想活了", "crisis"),
        ("室友吞了半瓶安眠药", "crisis"),
        ("胸口疼喘不上气", "emergency"),
        ("同学晕倒了叫不醒", "emergency"),
        ("血止不住怎么办", "emergency"),
        ("割腕的费用医保报吗", "crisis"),
    ],
)
def test_urgent_messages_are_caught_before_the_classifier(message: str, intent: str) -> None:
    assert load_patterns().decide(message) == (intent, "urgent")


@pytest.mark.parametrize(
    "message", ["上次晕倒送急诊的费用怎么报销", "排队两个小时累死了", "怎么确认参保", "住院血透析能报多少"]
)
def test_questions_about_money_after_an_emergency_are_questions(message: str) -> None:
    assert load_patterns().decide(message) is None


@pytest.mark.parametrize(
    "message, intent",
    [
        ("嗯嗯", "affirm"),
        ("對！", "affirm"),
        ("不是的", "deny"),
        ("你好呀", "greet"),
        ("３ｑ", "thanks"),
        ("算了吧", "cancel"),
        ("重新开始", "start_over"),
        ("说详细一点", "ask_details"),
        ("转人工", "human_handover"),
    ],
)
def test_chat_is_recognised_as_a_whole_message(message: str, intent: str) -> None:
    assert load_patterns().decide(message) == (intent, "chat")


@pytest.mark.parametrize("message", ["是不是三甲都能报", "好的医院有哪些", "不对啊住院怎么才报这么点", "取消异地备案"])
def test_chat_words_inside_a_question_are_no_chat(message: str) -> None:
    assert load_patterns().decide(message) is None
