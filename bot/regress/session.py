"""One run from start to end: a model or a server, perhaps an older model beside it, and what the reports need."""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from bot.regress.compare import Comparison, compare, report
from bot.regress.coverage import Coverage, coverage, universe
from bot.regress.load import Conversation
from bot.regress.results import read_run, summary, to_plain
from bot.regress.runner import CaseResult, in_process, run
from bot.regress.talkers import OverHttp
from bot.regress.transcript import transcript
from bot.settings import settings


class Session:
    """One run with everything that the reports need."""

    def __init__(
        self, chosen: Sequence[Conversation], url: Optional[str], against: Optional[Path], *, say: Callable[[str], None]
    ) -> None:
        self.chosen, self.url, self.against, self._say = chosen, url, against, say
        self.results: List[CaseResult] = []
        self.covered: List[Coverage] = []
        self.compared: Optional[Comparison] = None
        self.about = url or ""

    def run(self) -> None:
        """Run, compare, and say what is to be said in a terminal. Raises NotARun, NoModel, Unreachable."""
        before: Optional[List[Dict[str, Any]]] = None
        if self.against and self.against.suffix == ".gz":
            self._say(f"… {self.against.name}")
            before = to_plain(self._talk(self.against)[0])["cases"]
        elif self.against:
            before = read_run(self.against)
        started = time.perf_counter()
        self.results, self.covered = self._talk(None)
        for result in self.results:
            if not result.ok:
                self._say(transcript(result) + "\n")
        if before is not None:
            ids = {conversation.id for conversation in self.chosen}
            then = [case for case in before if case["id"] in ids]
            self.compared = compare(then, to_plain(self.results)["cases"])
            self._say(report(self.compared))
        self._say(summary(self.results, time.perf_counter() - started))

    def _talk(self, model: Optional[Path]) -> Tuple[List[CaseResult], List[Coverage]]:
        whole = self.against is not None
        if self.url and model is None:
            return asyncio.run(run(self.chosen, OverHttp(self.url), whole=whole)), []
        with ExitStack() as stack:
            path = chosen_model(model)
            assistant = load_assistant(path)
            talker = stack.enter_context(in_process(assistant))
            self.about = path.name

            async def both() -> List[CaseResult]:
                await talker.warm_up()
                return await run(self.chosen, talker, whole=whole)

            results = asyncio.run(both())
            return results, coverage(results, universe(assistant.agent.domain))


def chosen_model(named: Optional[Path]) -> Path:
    """The model named, or the one of the current data, trained if there is none."""
    from bot.engine.models import find_model, train_model

    chosen = named or settings().model
    return find_model(chosen) if chosen.suffix == ".gz" else train_model(chosen)


def load_assistant(model: Path) -> Any:
    """An assistant with a patient limit on messages that forgets everything at its end."""
    from bot.cli.quiet import configure_logging
    from bot.engine.assistant import Assistant, memory_store
    from bot.regress.environment import RATE_LIMIT

    current = settings().copy(update={"rate_limit": RATE_LIMIT})
    configure_logging(current.log_level)
    return Assistant.load(current, model=model, store=memory_store())
