"""What people write in the flows, in each language, as they type it; and danger, in each language, of several kinds."""

from __future__ import annotations

from typing import NamedTuple


class Phrases(NamedTuple):
    """One conversation. `papers`, `hours` and `cost` ask about what was shown, without naming it."""

    greeting: str
    question: str
    papers: str
    hours: str
    cost: str
    thanks: str


PHRASES = {
    "en": Phrases("hello", "where can i learn german", "which papers do i need", "when are they open",
                  "what does it cost", "thank you"),
    "de": Phrases("hallo", "wo kann ich deutsch lernen", "welche papiere brauche ich", "wann haben die offen",
                  "was kostet das", "danke"),
    "ar": Phrases("مرحبا", "وين بقدر اتعلم الماني", "شو الاوراق المطلوبة", "ايمتى بيفتحوا", "قديش بيكلف", "شكرا"),
    "fa": Phrases("سلام", "کجا می‌توانم آلمانی یاد بگیرم", "چه مدارکی لازمه", "کی بازه", "هزینه ش چقدره", "ممنون"),
    "uk": Phrases("добрий день", "де можна вивчати німецьку мову", "які документи потрібні", "коли відкрито",
                  "скільки це коштує", "дякую"),
    "ru": Phrases("здравствуйте", "где можно выучить немецкий язык", "какие документы нужны", "когда открыто",
                  "сколько стоит", "спасибо"),
    "tr": Phrases("merhaba", "nerede almanca öğrenebilirim", "hangi belgeler lazım", "ne zaman açık",
                  "ücreti ne kadar", "teşekkürler"),
    "fr": Phrases("bonjour", "où est-ce que je peux apprendre l'allemand", "quels papiers il faut",
                  "c'est ouvert quand", "combien ça coûte", "merci"),
}

# Language, words, a number that must be among those to tap.
DANGER = (
    ("en", "help my husband is beating me right now", "110"),
    ("de", "hilfe mein mann schlägt mich gerade", "110"),
    ("ar", "ساعدوني زوجي عم يضربني هلق", "110"),
    ("fa", "کمک شوهرم داره منو میزنه", "110"),
    ("uk", "допоможіть чоловік мене зараз б'є", "110"),
    ("ru", "помогите муж меня сейчас бьёт", "110"),
    ("tr", "yardım edin kocam beni şu an dövüyor", "110"),
    ("fr", "au secours mon mari me frappe maintenant", "110"),
    ("en", "my father is not breathing", "112"),
    ("de", "mein vater atmet nicht mehr", "112"),
    ("ar", "ابي ما عم يتنفس", "112"),
    ("fa", "پدرم نفس نمیکشد", "112"),
    ("uk", "мій тато не дихає", "112"),
    ("ru", "папа не дышит", "112"),
    ("tr", "babam nefes almıyor", "112"),
    ("fr", "mon père ne respire plus", "112"),
    ("en", "i want to kill myself", "+498001110111"),
    ("de", "ich will mich umbringen", "+498001110111"),
    ("ar", "بدي انهي حياتي", "+498001110111"),
    ("fa", "میخواهم خودکشی کنم", "+498001110111"),
    ("uk", "я хочу вбити себе", "+498001110111"),
    ("ru", "я хочу покончить с собой", "+498001110111"),
    ("tr", "kendimi öldürmek istiyorum", "+498001110111"),
    ("fr", "je veux me tuer", "+498001110111"),
)
