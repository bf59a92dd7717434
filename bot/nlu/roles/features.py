"""What the role model sees of a mention: the words around it, its form and size, and what was said before. Pure.

The mentions of a message are a sequence; every other number in the words around one is masked, so that words and not values are
learned.
"""

from __future__ import annotations

import re
from typing import Dict, List, Sequence

from bot.nlu.mentions.find import Mention
from bot.nlu.tokenizer import policy_jieba

WINDOW = 12
"""Characters on either side whose n-grams are features."""
LONGEST = 4
MASKS: Dict[str, str] = {
    "number": "#",
    "percent": "%",
    "date": "@",
    "year": "&",
    "grade": "^",
    "ordinal": "~",
    "count": "*",
}
_CLAUSE = re.compile(r"[,，。;；!！?？、\n~～]|(?<=[^\d#]) (?=[^\d#])")
CUES: Dict[str, str] = {
    "outside": "自费|丙类|目录外|范围外|不能报的|不报的|不在医保",
    "covered": "符合|范围内|医保内|目录内|合规|政策内|能报的|可报|甲类|纳入",
    "own": "自负|自付|自己付|自己掏|自己出|个人|自理|自己承担|家里出",
    "settled": "结算完|结算后|报完|报销完|报销后|扣完|减完|刷完|直接结算|出院结",
    "fund": "统筹|基金|医保付|医保报|医保给|报了|报销了|已经报|给报了|医保出|医保扣|医保支付",
    "other_pay": "商业|保险公司|学平险|意外险|赔|对方|肇事|学校给|学校补|学校报|互助|众筹|理赔",
    "deposit": "押金|预交|预缴|预存|定金|交了押|先交|押了|充了",
    "used": "之前|前面|先前|早先|以前|起付|门槛|累计|已经花|用过|花过|用了|用掉|扣了|扣掉|开学",
    "last_year": "去年|前年|上年|往年|旧年|上一年|大前年",
    "ride": "打车|出租|的士|滴滴|车费|路费|高铁|车票|油费|火车|救护车|机票|打的|停车",
    "living": "护工|陪护|伙食|饭|吃|住宿|宾馆|旅馆|租房|房租|营养|轮椅|拐|眼镜|奶粉|陪床|生活用品|水果|外卖|学费",
    "guess": "听说|据说|说能|说报|估|猜|算着|算出|算的|应该|是不是|同学|学姐|学长|室友|能报|觉得|以为|大概能|我算|能拿|拿回|对吗"
    "|吧",
    "rule": "起付线|封顶|比例|最高|上限|限额|以上|以内|以下|超过|规定|门槛|不到|满|政策|按",
    "wealth": "收入|工资|月薪|存款|余额|生活费|奖学金|助学金|低保|补助|补贴|借|贷|打工|兼职|挣|攒|零花|卡里|转账|退休金",
    "premium": "保费|参保费|缴费|交了医保|一年交|每年交|医保费|居保|参保|投保|年费|交医保|买医保|补缴|缴",
    "other": "室友|同学|朋友|舍友|对象|我妈|我爸|我哥|我姐|我弟|我妹|他|她|别人|人家|邻居|表|闺蜜|女朋友|男朋友|隔壁",
    "deny": "不是|不对|错|打错|说错|改|应为|更正|记错|看错|写错|口误|搞错|不要|算错|而是|是说",
    "total": "一共|总共|总计|合计|共|总的|总费用|总额|全部|加起来|拢共|统共|总",
    "part": "其中|检查|药|化验|拍片|ct|核磁|床位|手术|挂号|材料|护理|治疗|输液|针|b超|彩超|血|费|石膏|片子|胃镜|心电图|耗材",
    "receipt": "发票|票|收据|凭证|单子|开的|开票|日期",
    "today": "今天|今儿|现在|今日|当前",
    "enrol": "入学|报到|开学|激活|参保|生效|账户|注册|开通|入校|等待期|缴费|交的",
    "care": "看|住院|急诊|门诊|手术|出院|入院|摔|骨折|发烧|做的|去的|复查|住进|看病|就医",
    "lapsed": "断|没交|没缴|停|漏|空|中断|没参|没买|没续|欠",
    "repaid": "补|补缴|补交|补上|续上",
    "study": "级|大|研|博|年级|届|新生",
    "count": "次|回|趟|每次|每回|每趟|各|分别|都是",
    "again": "又|再|第二次|还有|另|后来|之后|接着|上次|转|先",
    "place": "号床|床|楼|层|房|室|栋|窗口|电话|打|学号|号码|排|路|宿舍|尾号|编号|群",
    "emergency": "急诊|抢救|急救",
    "stay": "住院|住了|出院|入院|病房|手术|住进|床",
    "bill": "花了|花|账单|结账|费用|收了|刷|付了|要了|用了|交了|缴了|开了|结了",
    "asks": "能报|报多少|报几|能退|报销多少|自己出多少|多少钱|怎么算|报得",
}
_CUES = {name: re.compile(words) for name, words in CUES.items()}
_ASKED = {
    "amount": "多少钱|多少元|费用|金额|花了多少|账单|总额|花费|多少\\?|多少？",
    "used": "累计|起付|之前花|已经花|用了多少|第一次|头一次|今年.{0,6}(?:看过|花过)",
    "own": "自负|自付|自己付|个人|大病",
    "grade": "几级|级别|等级|哪种医院|甲等|什么医院",
    "day": "哪天|日期|什么时候|几号|哪一天|几月",
    "years": "几年|多少年|断保|年",
    "stay": "第几次|第一次住院|几次住院",
    "result": "报销 |自己付 |能报|报了|报销约|可报|元。|大约",
}
_ASKED_FORMS = {name: re.compile(words) for name, words in _ASKED.items()}


def masked(text: str, mentions: Sequence[Mention]) -> str:
    """The text with each character of a mention replaced by the sign of its kind; the length stays."""
    characters = list(text)
    for mention in mentions:
        characters[mention.start : mention.end] = MASKS[mention.kind] * (mention.end - mention.start)
    return "".join(characters)


def _squeezed(text: str) -> str:
    """A run of one sign as one sign: how long a number is written says little."""
    return re.sub(r"([#%@&^~*])\1+", r"\1", text)


def sequence_features(text: str, mentions: Sequence[Mention], before: str = "") -> List[Dict[str, float]]:
    """One dictionary of features a mention, in the order of the message.

    `text`: normal text of the message; `before`: normal text of what was asked, or said, just before it.
    """
    if not mentions:
        return []
    signs = masked(text, mentions)
    borders = [0, *(match.end() for match in _CLAUSE.finditer(signs)), len(signs)]
    message = _message_features(signs, before, mentions)
    amounts = [_size(mention) for mention in mentions]
    largest = max([size for size in amounts if size is not None], default=0.0)
    spans = {name: [match.span() for match in cue.finditer(signs)] for name, cue in _CUES.items()}
    rows = []
    for index, mention in enumerate(mentions):
        row = dict(message)
        _form(row, mention, index, mentions, amounts, largest)
        _words(row, signs, mention, borders)
        _cues(row, spans, mention, borders)
        rows.append(row)
    _neighbouring_words(rows, signs, mentions)
    return [_with_neighbours(rows, index) for index in range(len(rows))]


NEAR_WORDS = 4
"""Words on either side that are features."""
_OF_NEIGHBOURS = ("L2:", "L3:", "R2:", "R3:")


def _neighbouring_words(rows: List[Dict[str, float]], signs: str, mentions: Sequence[Mention]) -> None:
    """The words before and behind each mention, nearest first, singly and in pairs."""
    tokens = [token for token in policy_jieba().tokenize(signs, HMM=False) if not token[0].isspace()]
    for row, mention in zip(rows, mentions):
        left = [word for word, _, end in tokens if end <= mention.start][-NEAR_WORDS:][::-1]
        right = [word for word, start, _ in tokens if start >= mention.end][:NEAR_WORDS]
        for side, words in (("<", left), (">", right)):
            for place, word in enumerate(words):
                row[f"w{side}{place}={word}"] = 1.0
                row[f"w{side}={word}"] = 0.8
            if len(words) > 1:
                row[f"w{side}{words[0]}|{words[1]}"] = 1.0
        if left and right:
            row[f"w{left[0]}<>{right[0]}"] = 1.0


def _with_neighbours(rows: Sequence[Dict[str, float]], index: int) -> Dict[str, float]:
    """A mention's features with what stands around the mentions before and behind it."""
    row = dict(rows[index])
    for side, place in (("-", index - 1), ("+", index + 1)):
        if 0 <= place < len(rows):
            for name in rows[place]:
                if name.startswith(_OF_NEIGHBOURS) or name.endswith(("next", "clause")):
                    row[side + name] = 0.7
    return row


def _size(mention: Mention) -> float | None:
    return float(mention.number) if mention.kind == "number" and mention.number is not None else None


def _message_features(signs: str, before: str, mentions: Sequence[Mention]) -> Dict[str, float]:
    row: Dict[str, float] = {"bias": 1.0}
    row["length=" + str(min(len(signs) // 8, 6))] = 1.0
    row["count=" + str(min(len(mentions), 5))] = 1.0
    row["money=" + str(min(sum(m.kind == "number" for m in mentions), 5))] = 1.0
    for name, cue in _CUES.items():
        if cue.search(signs):
            row["in:" + name] = 0.5
    if before:
        who = "me" if before.startswith("我") else "bot"
        row["before:" + who] = 1.0
        for name, form in _ASKED_FORMS.items():
            if form.search(before):
                row[f"{who}:asks:{name}"] = 1.0
        for name, cue in _CUES.items():
            if cue.search(before):
                row[f"{who}:has:{name}"] = 0.5
        for length in (1, 2, 3):
            for position in range(len(before) - length + 1):
                row["b:" + before[position : position + length]] = 0.3
    return row


def _form(
    row: Dict[str, float],
    mention: Mention,
    index: int,
    mentions: Sequence[Mention],
    amounts: Sequence[float | None],
    largest: float,
) -> None:
    row["kind=" + mention.kind] = 1.0
    row[f"kind={mention.kind};unit={mention.unit}"] = 1.0
    if mention.about:
        row["about"] = 1.0
    if mention.scaled:
        row["scaled"] = 1.0
    row["written=" + ("digits" if mention.text[0].isascii() else "chinese")] = 1.0
    size = amounts[index]
    if size is not None:
        row["magnitude=" + str(len(str(int(size))))] = 1.0
        row[f"magnitude={len(str(int(size)))};unit={mention.unit}"] = 1.0
        row["round" if size and size % 100 == 0 else "odd"] = 1.0
        if "." in mention.value and size % 1:
            row["decimal"] = 1.0
        if largest:
            row[
                "share="
                + (
                    "all"
                    if size == largest
                    else "most"
                    if size > largest / 2
                    else "some"
                    if size > largest / 10
                    else "little"
                )
            ] = 1.0
        others = [other for position, other in enumerate(amounts) if position != index and other is not None]
        if size in others:
            row["twice"] = 1.0
        if len(others) > 1 and abs(sum(others) - size) < 0.01:
            row["sum of the others"] = 1.0
        if any(abs(a + b - size) < 0.01 for position, a in enumerate(others) for b in others[position + 1 :]):
            row["sum of two"] = 1.0
        if size in (120.0, 110.0, 12393.0, 12345.0):
            row["hotline"] = 1.0
        if size in (300.0, 1400.0, 600.0, 400.0, 200.0, 80000.0, 5000.0, 355.0):
            row["figure of a rule"] = 1.0
    row["first" if index == 0 else "last" if index == len(mentions) - 1 else "middle"] = 1.0
    if index:
        row["after=" + mentions[index - 1].kind] = 1.0
    if index + 1 < len(mentions):
        row["followed=" + mentions[index + 1].kind] = 1.0


def _words(row: Dict[str, float], signs: str, mention: Mention, borders: Sequence[int]) -> None:
    left = _squeezed(signs[max(0, mention.start - WINDOW) : mention.start])
    right = _squeezed(signs[mention.end : mention.end + WINDOW])
    if mention.start <= WINDOW:
        left = "^" + left
    if mention.end + WINDOW >= len(signs):
        right = right + "$"
    for length in range(1, LONGEST + 1):
        row[f"L{length}:{left[-length:]}"] = 1.0
        row[f"R{length}:{right[:length]}"] = 1.0
    for length in range(1, LONGEST + 1):
        for position in range(len(left) - length + 1):
            row[f"l:{left[position : position + length]}"] = 1.0
        for position in range(len(right) - length + 1):
            row[f"r:{right[position : position + length]}"] = 1.0
    row[f"LR:{left[-1:]}|{right[:1]}"] = 1.0
    row[f"LR2:{left[-2:]}|{right[:2]}"] = 1.0
    start = max(border for border in borders if border <= mention.start)
    end = min(border for border in borders if border >= mention.end)
    clause = _squeezed(signs[start : mention.start]) + "_" + _squeezed(signs[mention.end : end])
    for position in range(len(clause) - 1):
        row["c:" + clause[position : position + 2]] = 0.5
    if clause == "_":
        row["alone"] = 1.0


def _cues(
    row: Dict[str, float], spans: Dict[str, List[tuple[int, int]]], mention: Mention, borders: Sequence[int]
) -> None:
    start = max(border for border in borders if border <= mention.start)
    end = min(border for border in borders if border >= mention.end)
    for name, places in spans.items():
        left = [stop for _, stop in places if stop <= mention.start]
        right = [begin for begin, _ in places if begin >= mention.end]
        if left:
            near = max(left)
            distance = mention.start - near
            row[f"{name}<{'clause' if near > start else 'near' if distance < 12 else 'far'}"] = 1.0
            if near > start and distance < 3:
                row[name + "<next"] = 1.0
        if right:
            near = min(right)
            distance = near - mention.end
            row[f"{name}>{'clause' if near < end else 'near' if distance < 12 else 'far'}"] = 1.0
            if near < end and distance < 3:
                row[name + ">next"] = 1.0
