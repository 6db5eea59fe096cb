"""The container's parts that read what a message says, in a file of their own."""

from __future__ import annotations

from functools import cached_property

from bot.directory.encoder import SentenceEncoder, load_encoder
from bot.directory.encoder_build import VERSION
from bot.errors import WaymarkError
from bot.settings import ROOT, Settings
from bot.understanding.danger import DangerDetector
from bot.understanding.gazetteer import Gazetteer
from bot.understanding.language import LanguageIdentifier
from bot.understanding.vectors import RememberedVectors, StoredVectors


class UnderstandingParts:
    """What `Container` has for understanding."""

    settings: Settings

    @cached_property
    def sentence_encoder(self) -> SentenceEncoder:
        """The encoder itself, for many texts at once."""
        return load_encoder(self.settings.state / "models")

    @cached_property
    def encoder(self) -> RememberedVectors:
        """Sentence vectors; the last questions' vectors are remembered, so that no message is encoded twice."""
        return RememberedVectors(self.sentence_encoder)

    @cached_property
    def training_encoder(self) -> StoredVectors:
        """The same vectors for training, kept from one training to the next."""
        return StoredVectors(self.encoder, self.settings.state / "cache" / f"training-{VERSION}.npz")

    @cached_property
    def danger(self) -> DangerDetector:
        """Recognises danger to life."""
        return DangerDetector.load(self.settings.state / "models" / "danger", self.encoder, aside=self.sentence_encoder)

    @cached_property
    def languages(self) -> LanguageIdentifier:
        """Tells the language of a message."""
        return LanguageIdentifier.load(self.settings.state / "models" / "language")

    def clearly_in(self, text: str, expected: str) -> str | None:
        """The language that a text is clearly in, if not in `expected`. Without a trained model nothing is clear."""
        try:
            return self.languages.clearly(text, expected)
        except WaymarkError:
            return None

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """Places, languages, organizations, documents and wishes in a message."""
        return Gazetteer.build(ROOT / "data" / "gazetteer", self.settings.directory)
