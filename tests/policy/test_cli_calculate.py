"""`bot calculate`: exact output, one line for each error, batch and CSV in order."""

import csv
import io
import json
from typing import Any, Dict, List

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.cli import calculate as module
from bot.policy.catalogue import CALCULATIONS

app = typer.Typer(pretty_exceptions_enable=False)
app.command()(module.calculate)
STAY = '{"stays":[{"level":"tier3","eligible":"10000"}]}'


@pytest.fixture(autouse=True)
def fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day that the settings give is 2025-10-15."""
    from bot.settings import settings

    monkeypatch.setenv("BOT_TODAY", "2025-10-15")
    settings.cache_clear()


def bot(*arguments: str, stdin: str = "") -> Result:
    """Run the command; an exception that escapes fails the test."""
    result = CliRunner(mix_stderr=False).invoke(app, arguments, input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def lines(result: Result) -> List[Dict[str, Any]]:
    """Return the JSON lines of the output."""
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_breakdown_is_printed() -> None:
    result = bot("shanghai.inpatient", "--input", STAY)
    assert result.exit_code == 0
    assert "医保基金支付：5820.00 元" in result.stdout and "问题2(1)住院医疗 第 23 行" in result.stdout


def test_json_holds_the_whole_result() -> None:
    plain = json.loads(bot("shanghai.inpatient", "--input", STAY, "--json").stdout)
    assert plain["outputs"] == {"fund": "5820.00", "own": "4180.00"}
    assert list(plain) == [
        "name", "status", "outputs", "low", "high", "rows", "steps", "assumptions", "conflicts", "missing", "unknowns",
        "citations", "reason", "as_of",
    ]  # fmt: skip
    assert plain["steps"][1]["citations"][0] == {
        "document": "sh-qa-2025",
        "section": "问题2(1)住院医疗",
        "lines": [23, 23],
    }


def test_without_input_the_questions_are_shown() -> None:
    assert "stays.0.level：" in bot("shanghai.inpatient").stdout


def test_the_list_holds_every_calculation_with_its_schema() -> None:
    listed = json.loads(bot("--list").stdout)
    assert [entry["name"] for entry in listed] == list(CALCULATIONS)
    assert all(entry["input"]["type"] == "object" for entry in listed)
    assert [entry["name"] for entry in json.loads(bot("lanzhou.year", "--list").stdout)] == ["lanzhou.year"]


def test_the_cohort_is_taken_from_the_option() -> None:
    assert "个人缴费：0.00 元" in bot("shanghai.premium", "--cohort", "sh.fresh2025").stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["shanghai.inpatient", "--input", "{"], "bot: not JSON: Expecting property name"),
        (["shanghai.inpatient", "--input", "[" * 100_000], "bot: JSON is nested too deeply"),
        (["shanghai.inpatient", "--input", '{"on":"2025-02-30"}'], "bot: on: the date 2025-02-30 does not exist"),
        (["shanghai.inpatient", "--input", '{"on":1,"on":2}'], "bot: on: given twice"),
        (
            ["shanghai.inpatient", "--input", '{"stays":[{"eligible":NaN}]}'],
            "bot: stays.0.eligible: 'NaN' is not an amount",
        ),
        (
            ["shanghai.inpatient", "--input", '{"stays":[{"eligible":-5}]}'],
            "bot: stays.0.eligible: an amount cannot be negative",
        ),
        (
            ["shanghai.inpatient", "--input", '{"stays":[{"eligible":1e400}]}'],
            "bot: stays.0.eligible: '1E+400' is not an amount",
        ),
        (["shanghai.inpatien"], "bot: no calculation 'shanghai.inpatien'; did you mean shanghai.inpatient"),
        ([], "bot: give the name of a calculation, or --list to see them"),
        (["--list", "--batch"], "bot: use just one of --list, --input, --batch, --csv"),
    ],
)
def test_an_error_is_one_line(arguments: List[str], message: str) -> None:
    result = bot(*arguments)
    assert result.exit_code == 1 and result.stdout == ""
    assert result.stderr.startswith(message) and result.stderr.count("\n") == 1


def test_numbers_keep_their_digits() -> None:
    huge = "9" * 5000
    assert bot("lanzhou.premium", "--input", f'{{"year":{huge}}}').stderr.startswith("bot: year:")
    exact = '{"stays":[{"level":"tier1","eligible":1234.56}]}'
    assert json.loads(bot("shanghai.inpatient", "--input", exact, "--json").stdout)["outputs"]["fund"] == "947.65"


def test_a_batch_keeps_the_order_and_goes_on_after_errors() -> None:
    stdin = "\n".join(
        [
            f'{{"name":"shanghai.inpatient","input":{STAY},"id":"a"}}',
            '{"name":"shanghai.inpatient","input":{"stays":[{"level":"tier3","eligible":"-1"}]},"id":7}',
            "not json",
            "",
            '{"name":"nowhere","input":{}}',
            '{"input":{}}',
            "[]",
            '{"name":"lanzhou.premium","note":1}',
            '{"name":"shanghai.premium","cohort":"sh.fresh2025"}',
        ]
    )
    found = lines(bot("--batch", stdin=stdin))
    assert [line.get("id") for line in found[:2]] == ["a", 7]
    assert found[0]["outputs"]["fund"] == "5820.00"
    errors = [(line["line"], line["error"]["field"]) for line in found[1:-1]]
    assert errors == [(2, "stays.0.eligible"), (3, ""), (5, "name"), (6, "name"), (7, ""), (8, "note")]
    assert found[1]["error"]["message_zh"] == "金额不能是负数（-1）。"
    assert found[-1]["outputs"] == {"premium": "0.00"}


def test_a_batch_of_one_calculation_takes_bare_inputs() -> None:
    stdin = f'{STAY}\n{{"input":{STAY}}}\n3\n'
    found = lines(bot("shanghai.inpatient", "--batch", stdin=stdin))
    assert [line.get("status", line.get("error", {}).get("message")) for line in found] == [
        "ok",
        "ok",
        "the input must be a JSON object",
    ]


def test_an_endless_line_is_one_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_LINE", 100)
    found = lines(bot("--batch", stdin="x" * 350 + '\n{"name":"lanzhou.premium"}\n'))
    assert [line.get("line") or line["status"] for line in found] == [1, "ok"]
    assert found[0]["error"]["message_zh"] == "这一行太长。"


def rows(result: Result) -> List[Dict[str, str]]:
    """Return the rows of a CSV output."""
    return list(csv.DictReader(io.StringIO(result.stdout)))


def test_a_table_of_one_calculation() -> None:
    stdin = "visits.0.place,visits.0.eligible,visits.1.place,visits.1.eligible,counted\ntier1,200,tier3,250,0\n"
    stdin += "tier1,-1,,,0\ncampus,100,,,\ntier1,200,,,\n,,,,\ntier1,1,,,0,extra\n"
    found = rows(bot("shanghai.outpatient", "--csv", stdin=stdin))
    assert [row["status"] for row in found] == ["ok", "", "ok", "range", "need_input", ""]
    assert (found[0]["fund"], found[0]["own"], found[0]["visits.1.eligible"]) == ("75.00", "375.00", "250")
    assert (found[1]["error_field"], found[1]["error"]) == ("visits.0.eligible", "金额不能是负数（-1）。")
    assert (found[3]["fund_low"], found[3]["fund_high"]) == ("0.00", "140.00")
    assert "visits.0.place：" in found[4]["reason"]
    assert found[5]["error"] == "这一行的列数比表头多。"


def test_a_table_of_mixed_calculations_with_typed_cells() -> None:
    stdin = (
        "name,lapsed_years,in_window,payments,own,own.x\n"
        "shanghai.waiting_period,0,是,,,\nshanghai.waiting_period,two,是,,,\nshanghai.waiting_period,0,maybe,,,\n"
        "shanghai.clawback,,,135;5820;80,,\nnowhere,,,,,\n,1,,,,\nshanghai.serious_illness,,,,1,2\n"
    )
    found = rows(bot("--csv", stdin=stdin))
    assert (found[0]["months"], found[3]["at_risk"]) == ("0", "6035.00")
    assert [row["error_field"] for row in found] == ["", "lapsed_years", "in_window", "", "name", "name", "own.x"]


def test_an_empty_table_has_a_header() -> None:
    assert (
        bot("lanzhou.premium", "--csv", stdin="").stdout
        == "status,premium,premium_low,premium_high,reason,error_field,error\n"
    )


def test_progress_shows_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with module._progress() as advance:
        advance()
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with module._progress() as advance:
        advance()
    assert "calculated" in capsys.readouterr().err
