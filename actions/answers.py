"""Actions that only say what the dispatcher answers; their names tell in Rasa's log what a turn was."""

from __future__ import annotations

from actions.base import TalkAction


class ActionAnswer(TalkAction):
    """Answers a question on the policy from the knowledge, with its citation."""

    def name(self) -> str:
        return "action_answer"


class ActionAnswerSeveral(TalkAction):
    """Answers the questions of one message, each shortly."""

    def name(self) -> str:
        return "action_answer_several"


class ActionDetails(TalkAction):
    """Tells more on the topic of the last answer."""

    def name(self) -> str:
        return "action_details"


class ActionRefer(TalkAction):
    """Answers a short question about the last answer."""

    def name(self) -> str:
        return "action_refer"


class ActionCalculate(TalkAction):
    """Runs the policy calculator, or asks for what it misses."""

    def name(self) -> str:
        return "action_calculate"


class ActionFollowUp(TalkAction):
    """Takes bare facts to the last answer or to the last calculation."""

    def name(self) -> str:
        return "action_follow_up"


class ActionCorrect(TalkAction):
    """Runs the calculator again with what the message changes."""

    def name(self) -> str:
        return "action_correct"


class ActionCompareCities(TalkAction):
    """Runs the calculator for both cities, or compares their rates."""

    def name(self) -> str:
        return "action_compare_cities"


class ActionExplainReason(TalkAction):
    """Tells the steps of the last calculation."""

    def name(self) -> str:
        return "action_explain_reason"


class ActionExplainSource(TalkAction):
    """Tells where the last answer stands."""

    def name(self) -> str:
        return "action_explain_source"


class ActionExplainCertainty(TalkAction):
    """Tells what the last answer takes for granted."""

    def name(self) -> str:
        return "action_explain_certainty"


class ActionMyDetails(TalkAction):
    """Tells what is remembered of the student."""

    def name(self) -> str:
        return "action_my_details"


class ActionAboutResult(TalkAction):
    """Tells the figures of the last calculation once more, with how they come about."""

    def name(self) -> str:
        return "action_about_result"


class ActionUnwritten(TalkAction):
    """Says that no document tells whether a thing is paid, and who knows."""

    def name(self) -> str:
        return "action_unwritten"


class ActionOnwards(TalkAction):
    """Works out what the serious-illness insurance adds to the last stay."""

    def name(self) -> str:
        return "action_onwards"
