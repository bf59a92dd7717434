"""The format: what is taken, and what is refused with file, line and what is allowed."""

from __future__ import annotations

import json
from typing import Any, Callable, List

import pytest

from bot.regress.format import Case, Turn, json_schema
from bot.regress.load import CONVERSATIONS, load
from bot.regress.marks import FormatError

Write = Callable[..., List[Any]]


def refused(conversations: Write, text: str, *more: str) -> List[str]:
    with pytest.raises(FormatError) as caught:
        conversations("a/x.yml", text, *more)
    return caught.value.faults


def test_every_case_of_the_project_is_in_order() -> None:
    assert len(load()) >= 200


def test_ids_are_unique_and_readable() -> None:
    ids = [conversation.id for conversation in load()]
    assert len(ids) == len(set(ids))
    assert "answers/asks_premium.yml::没说城市问保费，两边都答" in ids


def test_schema_file_is_current() -> None:
    written = json.loads((CONVERSATIONS / "schema.json").read_text("utf-8"))
    assert written == json.loads(json.dumps(json_schema())), "run `bot regress schema`"


def test_every_key_has_a_chinese_description() -> None:
    for model in (Case, Turn):
        assert [name for name, field in model.__fields__.items() if not field.field_info.description] == []


def test_table_gives_a_case_a_row(conversations: Write) -> None:
    found = conversations(
        "a/x.yml",
        """
        - case: 住院{amount}元
          given: {city: shanghai}
          table:
          - {level: 二级, amount: "3000", fund: "2175.00"}
          - {level: 三级, amount: "3000", fund: "1620.00"}
          turns:
          - user: "{level}医院住院{amount}元"
            figures: {fund: "{fund}"}
        """,
    )
    assert [each.id for each in found] == ["a/x.yml::住院3000元[二级]", "a/x.yml::住院3000元[三级]"]
    assert found[1].turns[0].user == "三级医院住院3000元"
    assert found[1].turns[0].figures == {"fund": "1620.00"}


def test_row_is_named_by_as_many_values_as_tell_it_apart(conversations: Write) -> None:
    rows = "- {a: 1, b: 1}\n          - {a: 1, b: 2}"
    found = conversations("x.yml", f"- case: c\n  table:\n          {rows}\n  turns: [{{user: 'u{{a}}{{b}}'}}]")
    assert [each.row for each in found] == ["1-1", "1-2"]


def test_fragments_come_first_and_own_givens_win(conversations: Write) -> None:
    found = conversations(
        "fragments/choose.yml",
        "given: {city: shanghai, channel: web}\nturns: [{user: 你好}]",
        "a/x.yml",
        "- case: c\n  use: [choose]\n  given: {city: lanzhou}\n  turns: [{user: 保费多少}]",
    )
    assert [turn.user for turn in found[0].turns] == ["你好", "保费多少"]
    assert (found[0].given.city, found[0].given.channel) == ("lanzhou", "web")
    assert [place.file.name for place in found[0].places] == ["choose.yml", "x.yml"]


def test_variants_run_a_case_once_a_channel(conversations: Write) -> None:
    found = conversations("x.yml", "- case: c\n  variants: {channel: [web, wechat]}\n  turns: [{user: 你好}]")
    assert [(each.id, each.given.channel) for each in found] == [
        ("x.yml::c[web]", "web"),
        ("x.yml::c[wechat]", "wechat"),
    ]


@pytest.mark.parametrize(
    "text, fault",
    [
        (
            "- case: c\n  turns:\n  - user: u\n    contain: [x]\n",
            "a/x.yml:4: turns.0.contain：没有“contain”这个键；可以用：",
        ),
        (
            "- case: c\n  given: {city: beijing}\n  turns: [{user: u}]\n",
            "a/x.yml:2: given.city 只能是：shanghai、lanzhou",
        ),
        ("- case: c\n  turns:\n  - contains: [x]\n", "a/x.yml:3: 缺少 turns.0.user"),
        ("- turns: [{user: u}]\n", "a/x.yml:1: 缺少 case"),
        ("- case: c\n", "a/x.yml:1: turns 和 use 至少要有一个"),
        ("- case: c\n  turns:\n  - user: u\n    figures: {fund: 250.50}\n", "a/x.yml:4: turns.0.figures：小数要加引号"),
        ("- case: c\n  turns:\n  - user: u\n    contains: [1.50]\n", "a/x.yml:4: turns.0.contains.0：小数要加引号"),
        ("- case: c\n  use: [nowhere]\n", "a/x.yml:2: 没有片段 'nowhere'；有："),
        ("- case: c\n  table: [{a: 1}]\n  turns:\n  - user: '{b}'\n", "a/x.yml:4: 表里没有 {b}；有：a"),
        ("- case: c\n  table: [{a: 1}, {b: 1}]\n  turns: [{user: u}]\n", "a/x.yml:1: table 的每一行要有同样的名字"),
        ("- case: c\n  case: d\n  turns: [{user: u}]\n", "a/x.yml:2: case 写了两次"),
        ("- case: c\n  turns: [{user: u}]\n- case: c\n  turns: [{user: u}]\n", "a/x.yml:3: 用例“c”在第 1 行已经有了"),
        ("case: c\n", "a/x.yml:1: 文件要是一个列表"),
        ("- c\n", "a/x.yml:1: 这里要写成“键: 值”"),
        ("", "a/x.yml:1: 文件要是一个列表"),
        ("- case: [\n", "a/x.yml:2: 不是能读的 YAML"),
        ("- case: c\n  turns: [{user: u, route: anywhere}]\n", "a/x.yml:2: turns.0.route 只能是：urgent、chat"),
        ("- case: c\n  turns: [{user: u, repeats: true}]\n", "a/x.yml:2: turns.0.repeats 只能是：False"),
    ],
)
def test_fault_names_file_line_and_what_is_allowed(conversations: Write, text: str, fault: str) -> None:
    assert [found[: len(fault)] for found in refused(conversations, text)] == [fault]


def test_faults_of_all_files_come_at_once(conversations: Write) -> None:
    faults = refused(conversations, "- case: c\n", "b/y.yml", "- case: c\n  turns: [{user: u, x: 1, y: 2}]\n")
    assert [fault.split(":")[0] for fault in faults] == ["a/x.yml", "b/y.yml", "b/y.yml"]


def test_fault_in_a_fragment_names_the_fragment(conversations: Write) -> None:
    faults = refused(conversations, "- case: c\n  use: [f]\n", "fragments/f.yml", "turns:\n- user: u\n  wrong: 1\n")
    assert faults == [faults[0]] and faults[0].startswith("fragments/f.yml:3: turns.0.wrong")
