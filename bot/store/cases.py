"""Cases and their entries: every step is one transaction, and a step that another was faster with begins anew.

A step names a `decide` function: it gets the case as it is now, raises WaymarkError to refuse, and gives the columns to change.
The change counts only if the case is still at the version that `decide` saw.
"""

from __future__ import annotations

import secrets as random
import time
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from bot.errors import WaymarkError
from bot.store.attachment_tables import attachments
from bot.store.audit import note
from bot.store.case_records import Case, CaseRows, Entry, NewEntry, Step, new_code
from bot.store.case_tables import case_entries, case_exclusions, case_waits, cases
from bot.store.database import Database
from bot.store.messages import Outbound, put_in_outbox
from bot.store.patience import with_patience
from bot.store.secrets import Secrets
from bot.store.signs import explain_once
from bot.store.tables import conversations, outbox

# Seconds for which a case that was just read or written is looked at without asking the disk, and how many of them.
FRESH, REMEMBERED = 0.5, 500
Decide = Callable[[Case], dict[str, Any]]


class Cases:
    """Reads and writes cases. All methods are coroutines; SQL runs in the store's thread."""

    def __init__(self, database: Database, secrets: Secrets, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._rows = CaseRows(secrets)
        self.clock = clock

    async def open(
        self, conversation_id: str, language: str, priority: int, details: dict[str, Any], decide: Decide,
        before: Sequence[NewEntry] = (),
    ) -> tuple[Case, bool]:
        """A new case, the conversation's mode changed with it; or the open one as `decide` changes it, and False.

        `before`: what was said with the assistant; it begins the new case's transcript. WaymarkError "desk.gone" if the
        conversation was forgotten.
        """
        now = int(self.clock())
        bodies = [self._rows.body(entry) for entry in before]

        def work(connection: sa.engine.Connection) -> tuple[Case, bool]:
            where = conversations.c.id == conversation_id
            if not connection.execute(conversations.update().where(where).values(mode="desk")).rowcount:
                raise WaymarkError("desk.gone")
            known = self._first(connection, cases.c.conversation_id == conversation_id, cases.c.state != "closed")
            if known is not None:
                return self._change(connection, known, decide(known), now), False
            code = new_code()
            while connection.execute(sa.select(cases.c.id).where(cases.c.code == code)).first():
                code = new_code()
            case = Case(
                random.token_hex(16), code, conversation_id, "waiting", priority, language, None, None, (), None, None, now,
                now, now, None, len(bodies), told_at=now,
            )._replace(**details)
            connection.execute(cases.insert().values(**self._rows.of_case(case)))
            for place, (entry, body) in enumerate(zip(before, bodies, strict=True)):
                self._insert(connection, case, place + 1, entry, body, entry.sent_at or now)
            note(connection, "case.opened", None, code, now)
            return case, True

        case, new = await with_patience(self._database, work)
        self._remember(case)
        return case, new

    async def step(
        self, case_id: str, decide: Decide, *, what: str | None = None, who: str | None = None,
        entries: Sequence[NewEntry] = (), mode: str | None = None, exclude: tuple[str, str] | None = None,
        waited: tuple[str, int] | None = None, edited: Entry | None = None,
    ) -> Step:
        """One step of a case: all of it is kept, or nothing. The first of `entries` is the one given back.

        `what`: a line in the audit log, by `who`. `mode`: the conversation's mode from now on. `exclude`: (mediator id,
        reason) who must not have it again. `edited`: an earlier entry as its author words it now. WaymarkError "desk.unknown",
        "desk.changed" if others are faster again and again, and what `decide` raises.
        """
        now = int(self.clock())
        sealed = [([self._rows.seal(message) for message in entry.messages], self._rows.body(entry)) for entry in entries]
        rewritten = self._rewriting(edited, True) if edited is not None else None

        def work(connection: sa.engine.Connection) -> Step:
            case = self._first(connection, cases.c.id == case_id)
            if case is None:
                raise WaymarkError("desk.unknown")
            for entry in entries[:1]:
                known = self._entry(connection, case_id, case_entries.c.key == entry.key)
                if known is not None:
                    return Step(case, known, [], False)
            case = self._change(connection, case, decide(case), now, seq=case.seq + len(entries))
            if mode is not None:
                connection.execute(
                    conversations.update().where(conversations.c.id == case.conversation_id).values(mode=mode)
                )
            if exclude is not None:
                self._exclude(connection, case, *exclude)
            if waited is not None:
                connection.execute(case_waits.insert().values(answered_at=now, team=waited[0], seconds=waited[1]))
            if rewritten is not None:
                connection.execute(rewritten)
            if what is not None:
                note(connection, what, who, case.code, now)
            outbounds: list[Outbound] = []
            first: Entry | None = None
            for place, (entry, (messages, body)) in enumerate(zip(entries, sealed, strict=True)):
                seq, sent = self._send(connection, case, messages, entry.messages, now)
                outbounds += sent
                number = case.seq - len(entries) + 1 + place
                delivery = "pending" if seq else "failed" if messages else "none"
                self._insert(connection, case, number, entry, body, now, seq or None, delivery)
                first = first or self._entry(connection, case_id, case_entries.c.number == number)
            return Step(case, first, outbounds, True)

        step = await with_patience(self._database, work)
        self._remember(step.case)
        return step

    async def get(self, case_id: str) -> Case | None:
        """By id. To look at: at most `FRESH` seconds old, if another process changed it; steps always read anew."""
        at, known = self._database.remembered.get(case_id, (0.0, None))
        if known is not None and time.monotonic() - at <= FRESH:
            found: Case = known
            return found
        case = await self._database.run(lambda connection: self._first(connection, cases.c.id == case_id))
        self._remember(case)
        return case

    def _remember(self, case: Case | None) -> None:
        remembered = self._database.remembered
        if case is None:
            return
        at, known = remembered.get(case.id, (0.0, None))
        if known is not None and known.version > case.version and time.monotonic() - at <= FRESH:
            return  # an older answer that came later
        if len(remembered) >= REMEMBERED:
            remembered.clear()
        remembered[case.id] = (time.monotonic(), case)

    async def by_code(self, code: str) -> Case | None:
        """By the short code."""
        return await self._database.run(lambda connection: self._first(connection, cases.c.code == code))

    async def open_of(self, conversation_id: str) -> Case | None:
        """The conversation's open case."""
        where = (cases.c.conversation_id == conversation_id, cases.c.state != "closed")
        return await self._database.run(lambda connection: self._first(connection, *where))

    async def all_open(self) -> list[Case]:
        """Every open case, the most urgent first; of equals, who waits longest."""
        query = sa.select(cases).where(cases.c.state != "closed").order_by(cases.c.priority.desc(), cases.c.created_at)
        return await self._many(query)

    async def loads(self) -> dict[str, int]:
        """Mediator id -> how many open cases they have."""
        query = (
            sa.select(cases.c.mediator_id, sa.func.count()).where(cases.c.state != "closed", cases.c.mediator_id.isnot(None))
            .group_by(cases.c.mediator_id)
        )
        rows = await self._database.run(lambda connection: connection.execute(query).all())
        return {row[0]: row[1] for row in rows}

    async def closed_before(self, at: float) -> list[Case]:
        """Cases that were closed at that moment or before."""
        return await self._many(sa.select(cases).where(cases.c.state == "closed", cases.c.closed_at <= int(at)))

    async def entries(self, case_id: str, after: int = 0) -> list[Entry]:
        """The transcript behind entry number `after`, in order."""
        query = (
            sa.select(case_entries).where(case_entries.c.case_id == case_id, case_entries.c.number > after)
            .order_by(case_entries.c.number)
        )
        rows = await self._database.run(lambda connection: connection.execute(query).mappings().all())
        return [self._rows.entry(row) for row in rows]

    async def entry(self, case_id: str, number: int) -> Entry | None:
        """One entry."""
        where = case_entries.c.number == number
        return await self._database.run(lambda connection: self._entry(connection, case_id, where))

    async def entry_of_message(self, conversation_id: str, message_id: str) -> Entry | None:
        """The entry that a message of the person became."""
        query = sa.select(case_entries).where(
            case_entries.c.conversation_id == conversation_id, case_entries.c.key == f"in:{message_id}"
        )
        row = await self._database.run(lambda connection: connection.execute(query).mappings().first())
        return self._rows.entry(row) if row else None

    async def message_of(self, case_id: str, number: int) -> str | None:
        """The id of the person's message that became this entry."""
        query = sa.select(case_entries.c.key).where(case_entries.c.case_id == case_id, case_entries.c.number == number)
        key = await self._database.run(lambda connection: connection.execute(query).scalar())
        return str(key).removeprefix("in:") if str(key).startswith("in:") else None

    async def entry_of_answer(self, conversation_id: str, seq: int) -> Entry | None:
        """The entry that went out as this answer of the outbox."""
        query = sa.select(case_entries).where(
            case_entries.c.conversation_id == conversation_id, case_entries.c.seq == seq
        )
        row = await self._database.run(lambda connection: connection.execute(query).mappings().first())
        return self._rows.entry(row) if row else None

    async def rewrite(self, entry: Entry, edited: bool | None = None) -> None:
        """Writes an entry's text, translation and attachments anew (a translation that came later, a note's new words).

        An edit of what the person reads is a `step`.
        """
        statement = self._rewriting(entry, edited)
        await self._database.run(lambda connection: connection.execute(statement), durable=True)

    def _rewriting(self, entry: Entry, edited: bool | None = None) -> Any:
        values: dict[str, Any] = {"body": self._rows.body_of(entry)} | ({} if edited is None else {"edited": edited})
        where = (case_entries.c.case_id == entry.case_id, case_entries.c.number == entry.number)
        return case_entries.update().where(*where).values(**values)

    async def set_delivery(self, conversation_id: str, seq: int, delivery: str) -> Entry | None:
        """Notes whether an answer arrived; the entry, or None if the answer belongs to no case."""
        where = (case_entries.c.conversation_id == conversation_id, case_entries.c.seq == seq)

        def work(connection: sa.engine.Connection) -> Any:
            if not connection.execute(case_entries.update().where(*where).values(delivery=delivery)).rowcount:
                return None
            return connection.execute(sa.select(case_entries).where(*where)).mappings().first()

        row = await self._database.run(work)
        return self._rows.entry(row) if row else None

    async def excluded(self, case_id: str) -> dict[str, str]:
        """Mediator id -> why they must not have this case."""
        query = sa.select(case_exclusions.c.mediator_id, case_exclusions.c.reason).where(
            case_exclusions.c.case_id == case_id
        )
        rows = await self._database.run(lambda connection: connection.execute(query).all())
        return {row[0]: row[1] for row in rows}

    async def all_excluded(self) -> dict[str, set[str]]:
        """Case id -> the mediators who must not have it, for all open cases that have such."""
        query = sa.select(case_exclusions.c.case_id, case_exclusions.c.mediator_id).join(
            cases, cases.c.id == case_exclusions.c.case_id
        ).where(cases.c.state != "closed")
        rows = await self._database.run(lambda connection: connection.execute(query).all())
        found: dict[str, set[str]] = {}
        for case_id, mediator_id in rows:
            found.setdefault(case_id, set()).add(mediator_id)
        return found

    async def waits(self, since: float, team: str | None = None) -> list[int]:
        """Seconds that people waited for a first answer since that moment."""
        query = sa.select(case_waits.c.seconds).where(case_waits.c.answered_at >= int(since))
        if team is not None:
            query = query.where(case_waits.c.team == team)
        rows = await self._database.run(lambda connection: connection.execute(query).all())
        return [row[0] for row in rows]

    async def delete(self, case_id: str, what: str = "case.deleted") -> None:
        """Deletes a case: its entries and files, and its answers in the outbox. A line without content stays."""

        def work(connection: sa.engine.Connection) -> None:
            case = self._first(connection, cases.c.id == case_id)
            if case is None:
                return
            rows = connection.execute(sa.select(case_entries).where(case_entries.c.case_id == case_id)).mappings().all()
            files = [file for row in rows for file in self._rows.entry(row).attachments]
            mine = (attachments.c.conversation_id == case.conversation_id, attachments.c.id.in_(files))
            connection.execute(attachments.delete().where(*mine))
            # The conversation's last answer stays: a browser that has seen it would else take itself for forgotten.
            last = sa.select(conversations.c.seq).where(conversations.c.id == case.conversation_id).scalar_subquery()
            seqs = [row["seq"] for row in rows if row["seq"]]
            connection.execute(outbox.delete().where(
                outbox.c.conversation_id == case.conversation_id, outbox.c.seq.in_(seqs), outbox.c.seq < last
            ))
            for table in (case_entries, case_exclusions):
                connection.execute(table.delete().where(table.c.case_id == case_id))
            connection.execute(cases.delete().where(cases.c.id == case_id))
            note(connection, what, None, case.code, int(self.clock()))

        await self._database.run(work, durable=True)
        self._database.remembered.pop(case_id, None)

    @staticmethod
    def _insert(
        connection: sa.engine.Connection, case: Case, number: int, entry: NewEntry, body: bytes, at: int,
        seq: int | None = None, delivery: str = "none",
    ) -> None:
        connection.execute(case_entries.insert().values(
            case_id=case.id, number=number, conversation_id=case.conversation_id, author=entry.author,
            mediator_id=entry.mediator_id, key=entry.key, body=body, sent_at=at, seq=seq, delivery=delivery,
        ))

    def _send(
        self, connection: sa.engine.Connection, case: Case, sealed: list[bytes], bodies: Sequence[dict[str, Any]], now: int
    ) -> tuple[int, list[Outbound]]:
        if not sealed:
            return 0, []
        channel = connection.execute(
            sa.select(conversations.c.channel).where(conversations.c.id == case.conversation_id)
        ).scalar()
        if any(body.get("metadata", {}).get("mark_explained") for body in bodies):
            explain_once(connection, case.conversation_id, list(bodies))
            sealed = [self._rows.seal(body) for body in bodies]
        first = put_in_outbox(connection, case.conversation_id, channel, sealed, now) if channel else 0
        if not first:
            return 0, []
        outbounds = [
            Outbound(case.conversation_id, first + place, channel, body, 0) for place, body in enumerate(bodies)
        ]
        return first + len(sealed) - 1, outbounds

    def _exclude(self, connection: sa.engine.Connection, case: Case, mediator_id: str, reason: str) -> None:
        key = {"case_id": case.id, "mediator_id": mediator_id}
        where = sa.and_(*(case_exclusions.c[name] == value for name, value in key.items()))
        if not connection.execute(case_exclusions.update().where(where).values(reason=reason)).rowcount:
            connection.execute(
                case_exclusions.insert().values(**key, conversation_id=case.conversation_id, reason=reason)
            )

    def _change(
        self, connection: sa.engine.Connection, case: Case, values: dict[str, Any], now: int, seq: int | None = None
    ) -> Case:
        seq = case.seq if seq is None else seq
        changed = case._replace(**values, updated_at=now, version=case.version + 1, seq=seq)
        row = self._rows.of_case(changed)
        where = (cases.c.id == case.id, cases.c.version == case.version)
        if not connection.execute(cases.update().where(*where).values(**row)).rowcount:
            raise WaymarkError("desk.changed")
        return changed

    def _first(self, connection: sa.engine.Connection, *where: Any) -> Case | None:
        row = connection.execute(sa.select(cases).where(*where)).mappings().first()
        return self._rows.case(row) if row else None

    async def _many(self, query: Any) -> list[Case]:
        rows = await self._database.run(lambda connection: connection.execute(query).mappings().all())
        return [self._rows.case(row) for row in rows]

    def _entry(self, connection: sa.engine.Connection, case_id: str, *where: Any) -> Entry | None:
        query = sa.select(case_entries).where(case_entries.c.case_id == case_id, *where)
        row = connection.execute(query).mappings().first()
        return self._rows.entry(row) if row else None

