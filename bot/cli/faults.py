"""Which errors are the user's to mend: they are shown as one line, everything else is a bug with a trace."""

from __future__ import annotations

import sys
from typing import List, Tuple, Type


def expected_faults() -> Tuple[Type[Exception], ...]:
    """The error classes to show as one line; only modules that are loaded can have raised them."""
    named = {
        "bot.settings": ["SettingsError"],
        "bot.knowledge.topics": ["KnowledgeError"],
        "bot.channels.wechat.errors": ["WeChatError"],
        "bot.channels.wechat.menu": ["MenuError"],
        "bot.desk.errors": ["DeskError"],
        "bot.desk.rules": ["DeskRulesError"],
        "bot.engine.models": ["NoModel"],
        "bot.ops.backup": ["BackupError"],
        "bot.regress.marks": ["FormatError"],
        "bot.regress.results": ["NotARun"],
        "bot.regress.talkers": ["Unreachable"],
        "bot.store.errors": ["StoreUnavailable", "SchemaError"],
        "bot.nlu.vocabulary": ["VocabularyError"],
    }
    found: List[Type[Exception]] = []
    for module, names in named.items():
        if module in sys.modules:
            found += [getattr(sys.modules[module], name) for name in names]
    return tuple(found)
