"""Text to the terms that word search compares: stems and character grams, by language.

Snowball has stemmers for English, German, French, Russian, Turkish and Arabic. Ukrainian and Persian have none there:
a short list of endings stands in, and the character grams carry the rest, as they do for German compounds and for
words spelt as people type them.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache

import Stemmer

_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"^\d+$")
_SNOWBALL = {
    "en": "english",
    "de": "german",
    "fr": "french",
    "ru": "russian",
    "tr": "turkish",
    "ar": "arabic",
}
# Endings of nouns and adjectives, longest first. Only what leaves a stem of three letters or more is cut.
_ENDINGS = {
    "uk": (
        "остями", "остям", "остях", "ість", "ості", "ями", "ами", "ого", "ому", "ими", "іми", "ові", "еві", "єві",
        "ння", "нню", "ням", "нями", "ати", "ити", "ють", "уть", "ить", "ять", "ів", "їв", "ей", "ам", "ям", "ах",
        "ях", "ою", "ею", "єю", "ий", "ій", "их", "їх", "им", "ім", "ої", "ої", "ти", "ть", "ла", "ли", "ло", "а",
        "я", "у", "ю", "і", "ї", "и", "е", "є", "о", "ь", "й",
    ),
    "fa": ("هایی", "های", "هاي", "ها", "ترین", "تري", "تر", "ات", "ان", "ام", "اي", "ش", "م", "ي"),
}  # fmt: skip
# Letters kept of what is left. Ukrainian words have more endings than a list holds: with our own questions BM25 has hit@3 .677
# with the endings alone and .715 with five letters of what they leave (tools/measure_stems.py), more than with two dictionaries.
_LONGEST = {"uk": 5}
_ARTICLES = ("وال", "بال", "كال", "فال", "ال", "لل")
# One letter for each group that people and keyboards mix up. Both Arabic and Persian spellings end on the same letter.
_FOLDED = str.maketrans(
    {
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ئ": "ي", "ک": "ك", "ة": "ه", "ۀ": "ه", "ؤ": "و",
        "ـ": None, "\u200c": " ", "\u200d": None, "\u200e": None, "\u200f": None, "ʼ": None, "’": "'",
        "ё": "е", "ґ": "г", "ß": "ss", "ı": "i",
    }
)  # fmt: skip
# A letter's sign in Ukrainian, not an end of a word: without this a family (сім'я) would be a seven and an I.
_INNER_APOSTROPHE = re.compile(r"(?<=\w)['`](?=\w)")
_MARKS = re.compile(r"[\u0300-\u036f\u064b-\u065f\u0670]")
# German umlauts are kept apart from a, o, u (schon, schön); French accents and Turkish dots are often left out.
_KEEP_MARKS = {"de", "uk", "ru"}

_STOP = {
    "en": "a an and are as at be but by can could do does for from had has have how i if in into is it its me my no not of"
    " on or our so such that the their then there these they this to was we were what when where which who will with"
    " would you your am should may",
    "de": "aber als am an auch auf aus bei bin bis da damit dann das dass dem den der des die doch dort du durch ein eine"
    " einem einen einer eines er es für gibt hat habe haben hier ich ihr im in ist ja kann kannst können man mein meine"
    " meinem meinen meiner mich mir mit muss müssen nach nicht noch nur ob oder sein sich sie sind so um und uns unter"
    " vom von vor wann was welche welchen welcher welches wenn wer werden wie wird wo zu zum zur",
    "fr": "a à ai au aux avec c ce ces cette comment d dans de des du elle en est et eu faire il ils j je l la le les leur"
    " ma mais me mes mon n ne nous on ou où par pas peut peux pour puis qu que quel quelle quelles quels qui s sa se"
    " ses si son sont sur t ta te tu un une vos votre vous y",
    "ar": "في من على الى عن ما هل كيف اين متى لماذا هو هي هذا هذه ذلك التي الذي ان او ثم لا لم لن قد كان يكون مع"
    " يمكن يمكنني و ب ل اذا كل بعد قبل انا انت نحن اي ماذا لي",
    "fa": "در از به با که را این ان و یا اید است هست برای من ما شما چه کجا چگونه چطور ایا می یک هم تا باید توانم"
    " کنم شود خود ها های می",
    "uk": "а але без бути в від він вона вони все де для до з за й і із коли ми мене мені можна можу моя мій на не"
    " ні о по при про се та так те ти то у це цей ця чи що щоб як яка які який є я її його їх мої мати потрібно",
    "ru": "а бы в во вы где да для до его ее если есть и из или их к как какая какие какой когда кто ли мне мой моя"
    " мы на не нет но о об он она они от по при с так то у что чтобы это я можно могу",
    "tr": "bir bu da de ve ile için mi mı mu mü ne nasıl nerede ben benim var olan olarak gibi ya veya hangi kim"
    " nereye kadar çok daha",
}
_stemmers = threading.local()


def fold(text: str, language: str) -> str:
    """`text` in small letters with spellings made equal: Arabic and Persian letters, ß, and marks people leave out."""
    small = unicodedata.normalize("NFKC", text).replace("İ", "i").casefold().translate(_FOLDED)
    if language == "uk":
        small = _INNER_APOSTROPHE.sub("", small)
    if language in _KEEP_MARKS:
        return small
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", small).translate(_FOLDED)))


def words(text: str, language: str) -> list[str]:
    """The folded words in the order of the text, stop words left out."""
    stop = _stop_words(language)
    return [word for word in _WORD.findall(fold(text, language)) if word not in stop]


def stems(text: str, language: str) -> list[str]:
    """The stems of the words that carry meaning."""
    return [stem(word, language) for word in words(text, language)]


def grams(text: str, language: str, size: int = 4) -> list[str]:
    """Every run of `size` letters inside the words (a word's end is marked), short words whole."""
    found: list[str] = []
    for word in words(text, language):
        if len(word) < size or _NUMBER.match(word):
            found.append(word)
        else:
            marked = f"^{word}$"
            found.extend(marked[at : at + size] for at in range(len(marked) - size + 1))
    return found


@lru_cache(maxsize=50_000)
def stem(word: str, language: str, longest: int | None = None) -> str:
    """One folded word's stem. `longest`: letters kept in a language without a stemmer, in place of its own number."""
    if language in _ENDINGS:
        for ending in _ENDINGS[language]:
            if word.endswith(ending) and len(word) - len(ending) >= 3:
                word = word[: -len(ending)]
                break
        return word[: longest or _LONGEST.get(language)]
    if language == "ar":
        word = _without_article(word)
    if language not in _SNOWBALL:
        return word
    return str(_stemmer(language).stemWord(word))


def _without_article(word: str) -> str:
    # Snowball leaves an ending on a word whose article it took off: المدرسه and مدرسه would not meet.
    for prefix in _ARTICLES:
        if word.startswith(prefix) and len(word) - len(prefix) >= 3:
            return word[len(prefix) :]
    return word


def _stemmer(language: str) -> Stemmer.Stemmer:
    # A Snowball stemmer keeps a buffer: one for each thread.
    found = getattr(_stemmers, language, None)
    if found is None:
        found = Stemmer.Stemmer(_SNOWBALL[language])
        setattr(_stemmers, language, found)
    return found


@lru_cache(maxsize=16)
def _stop_words(language: str) -> frozenset[str]:
    return frozenset(fold(_STOP.get(language, ""), language).split())
