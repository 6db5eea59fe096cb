"""The tables of signing in at the desk. Nothing in them opens a session: tokens are hashed, the rest is sealed."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables import metadata

console_credentials = sa.Table(
    "console_credentials",
    metadata,
    sa.Column("mediator_id", sa.String(40), primary_key=True),
    # Sealed argon2id hash: a stolen database alone does not even allow guessing.
    sa.Column("password", sa.LargeBinary, nullable=False),
    # True until the mediator has put a password of their own in the place of the start password.
    sa.Column("starting", sa.Boolean, nullable=False),
    sa.Column("start_ends_at", sa.Integer, nullable=False, server_default="0"),
    sa.Column("totp_secret", sa.LargeBinary),
    # The last time step (30 s) whose code was taken: the same code never counts twice.
    sa.Column("totp_step", sa.Integer, nullable=False, server_default="0"),
)

console_sessions = sa.Table(
    "console_sessions",
    metadata,
    # SHA-256 of the cookie's value, hexadecimal.
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("mediator_id", sa.String(40), nullable=False, index=True),
    # "enrol" or "code": the password was right and more is asked for; "full": signed in.
    sa.Column("stage", sa.String(8), nullable=False),
    sa.Column("created_at", sa.Integer, nullable=False),
    sa.Column("seen_at", sa.Integer, nullable=False),
)

# Failed attempts by keyed hash of the name (whether or not it exists), of the browser, and of all together.
console_attempts = sa.Table(
    "console_attempts",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("last_at", sa.Integer, nullable=False),
    sa.Column("locked_until", sa.Integer, nullable=False),
)
