"""Cuts a text into sentences for the engine: spaCy's rule-based sentencizer on a blank pipeline, mended where it is known to err.

It finds every stop that a blank follows, in all scripts. It misses stops with no blank after them (Chinese, Japanese, Ethiopic,
careless Arabic), and it cuts after abbreviations, ordinals and the day of a date. Nothing is lost: the pieces, joined, are the
text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

# Stops after which a sentence ends with or without a blank.
_UNSPACED = re.compile(r"[。！？｡．።፧፨]\s*(?=[^\s。！？｡．።፧፨」』”’\"'）)])|(?<=[^\W\d_])[؟۔](?=[^\s؟۔!.\"'»”)])")
_EXTRA_STOPS = ["؟", "۔", "。", "！", "？", "｡", "．", "።", "፧", "፨", "…"]
# Words that a full stop shortens; letters alone are always such. In small letters.
_SHORTENED = frozenset(
    "dr prof nr st str bzw ca tel vgl abs inkl mind evtl usw sog bspw ggf zzgl max min art hr fr frl dipl ing geb verh std tgl "
    "mr mrs ms no etc vs approx dept est inc jr sr e.g i.e a.m p.m av bd boul mme mlle м г ул д кв стр тел им пл пр рис "
    "см т.е т.д т.п "
    "вул буд обл грн тис млн руб проф др sn sok cad mah apt örn vb vd bkz av müh sra srta ud uds pág núm ctra д-р د أ م ص ت "
    "jan feb mär mrz apr jun jul aug sep sept okt oct nov dez dec".split()
)
# Languages that write an ordinal as a number with a full stop: "am 3. Mai", "2. kat".
_ORDINAL_LANGUAGES = frozenset("de tr cs sk pl hu da nb no nn sv fi et lv lt sl hr bs sr is ku kmr eu".split())
_ENDS_SHORT = re.compile(r"(?:^|[\s(\[«„\"'-])([^\W\d_](?:\.[^\W\d_])*|[\w.-]+)\.$")
_ENDS_NUMBER = re.compile(r"(?:^|[\s(/.-])\d{1,2}\.$")
_MONTH = re.compile(
    r"(?:jan|feb|m[äa]r|apr|ma[iy]|jun|jul|aug|sep|o[kc]t|nov|de[zc]|янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек|січ|лют|"
    r"бер|кві|тра|чер|лип|сер|вер|жов|лис|гру|oca|şub|nis|haz|tem|ağu|eyl|eki|kas|ara)", re.IGNORECASE)
# Longer sentences lose their end in a model (Argos packages were trained on up to some 150 pieces): they are cut at a clause.
LONGEST = 400
_CLAUSE = re.compile(r"[,;:،؛、，；：–—)]\s*|\s[-•]\s")


@lru_cache(maxsize=1)
def _pipeline() -> Any:
    import spacy

    pipeline = spacy.blank("xx")
    sentencizer: Any = pipeline.add_pipe("sentencizer")
    sentencizer.punct_chars |= set(_EXTRA_STOPS)
    return pipeline


def _cuts(line: str) -> list[int]:
    """Where sentences may begin in a line, by the sentencizer and by stops without a blank."""
    cuts = {sentence[0].idx for sentence in _pipeline()(line).sents}
    return sorted((cuts | {match.end() for match in _UNSPACED.finditer(line)}) - {0})


def _goes_on(before: str, after: str, language: str) -> bool:
    """Whether the stop at the end of `before` ends no sentence, because of what stands around it."""
    head = before.rstrip()
    tail = after.lstrip()
    if not tail or not head:
        return True
    if not any(sign.isalnum() for sign in tail) and not head[-1].isalnum():
        return True  # closing quotes and brackets, rows of dots
    if head[-1] == "…" or head.endswith("..."):
        return tail[:1].islower()
    if head[-1] != ".":
        return False
    if tail[:1].islower():
        return True
    if _ENDS_NUMBER.search(head):
        return language in _ORDINAL_LANGUAGES or _MONTH.match(tail) is not None or tail[:1].isdigit()
    short = _ENDS_SHORT.search(head)
    if short is None:
        return False
    word = short.group(1).lower()
    return word in _SHORTENED or (len(word) == 1 and word.isalpha()) or re.fullmatch(r"(?:\w\.)+\w", word) is not None


def _short_enough(sentence: str) -> list[str]:
    """A sentence of at most LONGEST characters as it is; a longer one cut after a clause, else at a blank, else anywhere."""
    pieces = []
    while len(sentence) > LONGEST:
        places = [match.end() for match in _CLAUSE.finditer(sentence, LONGEST // 3, LONGEST)]
        place = places[-1] if places else sentence.rfind(" ", LONGEST // 3, LONGEST) + 1 or LONGEST
        pieces.append(sentence[:place])
        sentence = sentence[place:]
    return [*pieces, sentence]


def pieces(text: str, language: str) -> list[str]:
    """Sentences with the blanks and line breaks after them: joined, they are the text. A line break always ends a sentence."""
    found: list[str] = []
    for line in re.findall(r"[^\n]*\n+|[^\n]+", text):
        start = 0
        for cut in _cuts(line):
            if not _goes_on(line[start:cut], line[cut:], language):
                found += _short_enough(line[start:cut])
                start = cut
        found += _short_enough(line[start:])
    return found


def sentences(text: str, language: str) -> list[str]:
    """The sentences alone, in order, without the blanks around them."""
    return [piece.strip() for piece in pieces(text, language) if piece.strip()]
