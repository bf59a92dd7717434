"""Do the conversations notice a wrong? Changes one thing at a time in a copy of the project and runs them, nothing else.

    python benchmarks/mutants.py [--kind KIND …] [--no-rules] [--fail-under 95]

One process with one model does it all. Figures, topics, dialogues and patterns are read when they are needed, so it is
enough to write the file and to clear every cache of the modules bot.* (functools.lru_cache); responses are replaced in the
loaded model. Only changed rules need a training, four seconds each. Conversations that touch what was changed run first,
and the first one that fails ends a mutant.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Set, Tuple

PROJECT = Path(__file__).resolve().parents[1]
COPIED = ("actions", "bot", "benchmarks", "data", "knowledge", "tests/conversations")
FILES = ("config.yml", "domain.yml", "credentials.yml", "endpoints.yml", "pyproject.toml")
KEPT = ("bot.regress", "bot.store", "bot.settings", "bot.engine")
"""Modules whose caches hold nothing of the knowledge: a database, a compiled schema."""


def main() -> None:
    """Copy the project, run inside the copy, remove it."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = Path(folder) / "project"
        for name in COPIED:
            shutil.copytree(PROJECT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in FILES:
            shutil.copy(PROJECT / name, copy / name)
        for name in ("models", ".rasa"):
            if (PROJECT / name).is_dir():
                shutil.copytree(PROJECT / name, copy / name)
        command = [sys.executable, "-c", "from benchmarks.mutants import inside; inside()", *sys.argv[1:]]
        documents = os.environ.get("BOT_DOCUMENTS") or str(PROJECT.parent / "shared" / "documents")
        environment = {**os.environ, "PYTHONPATH": str(copy), "BOT_TODAY": "2025-10-15", "BOT_DOCUMENTS": documents}
        environment = {
            name: value for name, value in environment.items() if name != "BOT_DOCUMENTS" or Path(value).is_dir()
        }
        raise SystemExit(subprocess.run(command, cwd=copy, env=environment).returncode)


def inside() -> None:
    """What runs in the copy."""
    import bot.cli  # noqa: F401  (quiet environment before TensorFlow is imported)
    from benchmarks.mutations import QUOTAS

    parser = argparse.ArgumentParser()
    parser.add_argument("--kind", action="append", choices=list(QUOTAS), help="only this kind; may be repeated")
    parser.add_argument("--no-rules", action="store_true", help="leave out what needs a training")
    parser.add_argument("--fail-under", type=float, default=0.0, help="exit with 1 below this share, in percent")
    options = parser.parse_args()
    kinds = set(options.kind or QUOTAS) - ({"rule"} if options.no_rules else set())
    share = asyncio.run(Hunt().run({kind: QUOTAS[kind] for kind in kinds}))
    raise SystemExit(1 if share < options.fail_under else 0)


class Hunt:
    """Runs the conversations against one mutant after the other."""

    def __init__(self) -> None:
        from bot.regress.load import load

        self.conversations = load()
        self.touching: Dict[str, Set[str]] = {}

    async def run(self, quotas: Dict[str, int]) -> float:
        """Print the table; returns the share that was noticed, in percent."""
        from benchmarks.mutations import mutants

        project, started = Path.cwd(), time.perf_counter()
        assistant = self._load()
        await self._baseline(assistant)
        found: List[Tuple[Any, Optional[str]]] = []
        for mutant in mutants(project, self._loads, quotas):
            began = time.perf_counter()
            noticed = await self._noticed(mutant, project, assistant)
            found.append((mutant, noticed))
            mark = "noticed " if noticed else "SURVIVED"
            print(f"{mark}  {mutant.kind:15}  {time.perf_counter() - began:5.1f} s  {mutant.what}", flush=True)
        return self._report(found, time.perf_counter() - started)

    def _load(self) -> Any:
        from bot.cli.quiet import configure_logging
        from bot.engine.assistant import Assistant, memory_store
        from bot.engine.models import train_model
        from bot.regress.environment import RATE_LIMIT
        from bot.settings import settings

        configure_logging("ERROR")
        current = settings().copy(update={"rate_limit": RATE_LIMIT})
        return Assistant.load(current, model=train_model(Path("models").resolve()), store=memory_store())

    async def _baseline(self, assistant: Any) -> None:
        """Run everything unchanged: what fails already cannot notice anything; note what each conversation touches."""
        from bot.regress.coverage import touched
        from bot.regress.runner import in_process, run

        with in_process(assistant) as talker:
            results = await run(self.conversations, talker)
        failing = [result.conversation.id for result in results if result.outcome != "passed"]
        for result in results:
            for _, name in touched(result):
                self.touching.setdefault(name, set()).add(result.conversation.id)
        self.conversations = [each for each in self.conversations if each.id not in failing]
        print(f"{len(self.conversations)} conversations pass unchanged; left out: {failing or 'none'}\n", flush=True)

    def _loads(self, mutant: Any) -> bool:
        """Whether the changed files can be loaded at all: what a loader refuses is no test of the conversations."""
        from bot.knowledge.base import knowledge
        from bot.knowledge.dialogues import load_dialogues

        with _changed(mutant, Path.cwd()):
            try:
                knowledge()
                load_dialogues()
            except Exception:
                return False
        return True

    async def _noticed(self, mutant: Any, project: Path, assistant: Any) -> Optional[str]:
        """The first conversation that fails."""
        from benchmarks.mutations import RETRAINED
        from bot.regress.runner import in_process, run_case

        near = self.touching.get(mutant.about, set())
        ordered = sorted(self.conversations, key=lambda each: each.id not in near)
        with _changed(mutant, project, None if mutant.kind in RETRAINED else assistant):
            chosen = self._load() if mutant.kind in RETRAINED else assistant
            with in_process(chosen) as talker:
                for conversation in ordered:
                    if not (await run_case(conversation, talker)).ok:
                        return conversation.id
        return None

    @staticmethod
    def _report(found: Sequence[Tuple[Any, Optional[str]]], seconds: float) -> float:
        kinds = list(dict.fromkeys(mutant.kind for mutant, _ in found))
        print(f"\n{'kind':16}{'mutants':>8}{'noticed':>9}{'share':>8}")
        for kind in [*kinds, "all"]:
            noticed = [name is not None for mutant, name in found if kind in (mutant.kind, "all")]
            print(f"{kind:16}{len(noticed):8}{sum(noticed):9}{sum(noticed) / len(noticed):8.0%}")
        survivors = [mutant for mutant, name in found if name is None]
        print(f"\n{seconds:.0f} s; {len(survivors)} survived")
        for mutant in survivors:
            print(f"  {mutant.kind}: {mutant.what}  ({mutant.file})")
        return 100 * (1 - len(survivors) / len(found)) if found else 100.0


class _changed:
    """The project with one mutant in it; everything is put back at the end."""

    def __init__(self, mutant: Any, project: Path, assistant: Optional[Any] = None) -> None:
        self._mutant, self._path, self._assistant = mutant, project / mutant.file, assistant
        self._before = self._path.read_text("utf-8")
        self._responses: Any = None

    def __enter__(self) -> None:
        self._path.write_text(self._mutant.text, "utf-8")
        forget()
        if self._assistant is not None and self._mutant.kind == "response":
            import yaml

            generator = self._assistant.agent.processor.nlg
            self._responses = generator.responses
            changed = yaml.safe_load(self._mutant.text)["responses"][self._mutant.about]
            generator.responses = {**generator.responses, self._mutant.about: changed}

    def __exit__(self, *_: object) -> None:
        self._path.write_text(self._before, "utf-8")
        forget()
        if self._assistant is not None and self._responses is not None:
            self._assistant.agent.processor.nlg.responses = self._responses


def forget() -> None:
    """Clear every cache of the project's modules that can hold knowledge."""
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in ("bot", "actions") and not name.startswith(KEPT):
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


if __name__ == "__main__":
    main()
