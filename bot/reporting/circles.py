"""Who can open reports: founding the circles, admitting, removing, recovering, and a member's keys while they are unlocked."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Iterable

from bot.errors import WaymarkError
from bot.reporting import keys
from bot.reporting.keys import CIRCLES, Circle
from bot.store.report_keys import RECOVERY, CircleKey, Holder, ReportKeys, Rotation

# Each unwrapping takes 128 MB for half a second: so many at once, the others wait.
AT_ONCE = 2


class Unlocked:
    """The private keys of one member, opened. They lie in memory only, and `lock` overwrites them."""

    def __init__(self, holder: str, circle: Circle, own: bytes, shares: dict[int, bytes]) -> None:
        self.holder = holder
        self.circle: Circle = circle
        self._own = bytearray(own)
        self._keys = {number: bytearray(key) for number, key in shares.items()}

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the circle's keys that this member holds, oldest first."""
        return tuple(sorted(self._keys))

    def key(self, number: int | None = None) -> bytes:
        """The circle's private key of a number, or the newest. WaymarkError "reports.locked" if it is not held (any more)."""
        wanted = number if number is not None else max(self._keys, default=0)
        if wanted not in self._keys:
            raise WaymarkError("reports.locked")
        return bytes(self._keys[wanted])

    def learn(self, shares: dict[int, bytes]) -> None:
        """Opens shares that were made since, with the member's own key. WaymarkError "reports.locked" after `lock`."""
        if not any(self._own):
            raise WaymarkError("reports.locked")
        for number, sealed in shares.items():
            if number not in self._keys:
                self._keys[number] = bytearray(keys.open_share(sealed, self.circle, number, bytes(self._own)))

    def lock(self) -> None:
        """Overwrites and forgets the keys. Copies that the interpreter made may live on until the memory is used again."""
        for key in (self._own, *self._keys.values()):
            key[:] = bytes(len(key))
        self._keys.clear()


class Circles:
    """The two circles. Methods that need a member's consent take that member's `Unlocked`."""

    def __init__(self, store: ReportKeys) -> None:
        self._store = store
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def public(self, circle: Circle) -> CircleKey:
        """What to seal to. WaymarkError "reports.no_keys" before `waymark reports keygen`."""
        key = await self._store.current(circle)
        if key is None:
            raise WaymarkError("reports.no_keys")
        return key

    async def sealed_to(self, circle: str) -> list[bytes]:
        """The public key that reports are sealed to, as a list; empty before `waymark reports keygen`."""
        key = await self._store.current(circle)
        return [key.public] if key else []

    async def found(self) -> dict[Circle, str]:
        """Makes both circles' first keys; the two recovery keys, to be printed now: they are kept nowhere.

        WaymarkError "reports.keys_exist" the second time.
        """
        if any([await self._store.current(circle) for circle in CIRCLES]):
            raise WaymarkError("reports.keys_exist")
        sheets: dict[Circle, str] = {}
        for circle in CIRCLES:
            pair, recovery = keys.new_pair(), keys.new_pair()
            share = keys.share(pair.private, circle, 1, recovery.public)
            vouched = keys.vouch(pair.private, RECOVERY, recovery.public)
            await self._store.found(circle, pair.public, recovery.public, share, vouched)
            sheets[circle] = keys.recovery_text(recovery.private, circle)
        return sheets

    async def members(self, circle: Circle) -> list[Holder]:
        """The people of a circle, those who wait to be admitted too."""
        return [holder for holder in await self._store.holders(circle) if holder.id != RECOVERY]

    async def enrol(self, member: str, circle: Circle, passphrase: str) -> str:
        """Makes a person's own key pair under a passphrase that only they know. The fingerprint to compare at admission."""
        keys.check_passphrase(passphrase)
        pair = keys.new_pair()
        wrapped = await self._wrap(pair.private, passphrase, circle, member)
        await self._store.enrol(member, circle, pair.public, wrapped)
        return keys.fingerprint(pair.public)

    async def admit(self, by: Unlocked, member: str, seen: str | None = None) -> None:
        """Gives an enrolled person the circle's keys, all of them: they must be able to read what is open today.

        `seen`: the fingerprint that was compared; WaymarkError "reports.not_enrolled" if the key is another by now.
        """
        await self.refresh(by)
        holder = await self._member(member, by.circle)
        if seen is not None and not hmac.compare_digest(seen.encode(), keys.fingerprint(holder.public).encode()):
            raise WaymarkError("reports.not_enrolled")
        shares = {number: keys.share(by.key(number), by.circle, number, holder.public) for number in by.numbers}
        vouched = keys.vouch(by.key(), member, holder.public)
        await self._store.admit(member, by.circle, holder.public, shares, vouched, by.key())

    async def unlock(self, member: str, circle: Circle, passphrase: str) -> Unlocked:
        """Opens a member's keys. WaymarkError "reports.passphrase", "reports.not_enrolled" or "reports.not_admitted"."""
        holder = await self._member(member, circle)
        if holder.wrapped is None:
            raise WaymarkError("reports.not_enrolled")
        async with self._slots:
            own = await asyncio.to_thread(keys.unwrap, holder.wrapped, passphrase, _owner(circle, member))
        return await self._opened(member, circle, own)

    async def recover(self, text: str) -> Unlocked:
        """Opens a circle with its printed key. WaymarkError "reports.recovery" if it is not (or no longer) the right one."""
        circle, own = keys.recovery_key(text)
        try:
            return await self._opened(RECOVERY, circle, own)
        except WaymarkError:
            raise WaymarkError("reports.recovery") from None

    async def change_passphrase(self, member: str, circle: Circle, before: str, after: str) -> None:
        """A member's new passphrase; the old one opens nothing afterwards."""
        keys.check_passphrase(after)
        holder = await self._member(member, circle)
        if holder.wrapped is None:
            raise WaymarkError("reports.not_enrolled")
        async with self._slots:
            own = await asyncio.to_thread(keys.unwrap, holder.wrapped, before, _owner(circle, member))
        wrapped = await self._wrap(own, after, circle, member)
        await self._store.rewrap(member, circle, holder.wrapped, wrapped)

    async def renew(self, by: Unlocked, member: str, passphrase: str) -> None:
        """A new key pair for a member whose passphrase was lost; `by`: another member, or the printed key."""
        keys.check_passphrase(passphrase)
        await self.refresh(by)
        pair = keys.new_pair()
        wrapped = await self._wrap(pair.private, passphrase, by.circle, member)
        shares = {number: keys.share(by.key(number), by.circle, number, pair.public) for number in by.numbers}
        vouched = keys.vouch(by.key(), member, pair.public)
        await self._store.renew(member, by.circle, pair.public, wrapped, shares, vouched, by.key())

    async def remove(self, by: Unlocked, member: str) -> None:
        """Takes a member's key away and makes a new one for whatever comes from now on: both, or nothing.

        The circle is `by`'s own: with a reader's keys nobody of the oversight can be removed. WaymarkError "reports.self" for
        oneself: who is left must hold the new key and seal anew.
        """
        await self.remove_from(by.circle, by, member)

    async def remove_from(self, circle: Circle, by: Unlocked, member: str) -> None:
        """`remove`, said for a circle; WaymarkError "reports.proof" if that is not the circle of `by`."""
        if circle == by.circle and member == by.holder:
            raise WaymarkError("reports.self")
        then = await self._next(by, but=member)
        await self._store.remove(member, circle, by.key(), then)
        await self.refresh(by)

    async def rotate(self, by: Unlocked) -> int:
        """A new key pair for the circle; its number. Old reports stay with the old key until they are sealed anew."""
        then = await self._next(by)
        await self._store.rotate(by.circle, then, by.key())
        await self.refresh(by)
        return then.number

    async def _next(self, by: Unlocked, but: str | None = None) -> Rotation:
        """The circle's next key, with shares for everybody but one. WaymarkError "reports.tampered" for a slipped-in row."""
        await self.refresh(by)
        present, pair = by.key(), keys.new_pair()
        number = max(by.numbers) + 1
        shares = {}
        for holder in await self._store.holders(by.circle):
            if holder.vouched is None or holder.id == but:
                continue
            # A row that somebody with write access to the database slipped in has no mark of the circle: nothing is sealed to it.
            if not hmac.compare_digest(holder.vouched, keys.vouch(present, holder.id, holder.public)):
                raise WaymarkError("reports.tampered", holder=holder.id)
            sealed = keys.share(pair.private, by.circle, number, holder.public)
            shares[holder.id] = (holder.public, sealed, keys.vouch(pair.private, holder.id, holder.public))
        return Rotation(number, pair.public, shares)

    async def retire(self, by: Unlocked, in_use: Iterable[int]) -> None:
        """Deletes the shares of keys that nothing is sealed to any more. `in_use`: numbers that are still needed."""
        newest = (await self.public(by.circle)).number
        await self._store.retire(by.circle, min([*in_use, newest]))

    async def refresh(self, by: Unlocked) -> None:
        """Learns keys that were made since a member unlocked theirs. WaymarkError "reports.removed" if they were removed."""
        shares = await self._store.shares(by.holder, by.circle)
        if not shares:
            raise WaymarkError("reports.removed")
        by.learn(shares)

    async def _opened(self, holder: str, circle: Circle, own: bytes) -> Unlocked:
        shares = await self._store.shares(holder, circle)
        if not shares:
            raise WaymarkError("reports.not_admitted")
        opened = {number: keys.open_share(sealed, circle, number, own) for number, sealed in shares.items()}
        return Unlocked(holder, circle, own, opened)

    async def _member(self, member: str, circle: Circle) -> Holder:
        holder = await self._store.holder(member, circle)
        if holder is None or holder.id == RECOVERY:
            raise WaymarkError("reports.not_enrolled")
        return holder

    async def _wrap(self, private: bytes, passphrase: str, circle: Circle, member: str) -> bytes:
        async with self._slots:
            return await asyncio.to_thread(keys.wrap, private, passphrase, _owner(circle, member))


def _owner(circle: Circle, member: str) -> str:
    return f"{circle}/{member}"
