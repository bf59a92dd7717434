"""What names a person is blackened; what a question is about stays readable."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.privacy import mask_all_but_contact, mask_identity


@pytest.mark.parametrize(
    "text, masked",
    [
        ("我是310101200001011234，电话13812345678", "我是310101************，电话138****5678"),
        ("身份证31010120000101123x", "身份证310101************"),
        ("身份证 310101 20000101 1234", "身份证 310101 ******** ****"),
        ("老证110101900101123号", "老证110101*********号"),
        ("电话１３８１２３４５６７８", "电话１３８****５６７８"),
        ("138 1234 5678 或 139-1234-5678", "138 **** 5678 或 139-****-5678"),
        ("+8613812345678，86-13912345678", "+86138****5678，86-139****5678"),
        ("卡号6222021234567890128", "卡号***************0128"),
        ("visa 4111111111111111 呢", "visa ************1111 呢"),
        ("4111 1111 1111 1111", "**** **** **** 1111"),
        ("卡 6222-0212-3456-7890-128", "卡 ****-****-****-****-128"),
        ("写信到 zhang.san@stu.edu.cn 吧", "写信到 z********@stu.edu.cn 吧"),
        ("我邮箱12345678@qq.com。", "我邮箱1*******@qq.com。"),
        ("社保卡号：A12345678", "社保卡号：*******78"),
        ("我的社会保障号码是 3101234567", "我的社会保障号码是 ********67"),
        ("医保卡 1234567890", "医保卡 ********90"),
        ("护照E12345678", "护照*******78"),
        ("港澳居民来往内地通行证号码:H12345678", "港澳居民来往内地通行证号码:*******78"),
    ],
)
def test_personal_data_is_masked(text: str, masked: str) -> None:
    assert mask_identity(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "花了12345678.90元，打12393或4008195511",
        "花了12345.67，报了8000",
        "2025年12月31日以前，2024级",
        "学号2023110234，另一个 202311012345",
        "金额4111111111111111.00元",
        "三次分别是 1200 3500 2800 4600",
        "工单T7K3M9XQ2 和 T23456789",
        "订单4111111111111112",
        "打 021-12345678 转 1234",
        "医保卡2025年有效，社保卡 12333 能问",
        "医保卡里还有 1234567.89 元",
        "@全体2025级新生",
    ],
)
def test_what_a_question_is_about_stays(text: str) -> None:
    assert mask_identity(text) == text


PERSONAL = st.one_of(
    st.builds("{}{}{:02d}{:02d}{:03d}{}".format, st.integers(110000, 699999), st.integers(1900, 2012),
              st.integers(1, 12), st.integers(1, 28), st.integers(0, 999), st.sampled_from("0123456789X")),
    st.builds("1{}{:09d}".format, st.integers(3, 9), st.integers(0, 999_999_999)),
    st.builds("{}@{}.com".format, st.from_regex(r"\A[a-z][a-z0-9._]{2,10}[a-z]\Z"), st.from_regex(r"\A[a-z]{2,8}\Z")),
)  # fmt: skip
AROUND = st.text(st.characters(whitelist_categories=["Lo"]), max_size=10)


@given(AROUND, PERSONAL, AROUND)
def test_personal_data_never_survives_between_chinese_words(before: str, personal: str, after: str) -> None:
    masked = mask_identity(before + personal + after)
    assert personal not in masked and "*" in masked


@given(st.decimals(0, 99_999_999, places=2, allow_nan=False), AROUND)
def test_every_amount_stays_readable(amount: Decimal, words: str) -> None:
    text = f"{words}花了{amount}元"
    assert mask_identity(text) == text


@given(st.integers(1900, 2100), st.integers(10_000_000, 9_999_999_999))
def test_years_and_student_numbers_stay_readable(year: int, student: int) -> None:
    text = f"{year}年入学，学号{student}"
    assert mask_identity(text) == text


@given(st.text(st.characters(blacklist_categories=["Cs"])) | st.text("0123456789@.-* xXa护照号", max_size=60))
def test_masking_keeps_the_length_and_is_done_once(text: str) -> None:
    masked = mask_identity(text)
    assert len(masked) == len(text)
    assert mask_identity(masked) == masked


def test_a_contact_stays_readable_and_nothing_else_that_names_a_person() -> None:
    given = "13812345678，a.b@stu.edu.cn，身份证310101200001011234，卡6222021234567890128"
    assert mask_all_but_contact(given) == (
        "13812345678，a.b@stu.edu.cn，身份证310101************，卡***************0128"
    )
