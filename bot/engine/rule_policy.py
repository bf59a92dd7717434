"""Rasa's rules, looked up instead of searched: which of some 340 rules fit is the same for the same last turns.

It touches private methods of Rasa 3.6.21; tests/engine/test_rule_policy.py holds the two to the same decisions.
"""

from __future__ import annotations

import copy
import json
from typing import Any, Dict, FrozenSet, List, Optional, Set, Tuple

from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.trackers import DialogueStateTracker

from bot.engine.state_history import StateHistories

KEPT = 4_096
"""Situations that are remembered; a situation is intent, last action and open form of the last turns."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class RequestRules(RulePolicy):
    """Decides as RulePolicy does. No rule here is about the text of a message, so that search is left out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._depths: Dict[str, int] = {}
        """How far the rules of each table look back, in states; filled once a trained policy is loaded."""
        self._fitting: Dict[Tuple[str, str], FrozenSet[str]] = {}
        self._histories: Optional[StateHistories] = None

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> RequestRules:
        """The trained policy; its rules no longer change, so what fits can be remembered."""
        policy: RequestRules = super().load(config, model_storage, resource, execution_context, **kwargs)
        for name, rules in policy.lookup.items():
            if isinstance(rules, dict):
                policy._depths[name] = max((len(json.loads(key)) for key in rules), default=1)
        return policy

    def _find_action_from_rules(
        self, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
    ) -> Tuple[Optional[str], Optional[str], bool]:
        if use_text_for_last_user_input:
            return None, None, False
        return super()._find_action_from_rules(tracker, domain, use_text_for_last_user_input)

    def _prediction_states(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        use_text_for_last_user_input: bool = False,
        rule_only_data: Optional[Dict[str, Any]] = None,
    ) -> List[State]:
        """The last states, as far back as a rule looks. While rules are learned: all, as Rasa makes them."""
        if not self._depths:
            return super()._prediction_states(tracker, domain, use_text_for_last_user_input, rule_only_data)
        self._histories = self._histories or StateHistories(domain)
        # one more than the longest rule: whether the conversation began there must show
        states = copy.deepcopy(self._histories.states(tracker)[-1 - max(self._depths.values()) :])
        self.featurizer._choose_last_user_input([states], use_text_for_last_user_input)
        return states

    @staticmethod
    def format_tracker_states(states: List[Dict]) -> Any:
        """Nothing: Rasa writes states out for its debug log in every decision, and what users say is not logged."""
        return None

    def _get_possible_keys(self, lookup: Dict[str, str], states: List[State]) -> Set[str]:
        """A rule looks no further back than it is long, so the last states alone decide."""
        name = next((name for name in self._depths if self.lookup[name] is lookup), None)
        if name is None:
            return super()._get_possible_keys(lookup, states)
        last = states[-self._depths[name] :]
        situation = (name, json.dumps(last, sort_keys=True))
        if situation not in self._fitting:
            if len(self._fitting) >= KEPT:
                self._fitting.clear()
            self._fitting[situation] = frozenset(super()._get_possible_keys(lookup, last))
        return set(self._fitting[situation])
