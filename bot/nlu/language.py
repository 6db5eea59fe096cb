"""The language of a message, for what comes after: "language" in Rasa's parse."""

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
class MessageLanguage(GraphComponent):
    """Sets "language". What the channel says (metadata "language": the talk's language) counts beforehand."""

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
    ) -> "MessageLanguage":
        """Nothing to set up."""
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leaves the examples as they are."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Identifies the language of messages in service; examples need none."""
        for message in messages:
            prior = (message.get("metadata") or {}).get("language")
            guess = container().languages.identify(message.get(TEXT) or "", prior=prior)
            message.set("language", {"code": guess.code, "confidence": guess.confidence}, add_to_output=True)
        return messages
