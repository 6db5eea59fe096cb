"""Cases over HTTP: whose they are, what is sent once, what goes to the person, and what others do not see."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.console.desk_server import DeskServer
from tests.console.visitor import Answer, Guest
from tests.translation.fixture_packages import SENTENCES

GERMAN = "Ich brauche einen Arzt."
ARABIC = SENTENCES["de-en-ar"][GERMAN]
ASKED = "أحتاج إلى شقة لعائلتي."
Sign = Callable[..., Guest]


def do(guest: Guest, case_id: str, what: str, **body: Any) -> Answer:
    return guest.post(f"/desk/api/cases/{case_id}/{what}", body)


def entries(guest: Guest, case_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = guest.ask(f"/desk/api/cases/{case_id}/entries").body["entries"]
    return found


def test_the_queue_shows_facts_and_no_words(desk: DeskServer, signed_in: Sign) -> None:
    case_id = desk.person(ASKED, topic="housing", town="Augsburg", wishes=("woman",)).case_id
    noor = signed_in("Noor Example")
    answer = noor.ask("/desk/api/queue?language=de")
    one = next(one for one in answer.body["cases"] if one["id"] == case_id)
    assert (one["state"], one["language"], one["direction"]) == ("waiting", "ar", "rtl")
    assert (one["town"], one["mine"]) == ("Augsburg", False)
    assert one["language_name"] == "Arabisch" and one["topic"] and one["wishes"] == ["woman"]
    assert ASKED not in str(answer.body)
    shown = noor.ask(f"/desk/api/cases/{case_id}").body
    assert shown["words"] is False and shown["summary"]["question"] is None
    assert entries(noor, case_id) == [], "what was said is shown to who takes the case"


def test_both_languages_stand_side_by_side(desk: DeskServer, signed_in: Sign) -> None:
    person = desk.person(ASKED)
    noor = signed_in("Noor Example")
    assert do(noor, person.case_id, "take").body["case"]["mine"] is True
    desk.run(desk.house.desk.settle())
    said = next(one for one in entries(noor, person.case_id) if one["author"] == "person")
    assert (said["text"], said["language"], said["direction"]) == (ASKED, "ar", "rtl")
    translation = said["translation"]
    assert (translation["text"], translation["language"], translation["kind"]) == (SENTENCES["ar-en-de"][ASKED], "de", "machine")


def test_draft_reply_and_delivery(desk: DeskServer, signed_in: Sign) -> None:
    person, noor = desk.person(ASKED), signed_in("Noor Example")
    do(noor, person.case_id, "take")
    draft = do(noor, person.case_id, "draft", text=GERMAN).body
    assert draft["translation"]["text"] == ARABIC and draft["translation"]["direction"] == "rtl"
    assert draft["back"]["text"] == GERMAN
    sent = do(noor, person.case_id, "reply", text=GERMAN, key="a-key-of-the-page").body["entry"]
    assert (sent["text"], sent["translation"]["text"], sent["author"], sent["mine"]) == (GERMAN, ARABIC, "mediator", True)
    assert ARABIC in person.heard()


def test_the_same_key_sends_once(desk: DeskServer, signed_in: Sign) -> None:
    person, noor = desk.person(ASKED), signed_in("Noor Example")
    do(noor, person.case_id, "take")
    with ThreadPoolExecutor(8) as threads:
        numbers = set(threads.map(
            lambda _: do(noor, person.case_id, "reply", text=GERMAN, key="the-same-key").body["entry"]["number"], range(8)
        ))
    assert len(numbers) == 1
    assert person.heard().count(ARABIC) == 1
    other = do(noor, person.case_id, "reply", text=GERMAN, key="another-key").body["entry"]["number"]
    assert other not in numbers and person.heard().count(ARABIC) == 2


def test_a_corrected_translation_and_none(desk: DeskServer, signed_in: Sign) -> None:
    person, noor = desk.person(ASKED), signed_in("Noor Example")
    do(noor, person.case_id, "take")
    own = do(noor, person.case_id, "reply", text=GERMAN, translation="طبيب", key="key-one-one").body["entry"]
    assert (own["translation"]["text"], own["translation"]["kind"]) == ("طبيب", "corrected")
    plain = do(noor, person.case_id, "reply", text="Nur Deutsch", untranslated=True, key="key-two-two").body["entry"]
    assert plain["translation"] is None or plain["translation"]["text"] == "Nur Deutsch"
    assert person.heard()[-2:] == ["طبيب", "Nur Deutsch"]


def test_notes_never_reach_the_person(desk: DeskServer, signed_in: Sign) -> None:
    person, noor = desk.person(ASKED), signed_in("Noor Example")
    do(noor, person.case_id, "take")
    before = person.heard()
    note = do(noor, person.case_id, "note", text="Nur für das Team", key="note-key-1").body["entry"]
    assert note["author"] == "note" and note["delivery"] == "none"
    assert person.heard() == before


def test_changing_an_own_reply_and_nobody_elses(desk: DeskServer, signed_in: Sign) -> None:
    person, noor = desk.person(ASKED), signed_in("Noor Example")
    do(noor, person.case_id, "take")
    number = do(noor, person.case_id, "reply", text="Falsch", untranslated=True, key="key-three").body["entry"]["number"]
    do(noor, person.case_id, "edit", number=number, text=GERMAN, key="key-four")
    changed = next(one for one in entries(noor, person.case_id) if one["number"] == number)
    assert changed["edited"] is True and changed["text"] == GERMAN
    said = next(one for one in entries(noor, person.case_id) if one["author"] == "person")
    assert do(noor, person.case_id, "edit", number=said["number"], text="x", key="key-five").status == 409
    assert do(noor, person.case_id, "edit", number=99999, text="x", key="key-six-").status == 409


def test_who_is_first_has_it(desk: DeskServer, signed_in: Sign) -> None:
    person = desk.person(ASKED)
    guests = [signed_in("Noor Example"), signed_in("Sam Example")]
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda guest: do(guest, person.case_id, "take"), guests))
    assert sorted(answer.status for answer in answers)[0] == 200
    assert sum(answer.status == 200 for answer in answers) == 1, "the other is told, or no longer sees it"


READS = ("", "/entries", "/entries?after=0", "/files/" + "0" * 32)
CHANGES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("take", {}), ("pass", {"to": ""}), ("second", {"to": "x"}), ("recuse", {}), ("wait", {"who": "person"}),
    ("close", {"outcome": "solved"}), ("draft", {"text": "x"}), ("reply", {"text": "x", "key": "12345678"}),
    ("note", {"text": "x", "key": "12345678"}), ("edit", {"number": 1, "text": "x", "key": "12345678"}),
    ("correct", {"number": 1, "text": "x"}), ("typing", {"on": True}), ("files", {}),
    ("card", {"record": "x", "key": "12345678"}), ("phrase", {"phrase": "x", "key": "12345678"}),
)


def test_a_colleagues_case_is_nobody_elses(desk: DeskServer, signed_in: Sign) -> None:
    person, noor, sam = desk.person(ASKED), signed_in("Noor Example"), signed_in("Sam Example")
    do(noor, person.case_id, "take")
    known = {what for what, _ in CHANGES}
    assert desk.app is not None
    served = {route.path.rpartition("/")[2] for route in desk.app.ctx.console.table
              if route.path.startswith("/desk/api/cases/<case_id:str>/") and "POST" in route.methods}
    assert served <= known, f"{served - known} is not attacked here"
    before = person.heard()
    for case_id in (person.case_id, "0" * 32):
        refused = []
        for path in READS:
            answer = sam.ask(f"/desk/api/cases/{case_id}{path}")
            refused.append((path, answer.status, str(answer.body)))
        for what, body in CHANGES:
            answer = do(sam, case_id, what, **body)
            refused.append((what, answer.status, str(answer.body)))
        assert {status for _, status, _ in refused} == {404}, refused
        assert ASKED not in str(refused)
    assert person.heard() == before
    assert person.case_id not in str(sam.ask("/desk/api/queue").body)


def test_who_joins_sees_it_and_who_stepped_back_never_again(desk: DeskServer, signed_in: Sign) -> None:
    person, noor, sam = desk.person(ASKED), signed_in("Noor Example"), signed_in("Sam Example")
    do(noor, person.case_id, "take")
    assert do(noor, person.case_id, "second", to=sam.id).status == 200
    assert any(one["text"] == ASKED for one in entries(sam, person.case_id))
    assert do(noor, person.case_id, "recuse").status == 200
    assert noor.ask(f"/desk/api/cases/{person.case_id}").status == 404
    assert do(noor, person.case_id, "take").status == 404
    assert person.case_id not in str(noor.ask("/desk/api/queue").body)


def test_leads_read_along_and_write_nothing(desk: DeskServer, signed_in: Sign) -> None:
    person, noor, lena = desk.person(ASKED), signed_in("Noor Example"), signed_in("Lena Example", roles="mediator lead")
    do(noor, person.case_id, "take")
    assert any(one["text"] == ASKED for one in entries(lena, person.case_id))
    assert do(lena, person.case_id, "reply", text="x", key="12345678").status == 403
    assert do(lena, person.case_id, "note", text="x", key="12345678").status == 403
    sam = signed_in("Sam Example")
    assert do(lena, person.case_id, "pass", to=sam.id).status == 200, "its mediator may be ill"
    assert any(one["text"] == ASKED for one in entries(sam, person.case_id))
    assert noor.ask(f"/desk/api/cases/{person.case_id}").status == 404


def test_closing_gives_the_person_back(desk: DeskServer, signed_in: Sign) -> None:
    person, noor = desk.person(ASKED), signed_in("Noor Example")
    do(noor, person.case_id, "take")
    assert do(noor, person.case_id, "close", outcome="happily").status == 409
    assert do(noor, person.case_id, "close", outcome="solved").body["case"]["state"] == "closed"
    conversation = desk.run(desk.house.conversations.get(person.conversation_id))
    assert conversation is not None and conversation.mode == "assistant"
    assert do(noor, person.case_id, "reply", text="x", key="12345678").status == 409


@pytest.mark.parametrize(
    "body",
    [
        {}, {"text": "x"}, {"text": "x", "key": "short"}, {"text": "x", "key": "k" * 81}, {"text": "x", "key": 12345678},
        {"text": ["x"], "key": "12345678"}, {"text": "x" * 4001, "key": "12345678"}, {"text": "x", "key": "schlüssel"},
        {"text": "x", "key": "12345678", "reply_to": True}, {"text": "x", "key": "12345678", "reply_to": "1"},
        {"text": "x", "key": "12345678", "attachments": "x"}, {"text": "x", "key": "12345678", "attachments": [1]},
        {"text": "x", "key": "12345678", "translation": 5},
    ],
    ids=str,
)
def test_garbled_replies(desk: DeskServer, signed_in: Sign, body: dict[str, Any]) -> None:
    person, noor = desk.person(ASKED), signed_in("Noor Example")
    do(noor, person.case_id, "take")
    before = person.heard()
    assert do(noor, person.case_id, "reply", **body).status == 400
    assert person.heard() == before


def test_nothing_to_send(desk: DeskServer, signed_in: Sign) -> None:
    person, noor = desk.person(ASKED), signed_in("Noor Example")
    do(noor, person.case_id, "take")
    assert do(noor, person.case_id, "reply", text="  \n ", key="12345678").body["error"] == "desk.empty"
    assert do(noor, person.case_id, "note", text="", key="12345678").body["error"] == "desk.empty"


def test_a_forgotten_conversation_is_gone(desk: DeskServer, signed_in: Sign) -> None:
    person, noor = desk.person(ASKED), signed_in("Noor Example")
    do(noor, person.case_id, "take")
    desk.run(desk.house.desk.forget(person.conversation_id))
    assert noor.ask(f"/desk/api/cases/{person.case_id}").status == 404
    assert do(noor, person.case_id, "reply", text="x", key="12345678").status == 404


def test_the_directory_is_at_hand(desk: DeskServer, signed_in: Sign) -> None:
    found = signed_in("Noor Example").ask("/desk/api/directory?language=de&q=Wohnung").body["records"]
    assert found and all(one["name"] and one["id"] for one in found)
    assert signed_in("Noor Example").ask("/desk/api/directory?q=").body == {"records": []}


def test_a_card_arrives_in_the_persons_language(desk: DeskServer, signed_in: Sign) -> None:
    person, noor = desk.person(ASKED), signed_in("Noor Example")
    do(noor, person.case_id, "take")
    record = noor.ask("/desk/api/directory?language=de&q=Wohnung").body["records"][0]
    sent = do(noor, person.case_id, "card", record=record["id"], key="card-key-1").body["entry"]
    assert (sent["kind"], sent["cards"][0]["id"]) == ("card", record["id"]) and sent["cards"][0]["name"]
    assert desk.house.cards.name(record["id"], "ar") in person.heard()[-1]
    before = person.heard()
    do(noor, person.case_id, "card", record=record["id"], key="card-key-1")
    assert person.heard() == before, "the same card once"
    assert do(noor, person.case_id, "card", record="nothing-like-this", key="card-key-2").body["error"] == "desk.card"


def test_a_phrase_is_shown_and_sent_in_both_languages(desk: DeskServer, signed_in: Sign) -> None:
    person, noor = desk.person(ASKED), signed_in("Noor Example")
    assert noor.ask(f"/desk/api/cases/{person.case_id}/phrases").status == 409, "not before the case is taken"
    do(noor, person.case_id, "take")
    groups = noor.ask(f"/desk/api/cases/{person.case_id}/phrases").body["groups"]
    one = groups[0]["phrases"][0]
    assert one["text"] and one["there"]["direction"] == "rtl"
    sent = do(noor, person.case_id, "phrase", phrase=one["id"], key="phrase-key").body["entry"]
    assert sent["kind"] == "phrase"
    assert one["there"]["text"] in person.heard()[-1]
    assert do(noor, person.case_id, "phrase", phrase="../nothing", key="phrase-key-2").body["error"] == "desk.phrase"


def test_a_correction_is_offered_only_when_general(desk: DeskServer, signed_in: Sign) -> None:
    person, noor = desk.person(ASKED), signed_in("Noor Example")
    do(noor, person.case_id, "take")
    own = {"text": "Guten Morgen.", "translation": "صباح الخير.", "general": True}
    assert do(noor, person.case_id, "reply", key="general-1", **own).body["kept"] == "kept"
    named = {"text": "Rufen Sie +49 30 23125 123 an.", "translation": "اتصل على +49 30 23125 123.", "general": True}
    answer = do(noor, person.case_id, "reply", key="general-2", **named)
    assert answer.status == 200 and answer.body["kept"].startswith("memory."), "sent, and not kept"


def test_what_to_do_where_nothing_translates(desk: DeskServer, signed_in: Sign) -> None:
    person, noor = desk.person("Привіт", language="uk"), signed_in("Noor Example")
    signed_in("Oksana Example", "uk de")
    do(noor, person.case_id, "take")
    ways = noor.ask(f"/desk/api/cases/{person.case_id}/ways").body
    assert "Oksana Example" in [one["name"] for one in ways["colleagues"]]
    assert do(noor, person.case_id, "draft", text=GERMAN).body["translation"]["mark"] in {"none", "failed"}
