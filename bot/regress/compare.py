"""Two runs of the same conversations: what fails now, what works again, what is only said otherwise."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Sequence

BAD = ("failed", "fixed")
Case = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """A reply that is not what it was."""

    id: str
    line: int
    user: str
    before: str
    after: str

    def diff(self) -> List[str]:
        """Both replies line by line, marked with - and +."""
        rows = difflib.ndiff(self.before.splitlines(), self.after.splitlines())
        return [row for row in rows if not row.startswith("?")]


@dataclass
class Comparison:
    """The difference of two runs."""

    newly_failing: List[str] = field(default_factory=list)
    fixed: List[str] = field(default_factory=list)
    changed: List[Change] = field(default_factory=list)
    added: List[str] = field(default_factory=list)
    removed: List[str] = field(default_factory=list)

    @property
    def nothing(self) -> bool:
        """Whether the runs are alike."""
        return not (self.newly_failing or self.fixed or self.changed)


def compare(before: Sequence[Case], after: Sequence[Case]) -> Comparison:
    """Compare runs as plain data (bot.regress.results), case by case and turn by turn."""
    old: Dict[str, Case] = {case["id"]: case for case in before}
    new: Dict[str, Case] = {case["id"]: case for case in after}
    found = Comparison(added=sorted(set(new) - set(old)), removed=sorted(set(old) - set(new)))
    for name, case in new.items():
        if name not in old:
            continue
        was_bad, is_bad = (each["outcome"] in BAD for each in (old[name], case))
        if is_bad and not was_bad:
            found.newly_failing.append(name)
        elif was_bad and not is_bad:
            found.fixed.append(name)
        found.changed += _changes(name, old[name]["turns"], case["turns"])
    return found


def _changes(name: str, before: Sequence[Case], after: Sequence[Case]) -> List[Change]:
    return [
        Change(name, now["line"], now["user"], shown(then), shown(now))
        for then, now in zip(before, after)
        if then["user"] == now["user"] and shown(then) != shown(now)
    ]


def shown(turn: Case) -> str:
    """Everything that a student sees of a reply: text, more, buttons."""
    parts = [turn["text"], f"更多：{turn['more']}" if turn["more"] else ""]
    parts.append(f"[{'] ['.join(turn['buttons'])}]" if turn["buttons"] else "")
    return "\n".join(part for part in parts if part)


def report(found: Comparison) -> str:
    """The comparison for a terminal."""
    if found.nothing:
        return "和以前相比：没有变化"
    lines = [
        f"和以前相比：新失败 {len(found.newly_failing)}，修好 {len(found.fixed)}，回复变了 {len(found.changed)} 处"
    ]
    for title, names in (("新失败", found.newly_failing), ("修好", found.fixed)):
        lines += [f"{title}：{name}" for name in names]
    for change in found.changed:
        lines += [f"变了：{change.id}（第 {change.line} 行）", f"  学生> {change.user}"]
        lines += [f"    {row}" for row in change.diff()]
    if found.added or found.removed:
        lines.append(f"只在现在有 {len(found.added)} 个用例，只在以前有 {len(found.removed)} 个")
    return "\n".join(lines)
