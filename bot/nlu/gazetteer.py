"""Names in a message as Rasa entities, from the document that spaCy has made of it already."""

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import SPACY_DOCS
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

import bot.understanding.names  # noqa: F401  (registers the pipeline's own component before SpacyNLP loads it)
from bot.understanding.gazetteer import entities_of


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class GazetteerEntities(GraphComponent, EntityExtractorMixin):
    """Places, languages, organizations and papers. Rasa's own SpacyEntityExtractor would run the pipeline once more."""

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
    ) -> "GazetteerEntities":
        """Nothing to set up."""
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leaves the examples as they are."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the entities of messages in service; training needs none."""
        for message in messages:
            document = message.get(SPACY_DOCS[TEXT])
            found = self.add_extractor_name(entities_of(document)) if document is not None else []
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages
