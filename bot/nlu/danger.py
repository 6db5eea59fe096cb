"""Whether a message tells of danger to life: "danger" in Rasa's parse. The channels' gate has looked before; this one serves
what talks to Rasa directly, such as a terminal."""

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.container import container


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class DangerLook(GraphComponent):
    """Sets "danger": the kind, or None, and the confidence."""

    @staticmethod
    def required_packages() -> list[str]:
        """None beyond the project's own."""
        return []

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "DangerLook":
        """Nothing to set up."""
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leaves the examples as they are."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Looks at messages in service; examples need none."""
        for message in messages:
            verdict = container().danger.look(message.get(TEXT) or "")
            message.set("danger", {"kind": verdict.kind, "confidence": verdict.confidence}, add_to_output=True)
        return messages
