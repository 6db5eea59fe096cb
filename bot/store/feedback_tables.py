"""Counts of what visitors said of services, and weekly figures for the early warning. Figures alone: no text, nobody's id."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables import metadata

# `source`: "person" (by button in the chat) or "volunteer" (a mystery visit by link).
visit_answers = sa.Table(
    "visit_answers",
    metadata,
    sa.Column("week", sa.String(8), primary_key=True),
    sa.Column("record", sa.String(80), primary_key=True),
    sa.Column("source", sa.String(12), primary_key=True),
    sa.Column("question", sa.String(20), primary_key=True),
    sa.Column("answer", sa.String(20), primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
)

# What a volunteer proposes for a record; sealed, and deleted when a curator has dealt with it.
visit_proposals = sa.Table(
    "visit_proposals",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("record", sa.String(80), nullable=False, index=True),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)

# Links for mystery visits that were used: each counts once.
visit_links = sa.Table(
    "visit_links", metadata, sa.Column("mark", sa.String(32), primary_key=True), sa.Column("ends_at", sa.Integer, nullable=False)
)

# Figures of whole weeks: what is counted here stays when conversations and reports are deleted.
weekly_figures = sa.Table(
    "weekly_figures",
    metadata,
    sa.Column("week", sa.String(8), primary_key=True),
    sa.Column("signal", sa.String(20), primary_key=True),
    sa.Column("topic", sa.String(40), primary_key=True),
    sa.Column("district", sa.String(80), primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
)
