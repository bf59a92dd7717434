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


@pytest.mark.parametrize(
    "message, intent",
    [
        ("👍", "feedback_up"),
        ("👍🏼👍", "feedback_up"),
        ("[强]", "feedback_up"),
        ("这个回答很有用！", "feedback_up"),
        ("问题解决了，谢谢", "feedback_up"),
        ("👎🏻", "feedback_down"),
        ("没什么用", "feedback_down"),
        ("還是沒解決", "feedback_down"),
        ("数字不对", "feedback_down"),
        ("查询 T8K2MNPQ3", "ticket_status"),
        ("你好，ｔ８ｋ２m npq3 有人看吗", "ticket_status"),
        ("我的工单", "ticket_status"),
        ("老师回复了吗", "ticket_status"),
        ("补充：发票找到了", "ticket_add"),
        ("补充T8K2MNPQ3：发票找到了", "ticket_add"),
        ("追加 我是研究生", "ticket_add"),
        ("删除我的记录", "erase_me"),
        ("忘掉我", "erase_me"),
        ("注销账号", "erase_me"),
        ("先不删", "deny"),
        ("不留联系方式", "deny"),
        ("转人工，发票审核没通过", "human_handover"),
    ],
)
def test_what_is_said_to_the_desk_is_decided_by_rules(message: str, intent: str) -> None:
    assert load_patterns().decide(message) == (intent, "chat")


@pytest.mark.parametrize(
    "message",
    [
        "补充医疗保险能报吗",
        "注销医保怎么办",
        "起付线没用过",
        "有用医保卡的地方吗",
        "老师怎么参保",
        "删除异地备案",
        "T恤打折吗",
    ],
)
def test_words_of_the_desk_inside_a_question_are_none_of_its_business(message: str) -> None:
    assert load_patterns().decide(message) is None


def test_an_emergency_goes_before_a_ticket_number() -> None:
    assert load_patterns().decide("T8K2MNPQ3 我室友晕倒了叫不醒") == ("emergency", "urgent")
