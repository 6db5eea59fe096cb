"""Who holds keys to the reports. No private key lies here in the clear: see bot.reporting.keys."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables import metadata

# A circle's key pairs over time; only the public half. Only the one with the highest number is sealed to.
report_keys = sa.Table(
    "report_keys",
    metadata,
    sa.Column("circle", sa.String(12), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("public", sa.LargeBinary, nullable=False),
    sa.Column("created_at", sa.Integer, nullable=False),
)

# Members of a circle, and the printed recovery key (`wrapped` is empty: its private half exists on paper alone).
report_holders = sa.Table(
    "report_holders",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("circle", sa.String(12), primary_key=True),
    sa.Column("public", sa.LargeBinary, nullable=False),
    sa.Column("wrapped", sa.LargeBinary),
    # The circle's own mark on this row (bot.reporting.keys.vouch); empty until somebody of the circle admits the holder.
    sa.Column("vouched", sa.LargeBinary),
    sa.Column("created_at", sa.Integer, nullable=False),
)

# A circle's private key, sealed to one holder's public key.
report_shares = sa.Table(
    "report_shares",
    metadata,
    sa.Column("holder_id", sa.String(40), primary_key=True),
    sa.Column("circle", sa.String(12), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
)
