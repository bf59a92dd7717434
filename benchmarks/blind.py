"""How well a trained model does on tests/nlu/blind: prints figures only, no single line, so that the sets stay blind.

    python benchmarks/blind.py
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any, Dict, Iterator, List, Set, Tuple

import yaml

import bot.cli  # noqa: F401  (quiet environment before TensorFlow)
from bot.cli.quiet import configure_logging
from bot.settings import PROJECT, settings

BLIND = PROJECT / "tests" / "nlu" / "blind"
FOREIGN = {"out_of_scope", "out_of_scope_campus", "out_of_scope_insurance", "other_city_insurance", "medical_advice"}
CALCULATIONS = {"calculate_outpatient", "calculate_inpatient", "calculate_waiting", "calculate_serious_illness"}


def read(name: str) -> Any:
    """One of the blind files."""
    return yaml.safe_load((BLIND / f"{name}.yml").read_text("utf-8"))


def in_scope() -> Iterator[Tuple[str, Set[str]]]:
    """(line, intents that count as understood); bare facts that begin a calculation count for it."""
    for intent, lines in read("in_scope").items():
        for line in lines:
            text = line if isinstance(line, str) else line["text"]
            accepted = {intent, *([] if isinstance(line, str) else line.get("also", []))}
            yield text, accepted | ({"inform"} if accepted & CALCULATIONS else set())


def offered(parsed: Dict[str, Any]) -> Set[str]:
    """The up to three intents that an offer shows."""
    return set([entry["name"] for entry in parsed["intent_ranking"] if entry["name"] not in FOREIGN][:3])


async def measure_in_scope(assistant: Any) -> Dict[str, float]:
    """Shares of right, offered (right one among the three), wrong and declined in-scope lines."""
    counts: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    for text, accepted in in_scope():
        parsed = await assistant.parse(text)
        intent = parsed["intent"]["name"]
        if parsed["route"] == "offer":
            counts["offered" if offered(parsed) & accepted else "wrong offer"] += 1
        elif intent in accepted:
            counts["right"] += 1
        else:
            counts["declined" if intent in FOREIGN else "wrong"] += 1
            pairs[f"{'/'.join(sorted(accepted - {'inform'}))} -> {intent}"] += 1
    total = sum(counts.values())
    print(f"in scope {total}:", ", ".join(f"{name} {count / total:.1%}" for name, count in counts.most_common()))
    print("worst pairs:", "; ".join(f"{pair} {count}" for pair, count in pairs.most_common(10)))
    return {name: count / total for name, count in counts.items()}


async def measure_out_of_scope(assistant: Any) -> Dict[str, float]:
    """Share of lines of each kind that were answered as if they were ours."""
    shares = {}
    for kind, lines in read("out_of_scope").items():
        parsed = [await assistant.parse(line) for line in lines]
        taken = [p for p in parsed if p["route"] in ("answer", "inform") and p["intent"]["name"] not in FOREIGN]
        offers = [p for p in parsed if p["route"] == "offer"]
        shares[kind] = len(taken) / len(lines)
        print(f"out of scope {kind} {len(lines)}: answered {len(taken)}, offered {len(offers)}")
    return shares


async def measure_urgent(assistant: Any) -> Dict[str, float]:
    """Share of urgent lines that were caught, and of ordinary ones that were taken for urgent."""
    shares = {}
    for kind, lines in read("urgent").items():
        caught = [(await assistant.parse(line))["route"] == "urgent" for line in lines]
        shares[kind] = sum(caught) / len(lines)
        print(f"{kind} {len(lines)}: taken as urgent {sum(caught)}")
    return shares


def stated(entities: List[Dict[str, Any]], name: str) -> List[str]:
    """The values of one entity in a message, in order."""
    return [str(entity["value"]) for entity in entities if entity["entity"] == name]


NAMES = ("city", "care", "level", "amount", "admission", "lapsed_years", "repaid_years", "counted", "status")


async def measure_entities(assistant: Any) -> float:
    """Share of entity values that were found, and how many sentences are exactly right."""
    found = expected = exact = extra = 0
    faults: Counter[str] = Counter()
    cases = read("entities")
    for case in cases:
        entities = (await assistant.parse(case["text"]))["entities"]
        good = True
        for name in NAMES:
            wanted = case["entities"].get(name, [])
            wanted = [str(value) for value in (wanted if isinstance(wanted, list) else [wanted])]
            got = list(dict.fromkeys(stated(entities, name))) if name != "amount" else stated(entities, name)
            expected += len(wanted)
            hits = sum((Counter(wanted) & Counter(got)).values())
            found += hits
            extra += max(len(got) - hits, 0)
            good &= Counter(wanted) == Counter(got)
            faults[name] += Counter(wanted) != Counter(got)
        exact += good
    print(f"entities: {found}/{expected} values found ({found / expected:.1%}), {extra} too many, "
          f"{exact}/{len(cases)} sentences exact; sentences at fault by entity: {dict(faults)}")
    return found / expected


async def main() -> None:
    """Print everything."""
    from bot.engine.assistant import Assistant, memory_store

    assistant = Assistant.load(settings(), store=memory_store())
    await measure_in_scope(assistant)
    await measure_out_of_scope(assistant)
    await measure_urgent(assistant)
    await measure_entities(assistant)


if __name__ == "__main__":
    configure_logging("ERROR")
    asyncio.run(main())
