"""Review of PO files: what waits, out to an editor and back without loss, who reviewed, what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import polib
import pytest

from bot.container import Container
from bot.errors import WaymarkError
from bot.settings import ROOT
from bot.store.translation_shown import text_hash
from bot.translation import review

WORDING = ROOT / "bot" / "wording" / "locales" / "de" / "responses.po"
DIRECTORY = ROOT / "services_directory" / "locales" / "de" / "directory.po"

SMALL = '''# A head comment.
msgid ""
msgstr ""
"Language: de\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

# A curator's remark.
#. An extracted remark.
#: services/a:name guides/b:title
#, fuzzy
msgid "Housing"
msgstr "Wohnen"

#: services/c:description
#, fuzzy
#| msgid "Call 110 now."
msgid "Call 112 now in {town}."
msgstr "Rufen Sie 110 in {town}."

msgid "Reviewed long ago"
msgstr "Schon geprüft"

msgid "Open from 8 pm"
msgstr ""

#, fuzzy
msgid "{count} place"
msgid_plural "{count} places"
msgstr[0] "{count} Ort"
msgstr[1] "{count} Orte"

#~ msgid "Old"
#~ msgstr "Alt"
'''


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    path = tmp_path / "ours.po"
    path.write_text(SMALL, encoding="utf-8")
    # As polib writes it, so that later comparisons see only what changed.
    review.write(review.read(path), path)
    return path


def edited(ours: Path, tmp_path: Path, **texts: str) -> Path:
    """A copy as an editor hands it back; `texts` by first word: a translation, its fuzzy flag taken away."""
    copy = tmp_path / "theirs.po"
    shutil.copy(ours, copy)
    file = polib.pofile(str(copy))
    for entry in file:
        word = entry.msgid.split()[0]
        if word in texts:
            entry.msgstr, entry.flags = texts[word], []
    file.save()
    return copy


@pytest.mark.parametrize("path", [WORDING, DIRECTORY], ids=["wording", "directory"])
def test_out_and_back_changes_not_one_byte(path: Path, tmp_path: Path) -> None:
    before = path.read_bytes()
    ours, out = tmp_path / "ours.po", tmp_path / "out.po"
    shutil.copy(path, ours)
    review.write(review.read(ours), out)
    assert out.read_bytes() == before
    merged = review.merge(ours, out, "de", "reviewer")
    assert merged == (0, 0, 0, ()) and ours.read_bytes() == before


@pytest.mark.parametrize("path", [WORDING, DIRECTORY], ids=["wording", "directory"])
def test_an_editor_may_wrap_sort_and_strip_the_file(path: Path, tmp_path: Path) -> None:
    """Poedit wraps lines and writes its own head; Weblate may sort; both may drop comments. Ours stays as it is."""
    ours, out = tmp_path / "ours.po", tmp_path / "out.po"
    shutil.copy(path, ours)
    before = ours.read_bytes()
    file = polib.pofile(str(path), wrapwidth=0)
    rewritten = polib.POFile(wrapwidth=60)
    rewritten.metadata = file.metadata | {"X-Generator": "Poedit 3.4", "Last-Translator": ""}
    for entry in sorted((entry for entry in file if not entry.obsolete), key=lambda entry: entry.msgid):
        rewritten.append(polib.POEntry(msgid=entry.msgid, msgstr=entry.msgstr, flags=entry.flags))
    rewritten.save(str(out))
    review.merge(ours, out, "de", "reviewer")
    assert ours.read_bytes() == before


def test_taking_the_flag_away_reviews_with_the_role(ours: Path, tmp_path: Path) -> None:
    merged = review.merge(ours, edited(ours, tmp_path, Housing="Wohnung"), "de", "curator")
    assert (merged.changed, merged.reviewed, merged.refused) == (1, 1, ())
    entry = polib.pofile(str(ours)).find("Housing")
    assert entry.msgstr == "Wohnung" and not entry.fuzzy
    assert entry.tcomment.startswith("A curator's remark.\nreviewed by: curator, 20") and entry.comment == "An extracted remark."
    assert [place for place, _ in entry.occurrences] == ["services/a:name", "guides/b:title"]


def test_everything_else_stays(ours: Path, tmp_path: Path) -> None:
    before = ours.read_text(encoding="utf-8").split("\n\n")
    review.merge(ours, edited(ours, tmp_path, Housing="Wohnung"), "de", "reviewer")
    after = ours.read_text(encoding="utf-8").split("\n\n")
    assert len(before) == len(after)
    changed = [number for number, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    assert len(changed) == 1 and 'msgid "Housing"' in after[changed[0]]
    assert "#| msgid" in ours.read_text(encoding="utf-8") and '#~ msgid "Old"' in ours.read_text(encoding="utf-8")


def test_other_numbers_stay_fuzzy_until_somebody_says_they_were_looked_at(ours: Path, tmp_path: Path) -> None:
    theirs = edited(ours, tmp_path, Open="Offen ab 20 Uhr")
    merged = review.merge(ours, theirs, "de", "reviewer")
    assert merged.reviewed == 0 and "numbers or links differ" in merged.refused[0]
    assert polib.pofile(str(ours)).find("Open from 8 pm").fuzzy
    merged = review.merge(ours, theirs, "de", "reviewer", numbers_checked=True)
    assert merged.reviewed == 1 and not polib.pofile(str(ours)).find("Open from 8 pm").fuzzy


def test_a_lost_placeholder_is_refused(ours: Path, tmp_path: Path) -> None:
    before = ours.read_bytes()
    merged = review.merge(ours, edited(ours, tmp_path, Call="Rufen Sie 112 an."), "de", "reviewer")
    assert "same {names}" in merged.refused[0] and ours.read_bytes() == before


def test_reviewed_text_is_not_replaced_by_fuzzy_text(ours: Path, tmp_path: Path) -> None:
    theirs = edited(ours, tmp_path)
    file = polib.pofile(str(theirs))
    entry = file.find("Reviewed long ago")
    entry.msgstr, entry.flags = "Ganz anders", ["fuzzy"]
    file.save()
    merged = review.merge(ours, theirs, "de", "reviewer")
    assert "is reviewed here" in merged.refused[0]
    assert polib.pofile(str(ours)).find("Reviewed long ago").msgstr == "Schon geprüft"


def test_an_emptied_entry_deletes_nothing_and_an_unknown_one_is_kept(ours: Path, tmp_path: Path) -> None:
    theirs = edited(ours, tmp_path, Housing="")
    file = polib.pofile(str(theirs))
    file.append(polib.POEntry(msgid="From an older export", msgstr="Aus einer älteren Ausgabe"))
    file.save()
    merged = review.merge(ours, theirs, "de", "reviewer")
    assert merged.added == 1
    kept = polib.pofile(str(ours))
    assert kept.find("Housing").msgstr == "Wohnen"
    assert kept.find("From an older export", include_obsolete_entries=True).obsolete


def test_a_file_of_another_language_or_none_is_refused(ours: Path, tmp_path: Path) -> None:
    with pytest.raises(WaymarkError, match="is for the language 'de', not 'fr'"):
        review.merge(ours, ours, "fr", "reviewer")
    broken = tmp_path / "broken.po"
    broken.write_text('msgid "a\nmsgstr', encoding="utf-8")
    with pytest.raises(WaymarkError, match=r"broken\.po cannot be read as PO"):
        review.merge(ours, broken, "de", "reviewer")
    with pytest.raises(WaymarkError, match="does not exist"):
        review.merge(ours, tmp_path / "none.po", "de", "reviewer")


def test_accept_reviews_one_entry(ours: Path) -> None:
    review.accept(ours, "Housing", None, "curator")
    entry = polib.pofile(str(ours)).find("Housing")
    assert not entry.fuzzy and "reviewed by: curator" in entry.tcomment
    with pytest.raises(WaymarkError, match="is empty"):
        review.accept(ours, "Open from 8 pm", None, "curator")
    with pytest.raises(WaymarkError, match="no entry"):
        review.accept(ours, "Nothing of the kind", None, "curator")


def test_accept_takes_no_other_number_unless_somebody_looked(ours: Path) -> None:
    before = ours.read_bytes()
    for source, text in (("Call 112 now in {town}.", "Rufen Sie 110 in {town}."), ("Call 112 now in {town}.", None),
                         ("Open from 8 pm", "Offen ab 20 Uhr")):
        with pytest.raises(WaymarkError, match="--numbers-checked"):
            review.accept(ours, source, text, "reviewer")
    assert ours.read_bytes() == before
    review.accept(ours, "Open from 8 pm", "Offen ab 20 Uhr", "reviewer", numbers_checked=True)
    review.accept(ours, "Call 112 now in {town}.", "Rufen Sie 112 in {town}.", "reviewer")
    kept = polib.pofile(str(ours))
    assert not kept.find("Open from 8 pm").fuzzy and kept.find("Call 112 now in {town}.").msgstr == "Rufen Sie 112 in {town}."


def test_the_most_shown_comes_first_then_the_stale(ours: Path) -> None:
    counts = {text_hash("Open from 8 pm"): 7}
    found = review.waiting("wording", ours, counts, text_hash)
    assert [one.source for one in found] == ["Open from 8 pm", "Call 112 now in {town}.", "Housing", "{count} place"]
    row = review.status("wording", ours, counts, text_hash)
    assert (row.entries, row.reviewed, row.fuzzy, row.stale, row.missing, row.shown) == (5, 1, 3, 1, 1, 7)


def test_showing_unreviewed_text_is_counted_without_text(house: Container) -> None:
    for _ in range(3):
        house.wording_messages.make("utter_greet", "ar")
    house.shown_counts.flush()
    counts = house.shown_counts.counts("ar")
    assert max(counts.values()) >= 3 and all(len(name) == 16 for name in counts)
    assert house.shown_counts.counts("en") == {}
    house.shown_counts.flush()
    assert house.shown_counts.counts("ar") == counts
