"""Which of a member's keys opens a record, and sealing records anew after a member was removed."""

from __future__ import annotations

from bot.reporting import vault
from bot.reporting.circles import Unlocked
from bot.reporting.ledger import Ledger
from bot.reporting.records import context_of
from bot.store.report_work import ReportWork
from bot.store.reports import RecordRow


def fitting(row: RecordRow, keys: Unlocked) -> bytes | None:
    """Which of a member's keys a record was sealed to, the newest first; None: none of them."""
    sealed = row.sealed[vault.STAMP_BYTES :]
    for number in reversed(keys.numbers):
        if vault.sealed_for(sealed, _recipient(keys, number)):
            return keys.key(number)
    return None


async def reseal(ledger: Ledger, keys: Unlocked) -> int:
    """Takes the circle's old keys from every piece that these keys open, and puts the present one in; how many it changed.

    Everybody else keeps what they could open: the person, and the other circle with whichever of its keys, since a circle may
    have changed its key and not sealed anew yet. What nobody of this circle can open any more stays as it is.
    """
    present = _recipient(keys, max(keys.numbers))
    old = [_recipient(keys, number) for number in keys.numbers[:-1]]
    stamp, changed = await ledger.reports.key(), 0
    for report in await ledger.reports.all():
        while True:
            anew: dict[int, tuple[bytes, bytes]] = {}
            for row in await ledger.reports.records(report.id):
                private = fitting(row, keys)
                if private is None or not any(vault.sealed_for(row.sealed[vault.STAMP_BYTES :], one) for one in old):
                    continue
                context = context_of(row.report_id, row.author, row.about, row.number)
                sealed = vault.stamped(stamp, row.sealed, context)
                anew[row.number] = (
                    row.sealed, vault.stamp(stamp, vault.share(sealed, private, [present], without=old), context)
                )
            done = await ledger.reports.replace_sealed(report.id, anew)
            changed += done
            if done == len(anew):
                break
            # The other circle sealed a piece anew in this moment, or it was deleted: looked at once more.
    return changed


async def half_told(work: ReportWork, keys: Unlocked) -> int | None:
    """Until when (Unix seconds) half-told reports are kept that an old key of the circle opens; None: there are none.

    They are not sealed anew: to whose draft a piece belongs is known to the telling alone.
    """
    old = [_recipient(keys, number) for number in keys.numbers[:-1]]
    return await work.drafts(lambda sealed: any(vault.sealed_for(sealed[vault.STAMP_BYTES :], one) for one in old))


def _recipient(keys: Unlocked, number: int) -> vault.Recipient:
    return vault.Recipient(vault.public_of(keys.key(number)))
