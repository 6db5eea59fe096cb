"""Tables of the desk: cases, their entries, who must not have them, mediators, and the audit log.

Ciphertext (LargeBinary) is everything a person or a mediator wrote. Every table here with a column `conversation_id` loses
its rows together with the conversation.
"""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables import metadata

# Who works at the desk. `telegram_key` is the keyed hash by which a Telegram account is found; the account itself is sealed.
mediators = sa.Table(
    "mediators",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("name", sa.String(80), nullable=False, unique=True),
    sa.Column("languages", sa.String(200), nullable=False),
    sa.Column("topics", sa.String(400), nullable=False, server_default=""),
    sa.Column("gender", sa.String(20)),
    sa.Column("roles", sa.String(120), nullable=False),
    sa.Column("team", sa.String(40), nullable=False, server_default="main"),
    sa.Column("telegram_id", sa.LargeBinary),
    sa.Column("telegram_key", sa.String(32), unique=True),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("created_at", sa.Integer, nullable=False),
)

# `details`: sealed JSON of what the person told about the case. `seq`: number of the last entry. `version` counts every
# change: who changes a case names the version seen, and loses if another was faster.
cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("code", sa.String(12), nullable=False, unique=True),
    sa.Column("conversation_id", sa.String(32), nullable=False, index=True),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("priority", sa.Integer, nullable=False, server_default="0"),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("details", sa.LargeBinary, nullable=False),
    sa.Column("mediator_id", sa.String(32), index=True),
    sa.Column("second_id", sa.String(32)),
    sa.Column("created_at", sa.Integer, nullable=False),
    sa.Column("updated_at", sa.Integer, nullable=False),
    # Since when the person waits for us; empty while we wait for the person.
    sa.Column("waiting_since", sa.Integer),
    sa.Column("first_reply_at", sa.Integer),
    sa.Column("told_at", sa.Integer),
    sa.Column("alerted_at", sa.Integer),
    sa.Column("noticed_at", sa.Integer),
    sa.Column("closed_at", sa.Integer),
    sa.Column("outcome", sa.String(20)),
    sa.Column("seq", sa.Integer, nullable=False, server_default="0"),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
)
# At most one open case a conversation: held by the database, whatever the code does.
sa.Index(
    "cases_one_open", cases.c.conversation_id, unique=True,
    sqlite_where=cases.c.state != "closed", postgresql_where=cases.c.state != "closed",
)
sa.Index("cases_state", cases.c.state, cases.c.updated_at)

# `key`: what makes writing an entry twice one entry. `seq`: the answer's number in the outbox, if it goes to the person.
case_entries = sa.Table(
    "case_entries",
    metadata,
    sa.Column("case_id", sa.String(32), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("conversation_id", sa.String(32), nullable=False, index=True),
    sa.Column("author", sa.String(12), nullable=False),
    sa.Column("mediator_id", sa.String(32)),
    sa.Column("key", sa.String(120), nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("edited", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("sent_at", sa.Integer, nullable=False),
    sa.Column("seq", sa.Integer),
    sa.Column("delivery", sa.String(10), nullable=False, server_default="none"),
    sa.UniqueConstraint("case_id", "key"),
)
sa.Index("case_entries_seq", case_entries.c.conversation_id, case_entries.c.seq)

# Mediators who must not have a case (again): recused, or the person asked for someone else.
case_exclusions = sa.Table(
    "case_exclusions",
    metadata,
    sa.Column("case_id", sa.String(32), primary_key=True),
    sa.Column("mediator_id", sa.String(32), primary_key=True),
    sa.Column("conversation_id", sa.String(32), nullable=False, index=True),
    sa.Column("reason", sa.String(20), nullable=False),
)

# How long people waited for the first answer, without anything about who they were; for honest expectations.
case_waits = sa.Table(
    "case_waits",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("answered_at", sa.Integer, nullable=False, index=True),
    sa.Column("team", sa.String(40), nullable=False),
    sa.Column("seconds", sa.Integer, nullable=False),
)

# What was done, by whom, and when; never what was said. It outlives the conversation.
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", sa.Integer, nullable=False),
    sa.Column("what", sa.String(40), nullable=False),
    sa.Column("who", sa.String(32)),
    sa.Column("subject", sa.String(40)),
)
