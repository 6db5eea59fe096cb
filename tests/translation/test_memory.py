"""What is remembered, what is not, and that it comes back: exactly, nearly, through TMX and PO. Real SQLite files."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import polib
import pytest
from translate.storage import tmx

from bot.container import Container
from bot.errors import WaymarkError
from bot.translation.exchange import Row, read_po, read_tmx, take, write_po, write_tmx
from bot.translation.memory import HouseMemory, masked_again, readable
from tests.translation.fixture_packages import lay_out


@pytest.fixture
def memory(house: Container) -> HouseMemory:
    return house.translation_memory


async def correct(memory: HouseMemory, original: str, text: str, **more: object) -> None:
    values = {"role": "mediator", "personal": False} | more
    await memory.accept_correction(original, text, "en", "de", **values)  # type: ignore[arg-type]


async def test_a_correction_serves_every_number(memory: HouseMemory, house: Container) -> None:
    await correct(memory, "Call +49 821 3242880 before 19:30.", "Bitte vor 19:30 anrufen: +49 821 3242880.")
    made = await house.translator.translate("Call 116 117 before 8:00.", "en", "de")
    assert (made.text, made.kind, made.mark) == ("Bitte vor 8:00 anrufen: 116 117.", "corrected", "good")


async def test_a_reviewed_correction_carries_no_mark(memory: HouseMemory, house: Container) -> None:
    await correct(memory, "Please bring all papers.", "Bitte bringen Sie alle Papiere mit.")
    entry = (await memory.store.entries())[0]
    assert (entry.state, entry.role) == ("corrected", "mediator")
    await memory.approve(entry.number, role="reviewer")
    made = await house.translator.translate("Please bring all papers.", "en", "de")
    assert (made.kind, made.mark) == ("reviewed", "reviewed")
    with pytest.raises(WaymarkError, match="no corrected entry"):
        await memory.approve(entry.number, role="reviewer")
    with pytest.raises(WaymarkError, match="no corrected entry"):
        await memory.approve(999, role="reviewer")


async def test_a_reviewer_may_say_it_otherwise_but_with_the_same_numbers(memory: HouseMemory, house: Container) -> None:
    await correct(memory, "Call 110 at once please.", "Rufen Sie 110.")
    number = (await memory.store.entries())[0].number
    for spoilt in ("Bitte sofort anrufen.", "Bitte sofort ⟦1⟧ oder 112 anrufen.", "Bitte sofort 110 anrufen.", " "):
        with pytest.raises(WaymarkError) as refused:
            await memory.approve(number, role="reviewer", text=spoilt)
        assert refused.value.code in ("memory.differs", "memory.empty")
    with pytest.raises(WaymarkError, match="'de', not 'ar'"):
        await memory.approve(number, role="reviewer", target="ar", text="Bitte sofort ⟦1⟧ anrufen.")
    assert [(one.state, one.text) for one in await memory.store.entries()] == [("corrected", "Rufen Sie \ue000.")]
    await memory.approve(number, role="reviewer", target="de", text="Bitte sofort ⟦1⟧ anrufen.")
    made = await house.translator.translate("Call 112 at once please.", "en", "de")
    assert (made.text, made.kind, made.mark) == ("Bitte sofort 112 anrufen.", "reviewed", "reviewed")


async def test_a_correction_is_shown_at_once(memory: HouseMemory, house: Container) -> None:
    await correct(memory, "Please bring all papers.", "Erst so.")
    assert (await house.translator.translate("Please bring all papers.", "en", "de")).text == "Erst so."
    await correct(memory, "Please bring all papers.", "Dann anders.")
    assert (await house.translator.translate("Please bring all papers.", "en", "de")).text == "Dann anders."


@pytest.mark.parametrize(("original", "text", "more", "code"), [
    ("My husband beats me.", "Mein Mann schlägt mich.", {"personal": True}, "memory.personal"),
    ("I live at 12 Long Street.", "Ich wohne in 12 Long Street.", {"personal": True, "general": True}, "memory.spans"),
    ("Write to me@example.org please", "x me@example.org", {"personal": True, "general": True}, "memory.spans"),
    ("Call 110 now please.", "Bitte jetzt 112 anrufen.", {}, "memory.differs"),
    ("Call 110 now please.", "Bitte jetzt anrufen.", {}, "memory.differs"),
    ("Call now please.", "Bitte jetzt 110 anrufen.", {}, "memory.differs"),
    ("See https://example.org/a for more.", "Mehr unter https://example.org/b.", {}, "memory.differs"),
    ("  ", "x", {}, "memory.empty"),
    ("Hello there friend", " ", {}, "memory.empty"),
])  # fmt: skip
async def test_what_is_never_remembered(
    memory: HouseMemory, original: str, text: str, more: dict[str, object], code: str
) -> None:
    with pytest.raises(WaymarkError) as refused:
        await correct(memory, original, text, **more)
    assert refused.value.code == code
    assert await memory.store.entries() == []


async def test_a_general_sentence_from_a_chat_is_taken(memory: HouseMemory) -> None:
    await correct(memory, "The office is closed on Mondays.", "Das Amt ist montags zu.", personal=True, general=True)
    assert len(await memory.store.entries()) == 1


async def test_a_later_state_wins(memory: HouseMemory) -> None:
    await memory.keep("Please wait here now.", "maschinell", "en", "de", "")
    await correct(memory, "Please wait here now.", "von Hand")
    await memory.keep("Please wait here now.", "maschinell wieder", "en", "de", "")
    held = await memory.find("Please wait here now.", "en", "de", "")
    assert held is not None and (held.text, held.state) == ("von Hand", "corrected")


async def test_people_serve_every_context_and_machines_only_their_own(memory: HouseMemory) -> None:
    await memory.keep("Please wait here now.", "maschinell", "en", "de", "wording")
    assert await memory.find("Please wait here now.", "en", "de", "desk") is None
    await correct(memory, "Please wait here now.", "von Hand", context="wording")
    assert await memory.find("Please wait here now.", "en", "de", "desk") is not None


async def test_a_person_goes_before_the_machine_whatever_the_context(memory: HouseMemory) -> None:
    await correct(memory, "Please wait here now.", "von Hand", context="desk")
    await memory.keep("Please wait here now.", "maschinell", "en", "de", "wording")
    held = await memory.find("Please wait here now.", "en", "de", "wording")
    assert held is not None and (held.text, held.state) == ("von Hand", "corrected")
    await correct(memory, "Please wait here now.", "von Hand für hier", context="wording")
    held = await memory.find("Please wait here now.", "en", "de", "wording")
    assert held is not None and held.text == "von Hand für hier"


async def test_near_matches_are_for_translators_only(memory: HouseMemory, house: Container) -> None:
    await correct(memory, "You may stay in the flat until June.", "Sie dürfen bis Juni bleiben.")
    near = await memory.suggest("You may not stay in the flat until June.", "en", "de")
    assert [(one.text, one.state) for one in near] == [("Sie dürfen bis Juni bleiben.", "corrected")] and near[0].likeness >= 80
    assert await memory.suggest("Something else entirely, my friend", "en", "de") == []
    made = await house.translator.translate("You may not stay in the flat until June.", "en", "de")
    assert "dürfen" not in made.text


async def test_nothing_can_be_read_from_the_file(memory: HouseMemory, house: Container) -> None:
    await correct(memory, "Please bring all zebrapapers.", "Bitte Zebrapapiere mitbringen.")
    await memory.keep("The giraffe office is open.", "Das Giraffenamt ist offen.", "en", "de", "")
    house.database.close()
    for file in Path(house.settings.state).glob("waymark.db*"):
        content = file.read_bytes()
        assert not any(word in content for word in (b"zebra", b"Zebra", b"giraffe", b"Giraffe"))


async def test_tmx_and_po_carry_everything_out_and_back(memory: HouseMemory, house: Container, tmp_path: Path) -> None:
    await correct(memory, "Call +49 821 3242880 before 19:30.", "Bitte vor 19:30 anrufen: +49 821 3242880.", context="wording")
    await correct(memory, "Say \"yes\" & <wait>\nhere, please.", "Sagen Sie „ja“ & <wait>\nhier, bitte.")
    await memory.keep("The office is open today.", "Das Amt ist heute offen.", "en", "de", "")
    await memory.approve(1, role="curator")
    entries = await memory.store.entries("en", "de")
    rows = [
        Row(readable(one.original), readable(one.text), one.source, one.target, one.context, one.state, one.role)
        for one in entries
    ]
    assert write_tmx(entries, tmp_path / "a.tmx", "en", "de") == write_po(entries, tmp_path / "a.po", "en", "de") == 3
    assert read_tmx(tmp_path / "a.tmx", "en", "de") == rows
    assert sorted(read_po(tmp_path / "a.po", "en", "de")) == sorted(rows)
    for number in (1, 2, 3):
        assert await memory.store.remove(number)
    assert await take(memory, read_tmx(tmp_path / "a.tmx", "en", "de")) == (3, 0)
    again = await memory.store.entries("en", "de")
    assert sorted((one.original, one.text, one.context, one.state, one.role) for one in again) == sorted(
        (one.original, one.text, one.context, one.state, one.role) for one in entries)


async def test_a_strangers_tmx_is_corrected_by_import_and_checked(memory: HouseMemory, tmp_path: Path) -> None:
    store = tmx.tmxfile()
    store.addtranslation("Call 110 now please.", "en-GB", "Bitte jetzt 110 anrufen.", "de-DE")
    store.addtranslation("Call 112 now please.", "en", "Bitte jetzt 110 anrufen.", "de")
    store.addtranslation("Bonjour mes amis", "fr", "Hallo meine Freunde", "de")
    store.savefile(str(tmp_path / "theirs.tmx"))
    rows = read_tmx(tmp_path / "theirs.tmx", "en", "de")
    assert [(row.state, row.role) for row in rows] == [("corrected", "import")] * 2
    assert await take(memory, rows) == (1, 1)
    held = await memory.find("Call \ue000 now please.", "en", "de", "")
    assert held is not None and held.text == "Bitte jetzt \ue000 anrufen."


@pytest.mark.parametrize("text", [
    "Bitte rufen Sie im Notfall ⟦1⟧ oder 0900 123456 an.", "Bitte rufen Sie im Notfall 9⟦1⟧ an.",
    "Bitte im Notfall ⟦1⟧ anrufen, siehe https://example.org/x.", "Bitte im Notfall ⟦1⟧ anrufen, a@example.org.",
])
async def test_a_file_cannot_add_a_number_or_link_beside_a_placeholder(memory: HouseMemory, tmp_path: Path, text: str) -> None:
    original = "Please call ⟦1⟧ in an emergency."
    file = polib.POFile()
    file.append(polib.POEntry(msgid=original, msgstr=text))
    file.save(str(tmp_path / "m.po"))
    store = tmx.tmxfile()
    store.addtranslation(original, "en", text, "de")
    store.savefile(str(tmp_path / "m.tmx"))
    for rows in (read_po(tmp_path / "m.po", "en", "de"), read_tmx(tmp_path / "m.tmx", "en", "de")):
        assert await take(memory, rows) == (0, 1)
    assert await memory.store.entries() == []


async def test_placeholders_that_cannot_be_are_refused(memory: HouseMemory) -> None:
    for wrong in ("⟦0⟧", "⟦6401⟧", "⟦9999⟧"):
        assert not await memory.take(f"Please call {wrong}.", f"Bitte {wrong} anrufen.", "en", "de", "", "reviewed", "reviewer")
        assert masked_again(wrong) == wrong
    assert await memory.store.entries() == []


async def test_the_machines_entries_serve_the_packages_that_made_them(memory: HouseMemory, house: Container) -> None:
    folder = lay_out(house.translation_packages.folder, "de-en")
    text, wanted = "Ich brauche einen Anwalt.", "I need a lawyer."
    try:
        assert (await house.translator.translate(text, "de", "en")).text == wanted
        entry = (await memory.store.entries())[0]
        way = house.translation_engine.way("de", "en")
        assert (entry.text, entry.role) == (wanted, f"machine-{way}") and len(way) == 12
        # The same text as another package would have left it.
        await memory.keep(text, "Rubbish of an older package.", "de", "en", "", "0123456789ab")
        house.translator.forget()
        assert (await house.translator.translate(text, "de", "en")).text == wanted
        record = next(folder.glob("*/waymark.json"))
        record.write_text(record.read_text().replace(json.loads(record.read_text())["sha256"], "ab" * 32))
        await asyncio.sleep(1.1)  # so long a look at the folder stays good
        assert house.translation_engine.way("de", "en") not in ("", way)
        assert house.translation_engine.way("en", "fa") == house.translation_engine.way("?", "fa") == ""
    finally:
        await house.translation_engine.stop()


@pytest.mark.parametrize("state", ["machine", "corrected", "reviewed"])
async def test_what_is_held_with_another_number_is_doubtful_and_the_original_shown(
    memory: HouseMemory, house: Container, state: str
) -> None:
    """However it came into the memory: an older import, a database edited by hand."""
    original, spoilt = "Please call \ue000 in an emergency.", "Im Notfall \ue000 oder 0900 123456."
    await memory.store.keep(original, spoilt, "en", "de", "", state, "x")
    text = "Please call 110 in an emergency."
    made = await house.translator.translate(text, "en", "de")
    assert (made.mark, made.reasons, made.original) == ("doubtful", ("spans",), text)


async def test_taking_the_fuzzy_flag_away_in_poedit_reviews_an_entry(memory: HouseMemory, tmp_path: Path) -> None:
    await correct(memory, "Please bring all papers.", "Bitte alle Papiere mitbringen.")
    write_po(await memory.store.entries(), tmp_path / "a.po", "en", "de")
    file = polib.pofile(str(tmp_path / "a.po"))
    file[0].flags = []
    file[0].msgstr = "Bitte bringen Sie alle Papiere mit."
    file.save()
    assert await take(memory, read_po(tmp_path / "a.po", "en", "de")) == (1, 0)
    entry = (await memory.store.entries())[0]
    assert (entry.state, entry.role, entry.text) == ("reviewed", "reviewer", "Bitte bringen Sie alle Papiere mit.")


@pytest.mark.parametrize("content", [b"", b"<tmx", b"\xff\xfe\x00", b"<?xml version='1.0'?><!DOCTYPE t [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
                                     b"<tmx version='1.4'><header/><body><tu><tuv xml:lang='en'><seg>&x;</seg></tuv>"
                                     b"<tuv xml:lang='de'><seg>&x;</seg></tuv></tu></body></tmx>"])
def test_broken_and_hostile_files_are_refused_or_empty(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.tmx").write_bytes(content)
    try:
        rows = read_tmx(tmp_path / "x.tmx", "en", "de")
    except WaymarkError as error:
        assert error.code == "memory.file" and "x.tmx" in str(error)
    else:
        assert all("root:" not in row.original + row.text for row in rows)
    (tmp_path / "x.po").write_bytes(b"msgid \"a\nmsgstr")
    with pytest.raises(WaymarkError, match=r"x\.po cannot be read as PO"):
        read_po(tmp_path / "x.po", "en", "de")


def test_readable_and_back() -> None:
    masked = "Call \ue000 or \ue00b."
    assert readable(masked) == "Call ⟦1⟧ or ⟦12⟧." and masked_again(readable(masked)) == masked


async def test_the_machines_own_entries_end_at_a_limit(
    memory: HouseMemory, house: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    import bot.store.translation_memory as module

    monkeypatch.setattr(module, "MOST_BY_MACHINE", 3)
    await correct(memory, "A sentence by a person.", "Ein Satz von einem Menschen.")
    for number in range(6):
        await memory.keep(f"Sentence {'x' * number} here.", "Satz", "en", "de", "")
    entries = await memory.store.entries()
    assert [one.state for one in entries] == ["machine"] * 3 + ["corrected"]
