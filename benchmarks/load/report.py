"""Writes docs/performance.md and its picture from the results of one run, so that text and figures are of the same run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, Iterable, List, Mapping, Sequence

from benchmarks.load.goals import goals, growth, stage
from benchmarks.load.picture import draw
from benchmarks.load.profile_table import table
from benchmarks.load.share import SHARE
from benchmarks.load.stock.project import DIET_EPOCHS, TED_EPOCHS
from bot.settings import PROJECT

PAGE = PROJECT / "docs" / "performance.md"
PICTURE = PROJECT / "docs" / "performance.png"
TITLES = {
    "one": "ours, one process, SQLite",
    "stock": "stock Rasa and its action server, SQLite",
    "proxied-1": "one assistant behind the proxy, PostgreSQL and Redis",
    "proxied-3": "three assistants behind the proxy, PostgreSQL and Redis",
    "held-1": f"one assistant, held to {SHARE} of a core",
    "held-3": f"three assistants, each held to {SHARE} of a core",
}
MET = {True: "yes", False: "**no**", None: "–"}
STAGE_HEAD = (
    "users", "turns/s", "median ms", "p95 ms", "p99 ms", "errors", "server ms a turn", "server cores", "other cores", "server MB",
)  # fmt: skip


def write_report(results: Path, page: Path = PAGE, picture: Path = PICTURE) -> None:
    """Write page and picture from a file of results."""
    found = json.loads(results.read_text("utf-8"))
    drawn = {name: each for name, each in found["targets"].items() if not name.startswith("held")}
    draw({**found, "targets": drawn}, TITLES, picture)
    page.write_text(report(found), "utf-8")


def report(found: Mapping[str, Any]) -> str:
    """The page."""
    parts = [_head(found), _goals(found)]
    parts += [_stages(found, target) for target in TITLES if target in found["targets"]]
    parts += [
        _against_stock(found),
        _proxy(found),
        _length(found),
        _memory(found),
        _profile(found),
        _generator(found),
        _fairness(),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def rows(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A Markdown table; the first column is text, the others are figures."""
    shown = [head, ["---", *["---:"] * (len(head) - 1)], *lines]
    return "\n".join("| " + " | ".join(line) + " |" for line in shown)


def _head(found: Mapping[str, Any]) -> str:
    machine, plan, said = found["machine"], found["plan"], found["talks"]
    return f"""# Performance

{machine["cores"]} cores, {machine["gigabytes"]} GB, no GPU; Python {machine["python"]}, Rasa {machine["rasa"]}; measured on
{found["measured"]}, the targets in turn, stage by stage. Server, load generator and databases share the cores.
The users of the load say what the conversation tests say
({said["count"]:,} talks, {said["turns"]:,} messages, always in the same order), each without a
pause: the next message goes out when the reply is there. {plan["seconds"]:.0f} s for each number of users after a warm-up of
3 s. An empty reply, an apology and a refusal count as errors. "Other cores" is what neither the server nor
the load generator took: PostgreSQL and Redis behind the proxy, else a disturbance.

```
python -m benchmarks.load run --targets one,three,held,stock --out results.json
python -m benchmarks.load report results.json
```

![latency, throughput and memory](performance.png)"""


def _goals(found: Mapping[str, Any]) -> str:
    lines = [(goal.what, goal.wanted, goal.figure, MET[goal.met]) for goal in goals(found)]
    machine, alone = found["machine"], found["targets"].get("proxied-1")
    limit = (
        f"All {machine['cores']} cores of this machine together did {machine['together']:.2f} times the work of one "
        "(`python -m benchmarks.load.cores`)."
    )
    if alone:
        busiest = max(each["server_cores"] + each["other_cores"] + each["generator_cores"] for each in alone["stages"])
        limit += (
            f" One assistant behind the proxy, with its action server, nginx, PostgreSQL, Redis and the load generator, already "
            f"took {busiest:.2f} of them: three can win {machine['together'] / busiest:.2f} times at most here."
        )
    return "## Goals\n\n" + rows(("goal", "wanted", "measured", "met"), lines) + "\n\n" + limit


def _stages(found: Mapping[str, Any], target: str) -> str:
    lines = [_stage_line(each) for each in found["targets"][target]["stages"]]
    return f"## {TITLES[target][0].upper()}{TITLES[target][1:]}\n\n" + rows(STAGE_HEAD, lines)


def _stage_line(each: Mapping[str, Any]) -> List[str]:
    errors = ", ".join(f"{count} {name}" for name, count in each["errors"].items()) or "0"
    return [
        str(each["users"]),
        f"{each['turns_per_second']:.1f}",
        f"{each['median']:.1f}",
        f"{each['p95']:.1f}",
        f"{each['p99']:.1f}",
        errors,
        f"{each['server_cpu_ms_per_turn']:.1f}",
        f"{each['server_cores']:.2f}",
        f"{each['other_cores']:.2f}",
        f"{each['server_megabytes']:.0f}",
    ]


def _against_stock(found: Mapping[str, Any]) -> str:
    lines = []
    for users in found["plan"]["users"]:
        one, other = stage(found, "one", users), stage(found, "stock", users)
        if one and other:
            lines.append(_ratio_line(users, one, other))
    if not lines:
        return ""
    head = ("users", "turns/s", "median", "p95", "processor time a turn", "memory")
    intro = "Ours in times of stock: for turns/s above 1 is better, for all else below 1."
    return f"## Ours against stock Rasa\n\n{intro}\n\n" + rows(head, lines)


def _ratio_line(users: int, one: Mapping[str, Any], other: Mapping[str, Any]) -> List[str]:
    keys = ("turns_per_second", "median", "p95", "server_cpu_ms_per_turn", "server_megabytes")
    return [str(users), *(f"{one[key] / other[key]:.2f}" if other[key] else "–" for key in keys)]


def _proxy(found: Mapping[str, Any]) -> str:
    free, held = _times(found, "proxied"), _times(found, "held")
    if not free:
        return ""
    head = ("users", "one", "three", "times")
    text = "## Three assistants against one\n\nTurns a second.\n\n" + rows(head, free)
    if held:
        text += (
            f"\n\nThe same with each assistant held to {SHARE} of a core, as slower machines of their own would: then "
            "these cores are enough for everything, and only the design could stand in the way.\n\n"
        ) + rows(head, held)
    return text


def _times(found: Mapping[str, Any], kind: str) -> List[List[str]]:
    """What three do against one, for each number of users."""
    lines = []
    for users in found["plan"]["users"]:
        one, three = stage(found, f"{kind}-1", users), stage(found, f"{kind}-3", users)
        if one and three:
            rates = one["turns_per_second"], three["turns_per_second"]
            lines.append([str(users), *(f"{rate:.1f}" for rate in rates), f"{rates[1] / rates[0]:.2f}"])
    return lines


def _length(found: Mapping[str, Any]) -> str:
    measured = {name: each["length"] for name, each in found["targets"].items() if each.get("length")}
    if not measured:
        return ""
    names = list(measured)
    turns = [turn for turn, _ in next(iter(measured.values()))["points"]]
    medians: Dict[str, Dict[int, float]] = {name: dict(map(tuple, each["points"])) for name, each in measured.items()}
    lines = [
        [f"{turn - 19}–{turn}", *(f"{medians[name][turn]:.1f}" if turn in medians[name] else "–" for name in names)]
        for turn in turns
    ]
    last = ["last in times of first", *(f"{growth(measured[name]['points']):.2f}" for name in names)]
    head = ("turns", *(f"{TITLES.get(name, name)}: median ms" for name in names))
    return "## Talks of 200 turns\n\nOne user at a time.\n\n" + rows(head, [*lines, last])


def _memory(found: Mapping[str, Any]) -> str:
    lines = []
    for name, each in found["targets"].items():
        points = (each.get("memory") or {}).get("points")
        if points:
            lines.append(
                [
                    TITLES.get(name, name),
                    f"{points[-1][0]:,}",
                    f"{points[0][1]:.0f}",
                    f"{points[-1][1]:.0f}",
                    f"{each['memory']['growth']:+.2f}",
                ]
            )
    head = ("server", "turns", "MB at first", "MB at last", "MB per 1,000 turns, second half")
    return "## Memory\n\nEight users.\n\n" + rows(head, lines) if lines else ""


def _profile(found: Mapping[str, Any]) -> str:
    if not found.get("profile"):
        return ""
    return (
        "## Where the time of a turn goes\n\nOne user in the process itself, without HTTP, on SQLite "
        "(`python -m benchmarks.load.profile`); a part does not hold what the parts inside it take.\n\n"
        + table(found["profile"])
    )


def _generator(found: Mapping[str, Any]) -> str:
    lines = [
        [TITLES.get(name, name), *_generator_range(each["stages"])]
        for name, each in found["targets"].items()
        if each.get("stages")
    ]
    return (
        "## What the load generator costs\n\nlocust with its fast client, on the same cores as the servers: what it takes, "
        "they cannot have.\n\n" + rows(("against", "its processor ms a turn", "its cores, at most"), lines)
    )


def _generator_range(stages: Sequence[Mapping[str, Any]]) -> List[str]:
    each = [one["generator_cpu_ms_per_turn"] for one in stages if one["turns"]]
    return (
        [f"{min(each):.2f}–{max(each):.2f}", f"{max(one['generator_cores'] for one in stages):.2f}"]
        if each
        else ["–", "–"]
    )


def _fairness() -> str:
    return f"""## What stock Rasa is here

`benchmarks/load/stock` writes our training data as an ordinary Rasa project: the same examples, intents, rules and responses
as `bot/importer.py` derives them (a test holds the numbers equal), Rasa's default pipeline with the Jieba tokenizer
(RegexFeaturizer, LexicalSyntacticFeaturizer, word counts, character n-grams of 1 to 4, DIETClassifier, EntitySynonymMapper,
FallbackClassifier) and its default policies (MemoizationPolicy, RulePolicy, UnexpecTEDIntentPolicy, TEDPolicy). It is trained
with `rasa train` and run with `rasa run` on SQLite and the stock action server, `python -m rasa_sdk --actions actions`, with our
actions and our knowledge. What to bear in mind:

- DIET was trained for {DIET_EPOCHS} epoch and TED for {TED_EPOCHS} (`rasa init` proposes 100): an epoch over our examples takes ten
  minutes here. Epochs change how well it understands, not what a turn costs.
- The project has rules and no stories, so TED and UnexpecTED have nothing to learn from and decide nothing. With stories a turn
  of stock Rasa would cost more.
- The examples carry no entity marks (ours come from matchers), so DIET finds no entities: it answers questions of topics as we
  do, but calculations ask for what they were told. Wrong ways are not counted as errors here;
  [nlu.md](nlu.md) and [evaluation.md](evaluation.md) measure understanding.
- Its log level, its lock store and its number of workers (one) are its defaults."""
