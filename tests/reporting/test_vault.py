"""Sealing, attacked: cut short, altered, swapped, forged, for others; and what lengths give away."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import WaymarkError
from bot.reporting import vault
from bot.reporting.keys import new_pair
from bot.reporting.vault import Recipient, open_sealed, pad, padded_size, seal, share, stamp, stamped, unpad

READER, OTHER, PERSON = new_pair(), new_pair(), new_pair()
KEY = b"k" * 32
quick = settings(max_examples=60, deadline=None)


@quick
@given(st.binary(max_size=5000), st.binary(max_size=60))
def test_what_is_sealed_opens_for_every_recipient_and_nobody_else(plain: bytes, context: bytes) -> None:
    sealed = seal(plain, [Recipient(READER.public), Recipient(PERSON.public)], context)
    assert open_sealed(sealed, READER.private, context) == open_sealed(sealed, PERSON.private, context) == plain
    with pytest.raises(WaymarkError) as refused:
        open_sealed(sealed, OTHER.private, context)
    assert refused.value.code == "reports.sealed"
    assert len(plain) < 8 or plain not in sealed


@quick
@given(st.binary(max_size=3000))
def test_padding_comes_off_again(plain: bytes) -> None:
    assert unpad(pad(plain)) == plain and len(pad(plain)) == padded_size(len(plain))


@quick
@given(st.integers(0, 30_000_000))
def test_padding_grows_with_the_text_and_costs_little(size: int) -> None:
    padded = padded_size(size)
    assert padded >= size + 8 and padded_size(size + 1) >= padded
    assert padded == 1024 or padded <= 1.12 * (size + 8) + 1


def test_short_texts_all_look_alike_and_long_ones_come_in_few_sizes() -> None:
    assert {len(seal(b"x" * size, [Recipient(READER.public)])) for size in range(0, 1016, 5)} == {
        len(seal(b"", [Recipient(READER.public)]))
    }
    assert len({padded_size(size) for size in range(1_000_000, 2_000_000, 501)}) <= 40


@pytest.mark.parametrize("wrong", [b"", b"\0" * 7, pad(b"abc")[:-1], pad(b"abc") + b"\0", b"\xff" * 1024,
                                   pad(b"abc")[:-1] + b"x"])
def test_what_is_not_padded_so_is_refused(wrong: bytes) -> None:
    with pytest.raises(WaymarkError):
        unpad(wrong)


@quick
@given(st.data())
def test_one_altered_byte_anywhere_opens_nothing(data: st.DataObject) -> None:
    sealed = seal(b"a story", [Recipient(READER.public)], b"report|1")
    place = data.draw(st.integers(0, len(sealed) - 1))
    altered = bytearray(sealed)
    altered[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(WaymarkError):
        open_sealed(bytes(altered), READER.private, b"report|1")


@quick
@given(st.integers(0, 1300))
def test_a_truncated_record_opens_nothing(kept: int) -> None:
    sealed = seal(b"a story", [Recipient(READER.public)])
    with pytest.raises(WaymarkError):
        open_sealed(sealed[: min(kept, len(sealed) - 1)], READER.private)
    with pytest.raises(WaymarkError):
        open_sealed(sealed + b"\0", READER.private)


@quick
@given(st.binary(max_size=2000))
def test_rubbish_opens_nothing_and_breaks_nothing(rubbish: bytes) -> None:
    for forged in (rubbish, vault.VERSION + rubbish, vault.VERSION + b"\x01" + rubbish):
        with pytest.raises(WaymarkError):
            open_sealed(forged, READER.private)
        assert not vault.sealed_for(forged, Recipient(READER.public))


def test_a_record_moved_elsewhere_does_not_open() -> None:
    sealed = seal(b"a story", [Recipient(READER.public)], b"report-a|1|person|what")
    for place in (b"report-b|1|person|what", b"report-a|2|person|what", b"report-a|1|reader|what", b""):
        with pytest.raises(WaymarkError):
            open_sealed(sealed, READER.private, place)


def test_slots_of_two_records_cannot_be_exchanged() -> None:
    one, two = (seal(text, [Recipient(READER.public)]) for text in (b"one", b"two"))
    head = len(vault.VERSION) + 1 + vault.SLOT_BYTES
    with pytest.raises(WaymarkError):
        open_sealed(two[:head] + one[head:], READER.private)


def test_anybody_can_seal_but_only_the_house_can_stamp() -> None:
    forged = seal(b"I withdraw everything I said", [Recipient(READER.public)], b"here")
    assert open_sealed(forged, READER.private, b"here")
    with pytest.raises(WaymarkError):
        stamped(KEY, b"\0" * vault.STAMP_BYTES + forged, b"here")
    with pytest.raises(WaymarkError):
        stamped(KEY, stamp(b"another houses key, 32 bytes long", forged, b"here"), b"here")
    with pytest.raises(WaymarkError):
        stamped(KEY, stamp(KEY, forged, b"there"), b"here")
    assert stamped(KEY, stamp(KEY, forged, b"here"), b"here") == forged


def test_sharing_lets_another_reader_in_and_only_who_can_open_may_share() -> None:
    sealed = seal(b"a story", [Recipient(READER.public)], b"c")
    with pytest.raises(WaymarkError):
        share(sealed, OTHER.private, [Recipient(OTHER.public)])
    both = share(sealed, READER.private, [Recipient(OTHER.public)])
    assert open_sealed(both, OTHER.private, b"c") == open_sealed(both, READER.private, b"c") == b"a story"


def test_sealing_for_nobody_is_refused() -> None:
    with pytest.raises(WaymarkError) as refused:
        seal(b"a story", [])
    assert refused.value.code == "reports.no_readers"


def test_the_same_text_never_looks_the_same_twice() -> None:
    assert len({seal(b"same", [Recipient(READER.public)]) for _ in range(20)}) == 20
