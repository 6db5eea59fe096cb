"""Danger is seen in every launch language; everyday questions are not alarms."""

from __future__ import annotations

import gzip
import json
import re

import pytest
import yaml

from bot.container import Container
from bot.errors import WaymarkError
from bot.languages import CODES
from bot.settings import ROOT
from bot.understanding.danger import KINDS, DangerDetector, compile_phrases
from bot.understanding.examples import NONE, danger_examples, intent_examples
from bot.understanding.folding import fold

DATA = ROOT / "data"
OMOS = ROOT.parent / "shared" / "data" / "omos-qa"


@pytest.fixture(scope="module")
def detector(shared_house: Container) -> DangerDetector:
    return shared_house.danger


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("help he kills me", "violence"),
        ("HELP HE KILLS MEEE", "violence"),
        ("110!!!", "violence"),
        ("112!!", "medical"),
        ("1 1 2", "medical"),
        ("Hilfe! 112", "medical"),
        ("допоможіть, 112!", "medical"),
        ("النجدة ١١٢", "medical"),
        ("کمک ۱۱۰", "violence"),
        ("SOS!!", "medical"),
        ("🆘🆘", "medical"),
        ("he is not breathing", "medical"),
        ("Mein Mann schlägt mich gerade", "violence"),
        ("er atmet nicht mehr!!", "medical"),
        ("die wohnung brennt", "fire"),
        ("ich will nicht mehr leben", "suicide"),
        ("ich will mich umbringen", "suicide"),
        ("ich will mich töten", "suicide"),
        ("mein Mann will mich umbringen", "violence"),
        ("i want to kill myself", "suicide"),
        ("je veux me tuer", "suicide"),
        ("хочу убить себя", "suicide"),
        ("kendimi öldürmek istiyorum", "suicide"),
        ("زوجي عم يضربني هلق", "violence"),
        ("بدي انتحر", "suicide"),
        ("ابني ضاع", "child"),
        ("Моя донька зникла, їй 6 років", "child"),
        ("my daughter is 6, she did not come home from school", "child"),
        ("داره منو میزنه کمک", "violence"),
        ("می‌خواهم بمیرم", "suicide"),
        ("خونه آتیش گرفته", "fire"),
        ("він мене б'є допоможіть", "violence"),
        ("дитина не дихає", "medical"),
        ("горимо!!", "fire"),
        ("он хочет меня убить", "violence"),
        ("не хочу больше жить", "suicide"),
        ("пропал ребенок", "child"),
        ("kocam beni dövüyor yardım edin", "violence"),
        ("nefes almıyor", "medical"),
        ("evimiz yanıyor", "fire"),
        ("mon mari veut me tuer", "violence"),
        ("elle ne respire plus", "medical"),
        ("je veux mourir", "suicide"),
    ],
)
def test_seen(detector: DangerDetector, text: str, kind: str) -> None:
    assert detector.look(text).kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "what number do i call for an ambulance in general",
        "when is the fire brigade open day",
        "wie melde ich mich bei der feuerwehr als freiwilliger",
        "فاتورة الاسعاف مين بيدفعها",
        "شماره اورژانس در آلمان چیست؟",
        "який номер швидкої в німеччині",
        "как стать пожарным",
        "112 ne zaman aranır",
        "quel est le numéro des pompiers",
        "112?",
        "my back is killing me",
        "ich suche eine wohnung",
        "Meine Tochter ist 4. Wie bekomme ich einen Kita-Platz?",
        "My daughter is 4. How do I get a place in day care?",
        "بنتي عمرها 4 سنوات. كيف أسجلها في الروضة؟",
        "دخترم ۴ ساله است. چطور در مهدکودک ثبت‌نامش کنم؟",
        "Моїй доньці 4 роки. Як отримати місце в садочку?",
        "Моей дочери 4 года. Как получить место в детском саду?",
        "Kızım 4 yaşında. Kreşe nasıl yazdırırım?",
        "Ma fille a 4 ans. Comment avoir une place à la crèche ?",
    ],
)
def test_a_question_is_no_emergency(detector: DangerDetector, text: str) -> None:
    assert detector.look(text).kind is None


@pytest.mark.parametrize("text", ["", " ", "\n", "🔥", "😀😀😀", "12345", "?", "a", "ـــ", "\u200f", "x" * 4000])
def test_odd_messages(detector: DangerDetector, text: str) -> None:
    verdict = detector.look(text)
    assert verdict.kind is None
    assert 0.0 <= verdict.confidence <= 1.0


def test_one_sentence_in_a_long_message(detector: DangerDetector) -> None:
    quiet = "Good morning, I would like to ask about a German course for my sister. " * 20
    assert detector.look(quiet).kind is None
    assert detector.look(quiet + "My husband is beating me right now, please help! " + quiet).kind is not None
    assert detector.look("salam, help my baby is not breathing قالت الممرضة انتظروا").kind == "medical"


AGES = (
    "My daughter is {}.", "My son is {} years old", "Meine Tochter ist {}.", "Mein Sohn ist {}", "بنتي عمرها {}",
    "دخترم {} ساله است", "Моїй доньці {}.", "моєму сину {} років", "сыну {} лет", "oğlum {} yaşında", "Ma fille a {} ans.",
)


@pytest.mark.parametrize("sentence", AGES)
def test_no_age_alone_is_a_danger(detector: DangerDetector, sentence: str) -> None:
    """Also not the ages of the children in danger that were learnt from."""
    assert [age for age in range(1, 19) if detector.look(sentence.format(age)).kind] == []


@pytest.mark.parametrize("age", [5, 12, 16])
def test_a_child_in_danger_is_one_at_any_age(detector: DangerDetector, age: int) -> None:
    assert detector.look(f"my father beats me, i am {age}").kind is not None
    assert detector.look(f"mein sohn ist {age} und verschwunden").kind is not None


def test_recall_on_held_out(detector: DangerDetector) -> None:
    held = [example for example in danger_examples(DATA) if example.held_out and example.label != NONE]
    assert len(held) >= 8 * 50
    for code in CODES:
        of_language = [detector.look(example.text).kind is not None for example in held if example.language == code]
        assert sum(of_language) >= 0.94 * len(of_language), code
    for kind in KINDS:
        of_kind = [detector.look(example.text).kind is not None for example in held if example.label == kind]
        assert sum(of_kind) >= 0.95 * len(of_kind), kind
    hard = [detector.look(ex.text).kind for ex in danger_examples(DATA) if ex.held_out and ex.label == NONE]
    assert sum(kind is not None for kind in hard) <= 0.25 * len(hard)


def test_few_alarms_on_everyday_examples(detector: DangerDetector) -> None:
    texts = [example.text for example in intent_examples(DATA)][::12]
    assert sum(detector.look(text).kind is not None for text in texts) <= 0.01 * len(texts)


def test_no_alarm_on_questions_of_newcomers(detector: DangerDetector) -> None:
    if not OMOS.is_dir():
        pytest.skip("the OMoS-QA questions are not there")
    for code in ("en", "de", "ar", "fr", "uk"):
        with gzip.open(OMOS / f"dev_{code}.jsonl.gz", "rt", encoding="utf-8") as lines:
            texts = [json.loads(line)["question"] for line in lines]
        assert len(texts) > 100
        assert sum(detector.look(text).kind is not None for text in texts) <= 0.003 * len(texts) + 1, code


def test_plain_phrases_contradict_no_example() -> None:
    written = yaml.safe_load((DATA / "danger_phrases.yml").read_text(encoding="utf-8"))
    assert set(written) == set(KINDS)
    phrases: re.Pattern[str] = compile_phrases(fold(pattern) for patterns in written.values() for pattern in patterns)
    harmless = [ex.text for ex in danger_examples(DATA) if ex.label == NONE] + [ex.text for ex in intent_examples(DATA)]
    assert len(harmless) > 5000
    assert [text for text in harmless if phrases.search(fold(text))] == []


def test_held_out_is_not_trained_on() -> None:
    examples = danger_examples(DATA)
    trained = {fold(example.text) for example in examples if not example.held_out}
    assert [example.text for example in examples if example.held_out and fold(example.text) in trained] == []


def test_untrained_says_how_to_mend() -> None:
    with pytest.raises(WaymarkError, match="waymark train"):
        DangerDetector.load(ROOT / "no such folder")


@pytest.mark.parametrize("code", CODES)
def test_the_menu_is_no_emergency(shared_house: Container, code: str) -> None:
    """Who types what a button says, or a street, gets an answer and not the numbers for danger."""
    near = {"violence", "emergencies", "child-protection"}
    names = [term.name for term in shared_house.directory.terms.values() if term.id not in near]
    said = names if code == "en" else [shared_house.directory_catalogs[code].get(name).text for name in names]
    assert len(said) > 40
    assert [name for name in said if shared_house.danger.look(name).kind] == []


def test_few_addresses_raise_an_alarm(shared_house: Container) -> None:
    streets = {one.address_1 for place in shared_house.directory.locations.values() for one in place.addresses}
    alarms = [street for street in sorted(streets) if shared_house.danger.look(street).kind]
    assert len(streets) > 80 and len(alarms) <= 3, alarms


EVERYDAY = yaml.safe_load((ROOT / "tests" / "understanding" / "everyday.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("part", "bound"), [("everyday", 0.14), ("fresh", 0.27)])
def test_bad_days_are_mostly_no_alarm(detector: DangerDetector, part: str, bound: float) -> None:
    """Sentences never learnt from; for a feverish child the medical numbers do no harm."""
    said = [
        (subject, text) for subject, languages in EVERYDAY[part].items() for texts in languages.values() for text in texts
    ]
    assert len(said) >= 8 * 13
    seen = [(subject, text, detector.look(text).kind) for subject, text in said]
    alarms = [text for subject, text, kind in seen if kind and (subject, kind) != ("fever", "medical")]
    assert len(alarms) <= bound * len(said), alarms


def test_dangers_that_sound_like_bad_days(detector: DangerDetector) -> None:
    said = [text for languages in EVERYDAY["danger"].values() for texts in languages.values() for text in texts]
    assert len(said) >= 8 * 8
    missed = [text for text in said if detector.look(text).kind is None]
    assert len(missed) <= 1, missed


def test_bad_days_are_never_learnt_from() -> None:
    learnt = {fold(one.text) for one in danger_examples(DATA)} | {fold(one.text) for one in intent_examples(DATA)}
    said = [
        text for part in EVERYDAY.values() for languages in part.values() for texts in languages.values() for text in texts
    ]
    assert [text for text in said if fold(text) in learnt] == []


@pytest.mark.parametrize(
    "text",
    [
        "I am pregnant",
        "je suis enceinte et jai pas d assurance ou aller",
        "cocugum icin kres ariyorum",
        "I have no place to sleep tonight",
        "kann nicht mehr schlafen",
        "لا استطيع النوم",
        "on va etre expulsé demain matin aidez nous",
        "المؤجر يريد أن يطردنا",
        "they will deport my husband friday",
        "mein Mann ist im Gefängnis",
        "my brother is in prison here who helps",
        "eşim beni aldattı",
        "is yerinde bana irkci davraniyorlar",
        "مافيش اكل في البيت",
        "Jugendamt hat mein Kind genommen",
        "mein Kind ist 17 und allein hier gekommen",
        "salam man farsi harf mizanam komak mikham baraye khane",
    ],
)
def test_a_bad_day_is_no_emergency(detector: DangerDetector, text: str) -> None:
    """Each of these had brought the numbers for danger in place of an answer."""
    assert detector.look(text).kind is None


@pytest.mark.parametrize(
    "text",
    [
        "мне угрожает человек который привез нас сюда, забрал паспорт",
        "he locks me in and took my passport",
        "my husband will kill me",
        "I am bleeding and pregnant",
        "labour has started, baby is coming now",
        "I cannot sleep, I want to die",
        "my child is locked out",
        "my child is missing",
    ],
)
def test_a_danger_beside_a_bad_day_stays_one(detector: DangerDetector, text: str) -> None:
    assert detector.look(text).kind is not None


def test_a_feverish_child_is_at_most_a_medical_matter(detector: DangerDetector) -> None:
    assert detector.look("ابني عنده حرارة عالية ومش عارفة شو اعمل").kind in {None, "medical"}
