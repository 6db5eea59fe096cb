"""A message's sentence vector as Rasa's dense sentence feature."""

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.container import container


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceVectors(DenseFeaturizer, GraphComponent):
    """Sets the vector of each message, an empty one's too: the classifier behind expects one of each."""

    @staticmethod
    def required_packages() -> list[str]:
        """None beyond the project's own: Rasa would check them as import name and distribution at once."""
        return []

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`scale`: what the unit vectors are multiplied by; the classifier's regularization is measured against it."""
        return {**DenseFeaturizer.get_default_config(), "scale": 5.0}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SentenceVectors":
        """A featurizer with the house's one encoder."""
        return cls(execution_context.node_name, config)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing to check."""

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the vectors of messages in service, remembered for the search that may follow."""
        encoder = container().encoder
        for message in messages:
            self._add(message, encoder.query(message.get(TEXT) or ""))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Adds the vectors of all examples, in batches."""
        examples = training_data.training_examples
        vectors = container().training_encoder.queries([example.get(TEXT) or "" for example in examples])
        for example, vector in zip(examples, vectors, strict=False):
            self._add(example, vector)
        return training_data

    def _add(self, message: Message, vector: Any) -> None:
        scaled = np.asarray(vector, np.float32)[None, :] * self._config["scale"]
        message.add_features(Features(scaled, FEATURE_TYPE_SENTENCE, TEXT, self._config[FEATURIZER_CLASS_ALIAS]))
