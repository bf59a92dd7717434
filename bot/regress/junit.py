"""A run as JUnit XML, one test suite a file, the transcript in the failure."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import defaultdict
from typing import Dict, List, Sequence

from bot.regress.runner import CaseResult
from bot.regress.transcript import KEYS, transcript

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(results: Sequence[CaseResult]) -> str:
    """The XML text."""
    files: Dict[str, List[CaseResult]] = defaultdict(list)
    for result in results:
        files[result.conversation.path].append(result)
    root = ET.Element("testsuites", {"name": "conversations", **_numbers(results)})
    for path, cases in files.items():
        suite = ET.SubElement(root, "testsuite", {"name": path, **_numbers(cases)})
        for result in cases:
            _case(suite, result)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _numbers(results: Sequence[CaseResult]) -> Dict[str, str]:
    return {
        "tests": str(len(results)),
        "failures": str(sum(not result.ok for result in results)),
        "skipped": str(sum(result.outcome in ("skipped", "known_failure") for result in results)),
        "time": f"{sum(result.seconds for result in results):.3f}",
    }


def _case(suite: ET.Element, result: CaseResult) -> None:
    conversation = result.conversation
    case = ET.SubElement(
        suite,
        "testcase",
        name=_clean(conversation.node),
        classname=conversation.path.removesuffix(".yml").replace("/", "."),
        file=conversation.path,
        line=str(conversation.line),
        time=f"{result.seconds:.3f}",
    )
    if result.outcome in ("skipped", "known_failure"):
        ET.SubElement(case, "skipped", message=_clean(result.skipped or conversation.known_failure or ""))
    elif not result.ok:
        failure = ET.SubElement(case, "failure", message=_clean(headline(result)))
        failure.text = _clean(transcript(result))


def headline(result: CaseResult) -> str:
    """What went wrong, in one line."""
    if result.outcome == "fixed":
        return "已知的失败不再失败"
    for turn in result.turns:
        for fault in turn.verdict.faults:
            expected = " ".join(fault.expected.split())
            return f"第 {turn.place.line} 行“{turn.turn.user}”：{KEYS.get(fault.key, fault.key)} {expected}"
    return ""


def _clean(text: str) -> str:
    """The text without characters that XML does not have."""
    return _NOT_XML.sub("�", text)
