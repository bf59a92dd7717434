"""Yuan as Decimal: parse strictly, round half up to the fen once per payer, print with two decimals."""

import re
from decimal import ROUND_CEILING, ROUND_HALF_UP, Context, Decimal
from typing import Union

from bot.policy.errors import BadValue

FEN = Decimal("0.01")
ZERO = Decimal(0)
MAX_YUAN = Decimal("100000000.00")  # one hundred million: far above any bill, far below loss of digits
_WRITTEN = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")
_EXACT = Context(prec=60)  # products of two inputs need at most 2 × 12 digits before the point


def parse_money(value: object) -> Decimal:
    """Return yuan ≥ 0 with at most two decimals, from a string, an int or a Decimal.

    Raises BadValue for anything else: a float (binary), NaN, an exponent, a sign, separators, three decimals.
    """
    if isinstance(value, (bool, float)) or not isinstance(value, (str, int, Decimal)):
        raise BadValue('金额请写成字符串，例如 "200.00"。', 'write an amount as a string such as "200.00"')
    text = _plain(value)
    if text.startswith("-"):
        raise BadValue(f"金额不能是负数（{text}）。", f"an amount cannot be negative ({text})")
    if re.fullmatch(r"[0-9]{1,12}\.[0-9]{3,}", text):
        raise BadValue(f"金额最多两位小数（{text}）。", f"an amount has at most two decimals ({text})")
    if not _WRITTEN.fullmatch(text):
        raise BadValue(f"“{text}”不是金额，请写成 200 或 200.00。", f"{text!r} is not an amount; write 200 or 200.00")
    amount = Decimal(text)
    if amount > MAX_YUAN:
        raise BadValue(f"金额太大（{text}），最多 {MAX_YUAN} 元。", f"{text} is above the limit of {MAX_YUAN} yuan")
    return amount


def _plain(value: Union[str, int, Decimal]) -> str:
    """Return the value as a short text that is safe to print in a message."""
    if isinstance(value, int) and abs(value) > MAX_YUAN:
        return "-1" if value < 0 else f"{MAX_YUAN + 1}"
    return "".join(sign if sign.isprintable() else "?" for sign in str(value)[:40])


def fen(amount: Decimal) -> Decimal:
    """Round yuan half up to the fen: once per payer per settlement (reading R08)."""
    return amount.quantize(FEN, ROUND_HALF_UP, _EXACT)


def yuan(amount: Decimal) -> str:
    """Print yuan with two decimals and without an exponent."""
    return format(amount.quantize(FEN, ROUND_HALF_UP, _EXACT), "f")


def percent(rate: Decimal) -> str:
    """Print a ratio as a percentage: 0.70 → 70%."""
    text = format(rate, "%").rstrip("%")
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"


def smallest_paying(rate: Decimal, wanted: Decimal) -> Decimal:
    """Return the smallest amount, in whole fen, whose rounded share `rate` reaches `wanted` yuan."""
    amount = (wanted / rate).quantize(FEN, ROUND_CEILING, _EXACT)
    while amount > 0 and fen(rate * (amount - FEN)) >= wanted:
        amount -= FEN
    return amount
