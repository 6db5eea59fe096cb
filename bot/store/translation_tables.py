"""Tables of the translation memory and of what is shown how often."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables import metadata

# `hash` is keyed: nobody can look up whether a sentence they know was ever translated here. Both texts are ciphertext and hold
# placeholders where the original has numbers, links and names. `role` says in what part somebody corrected it, never who.
translation_memory = sa.Table(
    "translation_memory",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("hash", sa.String(32), nullable=False),
    sa.Column("source", sa.String(8), nullable=False),
    sa.Column("target", sa.String(8), nullable=False),
    sa.Column("context", sa.String(40), nullable=False),
    sa.Column("original", sa.LargeBinary, nullable=False),
    sa.Column("text", sa.LargeBinary, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("role", sa.String(20), nullable=False),
    sa.Column("changed_on", sa.String(10), nullable=False),
    sa.UniqueConstraint("hash", "source", "target", "context"),
)
sa.Index("translation_memory_pair", translation_memory.c.source, translation_memory.c.target)

# Counts without any text: how often a text of the house (its hash) was shown in a language without being reviewed.
translation_shown = sa.Table(
    "translation_shown",
    metadata,
    sa.Column("language", sa.String(8), primary_key=True),
    sa.Column("hash", sa.String(16), primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
)
