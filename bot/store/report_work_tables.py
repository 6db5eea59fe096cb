"""What working reports through needs beside the reports: links, alerts, published figures. No content in any of them."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables import metadata

# Reports that belong together, each pair in both directions.
report_links = sa.Table(
    "report_links",
    metadata,
    sa.Column("report_id", sa.String(32), primary_key=True),
    sa.Column("other", sa.String(32), primary_key=True),
)

# What readers ("readers") and oversight ("oversight") were told of. `began`: the day of the round that it is about.
report_alerts = sa.Table(
    "report_alerts",
    metadata,
    sa.Column("report_id", sa.String(32), primary_key=True),
    sa.Column("name", sa.String(30), primary_key=True),
    sa.Column("began", sa.Date, primary_key=True),
    sa.Column("circle", sa.String(12), primary_key=True),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("seen_by", sa.String(40)),
)

# Figures that were published, as they were published: never changed afterwards. `body` is JSON with counts alone.
report_findings = sa.Table(
    "report_findings",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("population", sa.String(12), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)
