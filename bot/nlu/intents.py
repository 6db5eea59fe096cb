"""The intent of a message: Rasa's face of bot.understanding.intents."""

from typing import Any, Optional

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.container import container
from bot.understanding.intents import IntentModel, fit_intents

RANKING = 10


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class NearestMeanings(GraphComponent, IntentClassifier):
    """Ranks the intents. A model that cannot be read is an error here, not an untrained classifier."""

    def __init__(self, storage: ModelStorage, resource: Resource, model: Optional[IntentModel] = None) -> None:
        self._storage = storage
        self._resource = resource
        self._model = model

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
    ) -> "NearestMeanings":
        """An untrained classifier."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "NearestMeanings":
        """A trained classifier. Raises what the storage or WaymarkError "model.missing" say if it is not there."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, IntentModel.load(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from all examples with an intent."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        texts = [example.get(TEXT) for example in examples]
        vectors = container().training_encoder.queries(texts)
        self._model = fit_intents(vectors, [example.get(INTENT) for example in examples])
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leaves the examples as they are: nothing behind learns from predictions."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets the intent and the ranking of messages in service. Raises RuntimeError if untrained."""
        if self._model is None:
            raise RuntimeError("The intent classifier is not trained.")
        for message in messages:
            text = message.get(TEXT) or ""
            chances = self._model.probabilities(container().encoder.query(text))
            ranking = [
                {"name": self._model.labels[place], "confidence": float(chances[place])}
                for place in np.argsort(-chances)[:RANKING]
            ]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages
