"""Tables of the Telegram side of the desk: what was sent as which message, topics of cases, one-time codes.

Telegram's message numbers say nothing without the bot's token. Rows with a `conversation_id` go with the conversation.
"""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables import metadata

# A person's private chat: which answer (`seq`, and which part of it) or which received message (`key`) has which number there.
arrivals = sa.Table(
    "arrivals",
    metadata,
    sa.Column("conversation_id", sa.String(32), primary_key=True),
    sa.Column("message_id", sa.BigInteger, primary_key=True),
    sa.Column("seq", sa.Integer),
    sa.Column("place", sa.Integer, nullable=False, server_default="0"),
    sa.Column("key", sa.String(64)),
)
sa.Index("arrivals_seq", arrivals.c.conversation_id, arrivals.c.seq)
sa.Index("arrivals_latest", arrivals.c.message_id)

# A case's topic. It outlives its case on purpose: only with it can what stands in the group be deleted too.
# `card` tells the state that the header card shows; `posted` the last entry that stands in the topic.
staff_topics = sa.Table(
    "staff_topics",
    metadata,
    sa.Column("case_id", sa.String(32), primary_key=True),
    sa.Column("group_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("topic_id", sa.Integer),
    sa.Column("card_id", sa.Integer),
    sa.Column("card", sa.String(64)),
    sa.Column("posted", sa.Integer, nullable=False, server_default="0"),
    sa.Column("closed", sa.Boolean, nullable=False, server_default=sa.false()),
)

# Messages in a group and the entries they show: several if they were sent together; number 0 shows none. `place`: which part of
# an entry, or below 0 what else it is (channels/telegram/staff/place.py). `ours`: the bot wrote it; else a mediator did.
# `shown`: a keyed hash of what stands in it; of a mediator's message, of the album that it is a part of.
staff_posts = sa.Table(
    "staff_posts",
    metadata,
    sa.Column("group_id", sa.BigInteger, primary_key=True),
    sa.Column("message_id", sa.Integer, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("case_id", sa.String(32), nullable=False),
    sa.Column("place", sa.Integer, nullable=False, server_default="0"),
    sa.Column("ours", sa.Boolean, nullable=False),
    sa.Column("shown", sa.String(32), nullable=False, server_default=""),
)
sa.Index("staff_posts_entry", staff_posts.c.case_id, staff_posts.c.number)

# A group as it is set, and what became of it: its number since it was upgraded, and whether the bot is still in it.
staff_groups = sa.Table(
    "staff_groups",
    metadata,
    sa.Column("group_id", sa.BigInteger, primary_key=True),
    sa.Column("present_id", sa.BigInteger, nullable=False),
    sa.Column("gone", sa.Boolean, nullable=False, server_default=sa.false()),
)

# The one message that is on its way to a group, sealed: after a crash it is looked for before anything else is sent.
staff_sending = sa.Table(
    "staff_sending",
    metadata,
    sa.Column("group_id", sa.BigInteger, primary_key=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
)

# What was written and pressed in the groups, sealed, until it is done.
staff_inbox = sa.Table(
    "staff_inbox",
    metadata,
    sa.Column("update_id", sa.BigInteger, primary_key=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
)

# Replies that are shown before they are sent, sealed. `message_id`: what the mediator wrote. Without a body: it was sent.
staff_drafts = sa.Table(
    "staff_drafts",
    metadata,
    sa.Column("group_id", sa.BigInteger, primary_key=True),
    sa.Column("message_id", sa.Integer, primary_key=True),
    sa.Column("case_id", sa.String(32), nullable=False, index=True),
    sa.Column("conversation_id", sa.String(32), nullable=False, index=True),
    sa.Column("body", sa.LargeBinary),
)

# Who was told once that only listed mediators count; by keyed hash.
staff_told = sa.Table(
    "staff_told",
    metadata,
    sa.Column("group_id", sa.BigInteger, primary_key=True),
    sa.Column("who", sa.String(32), primary_key=True),
)

# One-time codes, by keyed hash: "move" takes a conversation to another channel, "link" ties a Telegram account to a mediator.
one_time_codes = sa.Table(
    "one_time_codes",
    metadata,
    sa.Column("code", sa.String(32), primary_key=True),
    sa.Column("purpose", sa.String(10), nullable=False),
    sa.Column("subject", sa.String(32), nullable=False, index=True),
    sa.Column("expires_at", sa.Integer, nullable=False),
)

# Wrong codes of one asker in the running window.
code_attempts = sa.Table(
    "code_attempts",
    metadata,
    sa.Column("who", sa.String(32), primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("since", sa.Integer, nullable=False),
)
