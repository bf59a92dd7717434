from typing import List

import pytest

from bot.nlu.quantities import find_quantities
from bot.nlu.roles import bills
from bot.nlu.text import normalise

BILLS = {
    "住院总共1万2，其中医保范围内9千": ["9000.00"],
    "住院押金3000，结账2600": ["2600.00"],
    "不是800元，是1800元": ["1800.00"],
    "花了四百元，打错了，是四千元": ["4000.00"],
    "门诊一共650元，挂号25元药费625元": ["650.00"],
    "门诊一次300元一次450元": ["300.00", "450.00"],
    "统筹付了860元，自负215.3元": ["215.30"],
    "我爸月薪4500元，我看病花了600元": ["600.00"],
    "起付线300元是每年吗": [],
    "封顶8万元够用吗": [],
    "保费355元贵不贵": [],
    "每次一百二十元，共5次": ["120.00"],
    "大概5000~6000元": ["5000.00"],
    "住院超过1400元的部分报多少": [],
}


@pytest.mark.parametrize("sentence, expected", BILLS.items())
def test_only_what_the_student_was_billed_is_an_amount(sentence: str, expected: List[str]) -> None:
    text = normalise(sentence).text
    found = bills(text, find_quantities(text))
    assert [str(quantity.value) for quantity in found if quantity.kind == "amount"] == expected


def test_amount_that_is_no_bill_stays_a_number() -> None:
    text = "起付线300元是每年吗"
    assert [quantity.kind for quantity in bills(text, find_quantities(text))] == ["number"]
