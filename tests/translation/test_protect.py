"""Spans come back byte for byte through engines that do everything wrong: the directory, public pages, made-up texts."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cli.translations import contact_lines
from bot.container import Container
from bot.directory.names import directory_names
from bot.directory.translations import directory_sources
from bot.settings import ROOT
from bot.translation.hostile import HOSTILE, HostileEngine, Rewrite, faithful
from bot.translation.masks import fill, mask, parse_lines
from bot.translation.measure import carried, compare, measure
from bot.translation.verify import problem, spaced
from tests.translation.test_spans import MIXED

DATA = ROOT.parent / "shared" / "data" / "omos-qa"
IDS = [rewrite.__name__ for rewrite in HOSTILE]


def test_there_are_many_ways_to_be_hostile() -> None:
    assert len(HOSTILE) >= 10


@pytest.mark.parametrize("rewrite", HOSTILE, ids=IDS)
async def test_every_span_of_the_directory_is_intact(rewrite: Rewrite, shared_house: Container) -> None:
    texts = [source.text for source in directory_sources(shared_house.directory)] + contact_lines(shared_house)
    figure = await measure(texts, HostileEngine(rewrite), "en", shared_house.proper_names)
    assert figure.texts > 2000 and figure.spans > 3000
    assert figure.losses == () and figure.share == 1.0


@pytest.mark.parametrize("language", ["en", "de", "ar", "fr", "uk"])
async def test_every_span_of_the_public_pages_is_intact(language: str, shared_house: Container) -> None:
    if not DATA.is_dir():
        pytest.skip("../shared/data/omos-qa is not here: the pages it holds are not part of the project")
    contexts: set[str] = set()
    for part in ("dev", "train"):
        with gzip.open(DATA / f"{part}_{language}.jsonl.gz", "rt", encoding="utf-8") as lines:
            contexts |= {json.loads(line)["context"] for line in lines}
    assert len(contexts) > 400
    # Each page through one engine, so that all engines see pages; `waymark translations protection --data` takes all by all.
    for number, rewrite in enumerate(HOSTILE):
        part_of = sorted(contexts)[number :: len(HOSTILE)]
        figure = await measure(part_of, HostileEngine(rewrite), language, shared_house.proper_names)
        assert figure.spans > 100
        assert figure.losses == (), rewrite.__name__


@settings(max_examples=400, deadline=None)
@given(text=MIXED, rewrite=st.sampled_from(HOSTILE), seed=st.integers(0, 99))
async def test_every_span_of_made_up_texts_is_intact(text: str, rewrite: Rewrite, seed: int) -> None:
    came, spans = await carried(text, HostileEngine(rewrite, seed))
    assert compare(text, came, spans).losses == ()


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=120), rewrite=st.sampled_from(HOSTILE))
async def test_no_text_and_no_engine_breaks_it(text: str, rewrite: Rewrite) -> None:
    came, spans = await carried(text, HostileEngine(rewrite))
    reached = 0
    for span in spans:
        reached = came.index(span, reached) + len(span)


@pytest.mark.parametrize(("sent", "came", "found"), [
    ("call \ue000 now", "ruf \ue000 an", None),
    ("call \ue000 now", "ruf an", "lost"),
    ("call \ue000 now", "ruf \ue000 \ue000 an", "lost"),
    ("call \ue000 now", "ruf \ue001 an", "lost"),
    ("fire \ue000 police \ue001", "Feuer \ue001 Polizei \ue000", "moved"),
    ("call \ue000 now", "ruf \ue000 an 112", "invented"),
    ("call \ue000 now", "ruf \ue000 an https://x", "invented"),
    ("pay \ue000 now", "zahle -\ue000 jetzt", "changed"),
    ("pay \ue000 now", "zahle \ue000 % jetzt", "changed"),
    ("call \ue000 now", "ruf\ue000an", "inside"),
])  # fmt: skip
def test_what_is_wrong_with_a_text(sent: str, came: str, found: str | None) -> None:
    assert problem(sent, came) == found


def test_a_swallowed_blank_comes_back() -> None:
    assert spaced("call \ue000 now", "ruf\ue000 an") == "ruf \ue000 an"
    assert spaced("von \ue000 \ue001 an", "\ue000\ue001 on") == "\ue000 \ue001 on"
    assert spaced("am \ue000-jährig", "a \ue000-year") == "a \ue000-year"


def test_numbers_keep_their_direction_in_right_to_left_text_and_their_bytes_everywhere() -> None:
    text = "call +49 821 3242880 at 8 صباحًا"
    masked = mask(text, parse_lines(text))
    assert fill(masked.text, masked.spans, "de") == text
    arabic = fill(masked.text, masked.spans, "ar")
    assert "\u2066+49 821 3242880\u2069" in arabic and "\u20688 صباحًا\u2069" in arabic


async def test_lines_bullets_and_blanks_between_sentences_stay() -> None:
    text = "Go to the office now.  Bring all your papers.\n\n1. Fill in the long form.\n- Wait for the letter.\n"
    came, _ = await carried(text, HostileEngine(faithful))
    assert [line[:3] for line in came.split("\n")][2:4] == ["1. ", "- t"]
    assert came.count("\n") == text.count("\n") and ".won  gnirB" in came


async def test_half_a_sentence_is_never_left_standing() -> None:
    """"Do not" is too short to be translated alone; then the whole sentence stays, not its harmless half."""
    from bot.translation.hostile import drops

    text = "Do not 19:30 open the door to anybody at all."
    came, _ = await carried(text, HostileEngine(drops))
    assert came == text


def test_hosts_of_the_directory_are_names(shared_house: Container) -> None:
    hosts = set(directory_names(shared_house.directory)) & {"integreat.app", "lunes.app", "augsburg.de"}
    assert hosts == {"integreat.app", "lunes.app", "augsburg.de"}
    assert [span.text for span in parse_lines("i read augsburg.de today", shared_house.proper_names)] == ["augsburg.de"]


def test_the_data_folder_is_where_it_is_looked_for() -> None:
    assert Path(DATA).parent.name == "data"
