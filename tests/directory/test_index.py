"""Search and passages over a handful of pages, with the real encoder."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from bot.directory.encoder import SentenceEncoder, load_encoder
from bot.directory.index import Index
from bot.directory.pages import Page
from bot.settings import ROOT

TEXTS = {
    "bank": ("Open a bank account", "Go to a bank with your passport.", "A basic account is free for everyone."),
    "doctor": ("See a doctor", "Call a practice and make an appointment.", "Bring your health insurance card."),
    "school": ("Register at school", "School is compulsory from the age of six.", "Bring the birth certificate."),
    "flat": ("Find a flat", "Look at advertisements in the newspaper.", "The rent is paid every month."),
    "bus": ("Bus and train", "Buy a ticket before you travel.", "Riding without a ticket costs 60 euros."),
}


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return load_encoder(ROOT / "var" / "models")


@pytest.fixture(scope="module")
def index(encoder: SentenceEncoder) -> Index:
    return Index.build(_pages(), "en", encoder)


def _pages(group: str = "directory") -> list[Page]:
    return [Page(name, group, "en", lines[0], lines[1:]) for name, lines in TEXTS.items()]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("how do i get a bank account", "bank"),
        ("my child must go to school", "school"),
        ("where can i rent a place to live", "flat"),
    ],
)
def test_the_right_page_comes_first(index: Index, question: str, expected: str) -> None:
    hits = index.search(question, 3)
    assert hits[0].page_id == expected
    assert len(hits) == 3
    assert all(0 <= hit.probability <= 1 for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_only_allowed_pages_are_found(index: Index) -> None:
    assert [hit.page_id for hit in index.search("bank account", 9, allowed={"bus", "flat"})] in (["bus", "flat"], ["flat", "bus"])
    assert index.search("bank account", 9, allowed=set()) == []


def test_lines_are_numbers_of_the_page_in_order(index: Index) -> None:
    lines = index.answer_lines("What do I bring to the doctor?", "doctor")
    assert lines == sorted(set(lines))
    assert set(lines) <= {0, 1}


@pytest.mark.parametrize(
    "question", ["", "???", "🙂", "a" * 5000, "\x00\n"], ids=["nothing", "marks", "emoji", "long", "control"]
)
def test_odd_questions_do_no_harm(index: Index, question: str) -> None:
    assert len(index.search(question, 2)) == 2
    index.answer_lines(question, "bank")


def test_threads_get_what_one_gets(index: Index) -> None:
    questions = ["bank account", "doctor", "ticket price", "school"] * 5
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda q: index.search(q, 5), questions)) == [index.search(q, 5) for q in questions]


def test_groups_are_searched_apart(encoder: SentenceEncoder) -> None:
    other = [page._replace(id="other-" + page.id) for page in _pages("other")]
    index = Index.build([*_pages(), *other], "en", encoder)
    assert all(hit.page_id.startswith("other-") for hit in index.search("bank", 9, group="other"))
    assert index.search("bank", 9, group="nowhere") == []
    with pytest.raises(ValueError, match="which group"):
        index.search("bank", 9)


def test_pages_without_lines_and_double_ids_are_refused(encoder: SentenceEncoder) -> None:
    with pytest.raises(ValueError, match="no lines"):
        Index.build([Page("a", "g", "en", "A", ())], "en", encoder)
    with pytest.raises(ValueError, match="same id"):
        Index.build([_pages()[0], _pages()[0]], "en", encoder)


def test_no_pages_give_no_hits(encoder: SentenceEncoder) -> None:
    assert Index.build([], "en", encoder).search("anything", 3) == []


def test_stored_vectors_give_the_same_hits_and_only_changed_pages_are_encoded(
    encoder: SentenceEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Index.build(_pages(), "en", encoder, tmp_path).search("ticket", 5)
    encoded: list[int] = []
    states = SentenceEncoder.states

    def counted(self: SentenceEncoder, rows: list[list[int]]) -> object:
        encoded.append(len(rows))
        return states(self, rows)

    monkeypatch.setattr(SentenceEncoder, "states", counted)
    again = Index.build(_pages(), "en", encoder, tmp_path)
    assert encoded == [0]
    assert again.search("ticket", 5) == first
    changed = [_pages()[0]._replace(lines=("Something else.",)), *_pages()[1:]]
    encoded.clear()
    Index.build(changed, "en", encoder, tmp_path)
    assert encoded == [1]


def test_a_damaged_store_is_made_anew(encoder: SentenceEncoder, tmp_path: Path) -> None:
    Index.build(_pages(), "en", encoder, tmp_path)
    (tmp_path / "pages-en.npz").write_bytes(b"PK\x03\x04 cut off")
    assert Index.build(_pages(), "en", encoder, tmp_path).search("bank", 1)[0].page_id == "bank"


def test_vectors_are_unit_and_alike_in_every_language(encoder: SentenceEncoder) -> None:
    same = ["Where can I see a doctor?", "Wo finde ich einen Arzt?", "أين أجد طبيبا؟", "کجا می‌توانم دکتر پیدا کنم؟",
            "Де я можу знайти лікаря?", "Где найти врача?", "Nerede doktor bulabilirim?", "Où trouver un médecin ?"]  # fmt: skip
    vectors = encoder.queries(same)
    other = encoder.query("How much is a bus ticket?")
    assert vectors.shape == (8, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    assert (vectors @ vectors[0] > vectors @ other).all()
