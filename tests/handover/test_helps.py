"""Cards and phrases arrive in the person's language; editing, notes, urgency, and who fits best."""

from __future__ import annotations

import pytest

from bot.container import Container
from bot.handover import matching
from bot.handover.urgency import deadline_in, is_minor, says, words
from bot.wording.marks import mark_of
from tests.handover.test_desk import WHO, Talk, code_of


@pytest.fixture
async def talk(house: Container) -> Talk:
    made = Talk(house)
    made.anna, _ = await made.begin()  # type: ignore[attr-defined]
    made.case = await made.desk.open(WHO, reason="asked")  # type: ignore[attr-defined]
    await made.desk.take(made.case.id, made.anna.id)  # type: ignore[attr-defined]
    return made


async def test_a_card_arrives_in_the_persons_language(talk: Talk) -> None:
    case, anna = talk.case, talk.anna  # type: ignore[attr-defined]
    entry = await talk.desk.insert_card(case.id, anna.id, "debt-counselling-diakonie", "c1")
    sent = talk.sent[-1].body
    assert sent["metadata"]["language"] == "ar"
    assert [card["id"] for card in sent["metadata"]["cards"]] == ["debt-counselling-diakonie"]
    assert [one["press"]["intent"] for one in sent["buttons"]] == ["press_desk_back"], "nobody asks for the person they talk to"
    assert (entry.kind, entry.delivery, entry.cards[0]["id"]) == ("card", "pending", "debt-counselling-diakonie")
    assert await talk.desk.insert_card(case.id, anna.id, "debt-counselling-diakonie", "c1") == entry
    assert await code_of(talk.desk.insert_card(case.id, anna.id, "../../etc", "c2")) == "desk.card"


async def test_a_phrase_is_the_house_wording_in_both_languages(talk: Talk) -> None:
    case, anna = talk.case, talk.anna  # type: ignore[attr-defined]
    entry = await talk.desk.insert_phrase(case.id, anna.id, "ask_safe", "p1")
    make = talk.house.wording_messages.make
    assert talk.sent[-1].body["metadata"]["lead"] == make("utter_phrase_ask_safe", "ar")["metadata"]["lead"]
    assert entry.text == make("utter_phrase_ask_safe", "de")["text"]
    assert make("utter_phrase_ask_safe", "ar")["metadata"]["mark"] == "fuzzy"
    assert entry.translation is not None and entry.translation.kind == "fuzzy", "translated by hand and not checked: no machine"
    assert mark_of(entry.translation) == "fuzzy"
    assert await code_of(talk.desk.insert_phrase(case.id, anna.id, "../privacy", "p2")) == "desk.phrase"
    groups = await talk.desk.phrases(case.id, anna.id)
    assert sum(map(len, groups.values())) >= 25
    assert all(groups.values())


async def test_words_in_the_persons_own_language_are_no_machines(talk: Talk) -> None:
    case, anna = talk.case, talk.anna  # type: ignore[attr-defined]
    await talk.desk.reply(case.id, anna.id, "أهلا بك", key="own", language="ar")
    own = talk.sent[-1].body["metadata"]
    assert (own["mark"], own["mark_text"], own["original"]) == (None, None, None)
    await talk.desk.reply(case.id, anna.id, "Guten Tag", key="as-is", untranslated=True)
    as_it_is = talk.sent[-1].body["metadata"]
    assert (as_it_is["mark"], as_it_is["language"]) == ("untranslated", "de")


async def test_an_edit_replaces_the_words_and_tells_the_person(talk: Talk) -> None:
    case, anna = talk.case, talk.anna  # type: ignore[attr-defined]
    entry = await talk.desk.reply(case.id, anna.id, "Come on Monday", key="1", untranslated=True)
    await talk.desk.edit(case.id, anna.id, entry.number, "Come on Tuesday", "e1", translation="تعال يوم الثلاثاء")
    assert talk.sent[-1].body["metadata"]["edits"] == entry.seq
    first = await talk.house.cases.entry(case.id, entry.number)
    assert first is not None
    assert (first.text, first.edited) == ("Come on Tuesday", True)
    await talk.say("not mine", "p1")
    theirs = (await talk.house.cases.entries(case.id))[-1]
    assert await code_of(talk.desk.edit(case.id, anna.id, theirs.number, "x", "e2")) == "desk.not_editable"


async def test_the_persons_edit_replaces_their_words(talk: Talk) -> None:
    case = talk.case  # type: ignore[attr-defined]
    await talk.say("I am 61", "a1")
    await talk.say("I am 16", "a2", edit_of="a1")
    mine = [entry for entry in await talk.house.cases.entries(case.id) if entry.author == "person"]
    assert [(entry.text, entry.edited) for entry in mine] == [("I am 16", True)]


async def test_a_note_never_leaves_the_desk(talk: Talk) -> None:
    case, anna = talk.case, talk.anna  # type: ignore[attr-defined]
    before = len(talk.sent)
    await talk.desk.note(case.id, anna.id, "seems afraid of the landlord", "n1")
    assert len(talk.sent) == before


async def test_a_wish_for_a_woman_binds_while_one_is_there(house: Container) -> None:
    talk = Talk(house)
    anna, _ = await talk.begin()
    clara = await house.mediators.add("Clara", ["de"], gender="woman")
    case = await talk.desk.open(WHO, reason="asked", wishes=["woman"])
    assert await code_of(talk.desk.take(case.id, anna.id)) == "desk.wish"
    assert (await talk.desk.best(case))[0].id == clara.id
    await house.mediators.disable(clara.id)
    assert (await talk.desk.take(case.id, anna.id)).mediator_id == anna.id


async def test_language_then_load_decide_who_fits(house: Container) -> None:
    talk = Talk(house)
    anna, bilal = await talk.begin()
    case = await talk.desk.open(WHO, reason="asked")
    assert [one.name for one in await talk.desk.best(case)] == ["Bilal", "Anna"]
    many = {bilal.id: 50, anna.id: 0}
    assert matching.best(case, [bilal, anna], {}, many, [])[0].id == anna.id
    assert matching.best(case, [bilal, anna], {}, {}, [bilal.id]) == [anna]


@pytest.mark.parametrize(("text", "deadline"), [
    ("I have a court hearing on 03.12.2026", "03.12.2026"), ("Meine Frist ist 5.12.", "5.12"), ("لدي جلسة في المحكمة غدا", "غدا"),
    ("суд завтра", "завтра"), ("mahkeme yarın", "yarın"), ("посуда 5.12", None), ("I have court", None),
    ("see you tomorrow", None),
])
def test_deadlines(text: str, deadline: str | None) -> None:
    assert deadline_in(text) == deadline


@pytest.mark.parametrize(("text", "minor"), [
    ("I am 16 and alone here", True), ("ich bin unbegleitet", True), ("عمري ١٦ سنة وأنا وحدي", True),
    ("I am 36 and alone", False), ("my son is 16", False),
])
def test_children_alone(text: str, minor: bool) -> None:
    assert is_minor(text) is minor


def test_the_way_back_has_words_in_every_language() -> None:
    assert len(words()["back"]) >= 16
    assert says("back", "  Back to the BOT! ")
    assert not says("back", "my back hurts")


