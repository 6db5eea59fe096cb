"""Rasa's RulePolicy with a short way for rules of one turn.

All our rules are "this intent is answered by this action". RulePolicy finds them by building the states of the whole kept
conversation and comparing every rule with them, twice or three times a message: about 2 ms of CPU. Here the trained rules of
that form are read once into a table; whatever the table does not know goes RulePolicy's own way.
"""

import json
from typing import Any, Optional

from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker


def one_turn_rules(rules: dict[str, str]) -> dict[tuple[str, str], tuple[str, str]]:
    """(last action, intent) -> (next action, the rule's own key), from RulePolicy's table of rules.

    Empty if any rule looks at more than the intent and the last action: then none may be decided without the others.
    """
    table: dict[tuple[str, str], tuple[str, str]] = {}
    for key, action in rules.items():
        states = json.loads(key)
        last = states[-1]
        user = last.get("user", {})
        begins = states[0].get("prev_action") == {"action_name": ACTION_LISTEN_NAME}
        if len(states) > 2 or not begins or set(last) != {"prev_action", "user"} or set(user) != {"intent"}:
            return {}
        table[last["prev_action"].get("action_name", ""), user["intent"]] = (action, key)
    return table


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class OneTurnRules(RulePolicy):
    """RulePolicy; `config.yml` names this class and gives it RulePolicy's own settings."""

    _table: Optional[dict[tuple[str, str], tuple[str, str]]] = None

    def _predict(self, tracker: DialogueStateTracker, domain: Domain) -> tuple[Any, Optional[str]]:
        """The prediction and the key of the rule it comes from, as RulePolicy gives them."""
        if self._table is None:
            # Trained and loaded policies fill the same attribute in different ways; both have done so by now.
            self._table = one_turn_rules(self.lookup.get(RULES) or {})
        said = tracker.latest_message
        intent = (said.intent or {}).get("name") if said is not None else None
        found = self._table.get((tracker.latest_action_name or "", intent or ""))
        if found is None or tracker.active_loop_name:
            told: tuple[Any, Optional[str]] = super()._predict(tracker, domain)
            return told
        action, key = found
        return self._rule_prediction(self._prediction_result(action, tracker, domain), key), key
