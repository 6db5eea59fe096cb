"""The statements of every message, made once.

SQLAlchemy keeps compiled statements, but one that is written in place is built and keyed anew each time: a millisecond of CPU
a message over all of them, measured with `waymark bench chat`.
"""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables import conversations, inbox, outbox

_OF_CONVERSATION = conversations.c.id == sa.bindparam("conversation")
_OF_MESSAGE = sa.and_(inbox.c.conversation_id == sa.bindparam("conversation"), inbox.c.message_id == sa.bindparam("message"))
_IN_OUTBOX = outbox.c.conversation_id == sa.bindparam("conversation")

# conversation
READ_CONVERSATION = sa.select(
    conversations.c.id, conversations.c.channel, conversations.c.mode, conversations.c.language,
    conversations.c.language_chosen, conversations.c.privacy_shown,
).where(_OF_CONVERSATION)
# conversation, last_seen_at
TOUCH_CONVERSATION = conversations.update().where(_OF_CONVERSATION)
ADD_CONVERSATION = conversations.insert()
# conversation, count: so many numbers more are used
COUNT_ANSWERS = conversations.update().where(_OF_CONVERSATION).values(seq=conversations.c.seq + sa.bindparam("count"))
LAST_NUMBER = sa.select(conversations.c.seq).where(_OF_CONVERSATION)

# conversation, message
FIND_MESSAGE = sa.select(inbox.c.number).where(_OF_MESSAGE)
ADD_MESSAGE = inbox.insert()
# The text of a processed message is not needed any more; its id is, against a second delivery.
DONE_WITH_MESSAGE = inbox.update().where(_OF_MESSAGE).values(done=True, body=None)

ADD_ANSWERS = outbox.insert()
# conversation, oldest: delivered answers up to that number are not kept
DROP_OLD_ANSWERS = outbox.delete().where(_IN_OUTBOX, outbox.c.seq <= sa.bindparam("oldest"), outbox.c.delivered.is_(True))
# conversation, numbers
DELIVERED = outbox.update().where(_IN_OUTBOX, outbox.c.seq.in_(sa.bindparam("numbers", expanding=True))).values(delivered=True)
