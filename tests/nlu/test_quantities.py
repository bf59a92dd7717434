from typing import List, Tuple

import pytest

from bot.nlu.quantities import find_quantities
from bot.nlu.text import normalise

MEANINGS = {
    "看门诊花了800": [("amount", "800.00")],
    "三甲住院花了一万二": [("amount", "12000.00")],
    "86块5": [("amount", "86.50")],
    "块六毛": [("amount", "1.60")],
    "123元1角1分": [("amount", "123.11")],
    "13,468.92元": [("amount", "13468.92")],
    "校医院开药花了120我要掏几块": [("amount", "120.00")],
    "第二次住院花了5000": [("admission", "2"), ("amount", "5000.00")],
    "断保3年": [("lapsed_years", "3")],
    "两年没交医保": [("lapsed_years", "2")],
    "补缴2年": [("repaid_years", "2")],
    "今年门诊已经花了200": [("counted", "200")],
    "宿舍302": [],
    "打12393": [],
    "2025年交了多少": [("calendar_year", "2025")],
    "2025年3月15日的发票": [("date", "2025-03-15")],
    "3月15号看的病": [("date", "--03-15")],
    "去年12月3日": [("date", "last-12-03")],
    "3.15元": [("amount", "3.15")],
    "2025级新生": [],
    "住了3天院": [],
    "三级甲等": [],
    "报60%对吗": [],
    "我电话13812345678": [],
    "800": [("number", "800")],
}


@pytest.mark.parametrize("text, expected", MEANINGS.items())
def test_numbers_get_their_meaning(text: str, expected: List[Tuple[str, str]]) -> None:
    assert [(found.kind, str(found.value)) for found in find_quantities(normalise(text).text)] == expected
