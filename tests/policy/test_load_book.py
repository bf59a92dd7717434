"""Loading knowledge/: values stay strings, and all faults are told at once with file and line."""

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from bot.knowledge.book import load_book
from bot.knowledge.topics import KnowledgeError
from bot.policy.book import PolicyBook
from bot.settings import PROJECT

OUTPATIENT = "shanghai/parameters/outpatient.yml"
DEDUCTIBLE = '- value: "300"\n    as_written: "300 元"'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of knowledge/ to damage."""
    for name in ("documents.yml", "readings.yml", "conflicts.yml"):
        (tmp_path / "knowledge").mkdir(exist_ok=True)
        shutil.copy(PROJECT / "knowledge" / name, tmp_path / "knowledge" / name)
    for city in ("shanghai", "lanzhou"):
        shutil.copytree(PROJECT / "knowledge" / city / "parameters", tmp_path / "knowledge" / city / "parameters")
    return tmp_path / "knowledge"


def damage(folder: Path, name: str, old: str, new: str) -> None:
    """Replace the first occurrence of a text in a file."""
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def faults(folder: Path) -> str:
    """Return the faults as one text."""
    with pytest.raises(KnowledgeError) as caught:
        load_book(folder)
    assert str(caught.value) == "\n".join(caught.value.faults)
    return str(caught.value)


def test_values_stay_strings_and_null_is_none(book: PolicyBook) -> None:
    assert book.parameters["sh.outpatient.rate.tier1"].claims[0].value == "0.70"
    assert book.parameters["sh.serious.cap"].claims[0].value is None
    assert Decimal(book.parameters["lz.inpatient.cap"].claims[0].value or "") == 80_000


def test_every_city_has_all_kinds_of_parameter_files(folder: Path) -> None:
    (folder / "lanzhou/parameters/zz_more.yml").write_text(
        (folder / "lanzhou/parameters/enrolment.yml").read_text(encoding="utf-8").replace("id: lz.", "id: lz.more."),
        encoding="utf-8",
    )
    assert "lz.more.premium" in load_book(folder).parameters


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        (OUTPATIENT, "unit: ratio", "unit: percent", "unit 'percent' is not known; allowed are CNY,"),
        (OUTPATIENT, "status: agreed", "status: sure", "status 'sure' is not known"),
        (OUTPATIENT, "cohort: sh.all", "cohort: sh.none", "cohort 'sh.none' is not known"),
        (OUTPATIENT, "basis: inferred", "basis: guessed", "basis 'guessed' is not known"),
        (OUTPATIENT, "  label:", "  lable:", "unknown key 'lable'; allowed are id, label, unit, status, claims, conflict"),
        (OUTPATIENT, "  label:", "  lable:", "key 'label' is missing in sh.outpatient.deductible"),
        (OUTPATIENT, "    derive: one_minus", "    derive: half", "derive 'half' is not known"),
        (OUTPATIENT, "lines: [21, 21]", "lines: [21]", "must be [first, last]"),
        (OUTPATIENT, "lines: [21, 21]", "lines: [22, 21]", "must be [first, last]"),
        (OUTPATIENT, "to: 2025-12-31", "to: 2025-02-30", "'2025-02-30' is not a day"),
        (OUTPATIENT, "to: 2025-12-31", "to: 2024-12-31", "the validity ends (2024-12-31) before it begins (2025-01-01)"),
        (OUTPATIENT, DEDUCTIBLE, DEDUCTIBLE.replace('"300"', '"3OO"'), "'3OO' is not a number"),
        (OUTPATIENT, DEDUCTIBLE, DEDUCTIBLE.replace('"300"', '"NaN"'), "'NaN' is not a number"),
        (OUTPATIENT, DEDUCTIBLE, DEDUCTIBLE.replace('"300"', '"301"'), "claims differ (300, 301); name the conflict"),
        (OUTPATIENT, DEDUCTIBLE, '- value: "300"', "a value needs as_written"),
        (OUTPATIENT, DEDUCTIBLE, "- value: null", "value null and status mentioned_without_value go together"),
        (OUTPATIENT, DEDUCTIBLE, f"{DEDUCTIBLE}\n    value: 1", "key 'value' stands twice"),
        (OUTPATIENT, "document: sh-qa-2025", "document: sh-qa-2026", "no document 'sh-qa-2026'; did you mean sh-qa-2025"),
        (OUTPATIENT, "- id: sh.outpatient.deductible", "- id: sh.zzz", "stands after sh.zzz; sort the file by id"),
        (OUTPATIENT, "- id: sh.outpatient.deductible", "- id: lz.outpatient.deductible", "stands in the folder of shanghai"),
        (OUTPATIENT, "- id: sh.outpatient.deductible", "- id: null", "id none is not an allowed value"),
        (OUTPATIENT, "- id: sh.outpatient.deductible", "- {}\n- id: sh.outpatient.deductible", "key 'id' is missing"),
        (OUTPATIENT, "- id: sh.outpatient.deductible", "- text\n- id: sh.outpatient.deductible", "must be a list of mappings"),
        (OUTPATIENT, "    valid: {from: 2025-01-01", "    valid: {form: 2025-01-01", "unknown key 'form'"),
        (OUTPATIENT, "    valid: {from: 2025-01-01, to: 2025-12-31, basis: inferred}", "    valid: always",
         "must be a mapping with from"),
        ("shanghai/parameters/inpatient.yml", "  conflict: C05\n", "", "status conflict and key 'conflict' do not go together"),
        ("shanghai/parameters/inpatient.yml", "conflict: C05", "conflict: C99", "no conflict 'C99'"),
        ("lanzhou/parameters/inpatient.yml", "reading: R02", "reading: R99", "no reading 'R99'"),
        ("lanzhou/parameters/inpatient.yml", "  claims:\n  - value", "  claims: []\n  claim:\n  - value", "unknown key 'claim'"),
        ("documents.yml", "city: lanzhou", "city: beijing", "city 'beijing' is not known"),
        ("documents.yml", "  kind: qa_annex\n", "", "key 'kind' is missing in sh-qa-2025"),
        ("documents.yml", "cohort: sh.all", "cohort: sh.some", "cohort 'sh.some' is not known"),
        ("readings.yml", "default: further", "default: other", "default 'other' is not known; allowed are every, further"),
        ("readings.yml", "on_difference: range", "on_difference: shrug", "on_difference 'shrug' is not known"),
        ("readings.yml", "  title: 第一年断保", "  titel: 第一年断保", "unknown key 'titel'"),
        ("readings.yml", "[sh.wait.variable_months_per_further_year]", "[sh.wait.x]", "no parameter 'sh.wait.x'"),
        ("conflicts.yml", "policy: range", "policy: ignore", "policy 'ignore' is not known"),
        ("conflicts.yml", "policy: prefer\n  prefer: sh-qa-2025", "policy: prefer\n  prefer: null", "do not go together"),
        ("conflicts.yml", "prefer: sh-qa-2025", "prefer: sh-qb-2025", "no document 'sh-qb-2025'"),
        ("conflicts.yml", "  say: 两份上海", "  sya: 两份上海", "unknown key 'sya'"),
        ("conflicts.yml", "says: 固定等待期", "said: 固定等待期", "unknown key 'said'"),
        (OUTPATIENT, "    section: \"问题2(1)普通门急诊\"\n", "", "key 'section' is missing"),
        ("conflicts.yml", "lines: [11, 11]", "lines: eleven", "must be [first, last]"),
        ("conflicts.yml", "- id: C01\n", "- id: C01b\n", "C01b is defined twice"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_file_and_line(folder: Path, name: str, old: str, new: str, message: str) -> None:
    damage(folder, name, old, new)
    told = faults(folder)
    assert message in told
    assert all(line.startswith("knowledge/") and line.split(":")[1].isdigit() for line in told.splitlines())


def test_all_faults_are_told_at_once(folder: Path) -> None:
    damage(folder, OUTPATIENT, "unit: ratio", "unit: percent")
    damage(folder, "documents.yml", "city: lanzhou", "city: beijing")
    damage(folder, "lanzhou/parameters/inpatient.yml", "unit: ratio", "unit: share")
    assert len(faults(folder).splitlines()) == 3


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("- id: [", "knowledge/shanghai/parameters/outpatient.yml:"),
        ("id: sh.x", "must be a list of items"),
        ("- id: sh.a\n  label: a\n  unit: bool\n  status: agreed\n  claims: []\n", "sh.a has no claims"),
    ],
)
def test_a_file_that_is_no_list_is_told(folder: Path, content: str, message: str) -> None:
    (folder / OUTPATIENT).write_text(content, encoding="utf-8")
    assert message in faults(folder)


def test_texts_that_differ_need_a_conflict(folder: Path) -> None:
    damage(folder, "shanghai/parameters/inpatient.yml", 'value: "true"', 'value: "false"')
    assert "sh.inpatient.covers_observation: claims differ; name the conflict" in faults(folder)


def test_a_missing_file_is_told(folder: Path) -> None:
    (folder / "readings.yml").unlink()
    assert "knowledge/readings.yml:1: cannot be read" in faults(folder)


def test_an_empty_file_holds_nothing(folder: Path) -> None:
    (folder / "lanzhou/parameters/zz.yml").write_text("# nothing yet\n", encoding="utf-8")
    assert load_book(folder).parameters
