"""Which of a member's keys opens a record, and sealing records anew after a member was removed."""

from __future__ import annotations

from bot.reporting import vault
from bot.reporting.circles import Unlocked
from bot.reporting.ledger import Ledger
from bot.reporting.records import context_of
from bot.store.reports import RecordRow


def fitting(row: RecordRow, keys: Unlocked, but: vault.Recipient | None = None) -> bytes | None:
    """Which of a member's keys a record was sealed to, the newest first; None: none of them, or `but` is enough."""
    sealed = row.sealed[vault.STAMP_BYTES :]
    for number in reversed(keys.numbers):
        recipient = vault.Recipient(vault.public_of(keys.key(number)))
        if vault.sealed_for(sealed, recipient):
            return None if recipient == but else keys.key(number)
    return None


async def reseal(ledger: Ledger, keys: Unlocked) -> int:
    """Seals every piece that these keys open to the circle's present key only; how many it changed.

    The person and the other circle keep what they could open. What nobody can open any more stays as it is.
    """
    present = vault.Recipient(vault.public_of(keys.key()))
    stamp, changed = await ledger.reports.key(), 0
    for report in await ledger.reports.all():
        anew: dict[int, bytes] = {}
        others = [vault.Recipient(report.person), *await ledger.recipients("readers", "oversight")]
        for row in await ledger.reports.records(report.id):
            private = fitting(row, keys, but=present)
            if private is None:
                continue
            context = context_of(row.report_id, row.author, row.about, row.number)
            sealed = vault.stamped(stamp, row.sealed, context)
            kept = [one for one in others if one != present and vault.sealed_for(sealed, one)]
            plain = vault.open_sealed(sealed, private, context)
            anew[row.number] = vault.stamp(stamp, vault.seal(plain, [present, *kept], context), context)
        await ledger.reports.replace_sealed(report.id, anew)
        changed += len(anew)
    return changed
