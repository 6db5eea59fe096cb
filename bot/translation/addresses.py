"""Street addresses as people write them: German above all, and as the other languages write their own.

A street is told by its word (Straße, -weg, rue, вулиця) or by its form ("Am Katzenstadel 18"); the directory's own addresses are
known by heart beside it. Every pattern reads a text in one way only (hyphens between the parts, blanks between the words), or a
hostile text would take for ever.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

# Words with a capital that stand before a street and are no part of its name.
_NO_NAME = (
    r"Sie|Ihre?[nmrs]?|Uns(?:er)?e?[nmrs]?|Der|Die|Das|Den|Dem|Des|Ein|Eine[nmrs]?|Bitte|Wir|Ich|Er|Es|Und|Oder|Mit|Von|Bis|"
    r"Nach|Adresse|[MDSK]eine?[nmrs]?|Anschrift|Ort|Hier|Please|The|This|Our|Your|My|We|You|At|Address|Visit|Call|Come|Go|From|To|"
    r"And|Adres|Le|La|Les|Mrs?|Ms|Herrn?|Frau"
)
_CAPITAL = "[A-ZÀ-ÖØ-Þ]"
_PART = rf"(?!(?:{_NO_NAME})\b){_CAPITAL}[\w’']{{0,30}}"
_JOINT = r"(?:von|van|vom|de|der|den|dem|des|du|la|zu|zum|zur|und|am|im|an|in|auf|ob|bei)"
# The parts before the last of Werner-von-Siemens-Straße and Dr.-Otto-Meyer-Straße.
_PARTS = rf"(?:(?:{_PART}\.?|{_JOINT})-)"
_WORD = rf"{_PARTS}{{0,4}}{_PART}\.?"
_PREPOSITION = r"(?:Am|Im|Beim|Zum|Zur|Vorm|Hinterm|(?:An|Auf|In|Bei|Unter|Vor|Hinter|Über|Neben|Zwischen)\s(?:der|dem|den))"
_KIND = (
    r"(?:Ober|Unter|Vorder|Hinter|Mittler|Inner|Äußer|Alt|Neu|Groß|Klein|Lang|Kurz|Hoh|Breit|Schmal|Recht|Link|Weiß|Rot|Still)e[rsnm]?|"
    r"Sankt|St\.|Dr\.|Prof\."
)
# Any street has these; as a word of its own each needs a name before it ("Ulmer Straße", "Altheimer Eck").
_STREET_WORD = (
    r"Stra(?:ß|ss)e|Str(?:\.|\b)|Weg|Platz|Gasse|Gässchen|Gäßchen|Gässle|Allee|Ring|Damm|Ufer|Eck|Markt|Graben|Hof|Tor|Steig|Wall|Anger|"
    r"Chaussee|Promenade|Brücke|Kai|Lände|Zeile|Berg|Bogen|Furt|Park|Winkel"
)


def _not_after(*beginnings: str) -> str:
    return "".join(f"(?<![{one[0].upper()}{one[0]}]{one[1:]})" for one in beginnings)


# At the end of a longer word. Short ones end many other words too: Doctor, During, Check, Verkäufer, Bahnsteig, Arbeitsplatz.
_STREET_END = "|".join((
    r"stra(?:ß|ss)e|str(?:\.|\b)|gasse|g[äa](?:ss|ß)chen|gässle|allee|damm|graben|chaussee|promenade|brücke|berg",
    _not_after("um", "flucht", "rettungs", "rechts", "arbeits") + "weg",
    _not_after("bahn", "fried", "bauern") + "hof",
    _not_after("sitz", "steh", "park", "kita", "spiel", "heim", "arbeits", "kurs", "schlaf", "wohn", "stell", "ungs",
               "praktikums", "krippen", "studien", "pflege") + "platz",
    r"(?<=[rl])tor",
    r"(?:(?<=[dnsgfhkzlm])|(?<=[dt]t)|(?<=[WwOo][es]st)|(?<=er)(?<!fer)|(?<=pa))ring",
    _not_after("kä", "verkä", "einkä", "lä", "anr") + "ufer",
    _not_after("fire", "pay", "dry", "sea") + "wall",
    _not_after("ge") + "lände",
    _not_after("bahn", "bus", "bürger") + "steig",
    _not_after("super", "bau", "floh", "arbeits", "wohnungs", "weihnachts") + "markt",
))
_COMPOUND = rf"(?!(?:{_NO_NAME})\b)[A-ZÄÖÜ][a-zäöüßéè’']{{2,40}}?(?:{_STREET_END})"
_NUMBER_WORD = r"(?:(?:Nr|No|Hausnr|Hausnummer|Nummer)\b\.?:?\s?)"
_HOUSE = r"\d{1,4}\s?[a-hA-H]?\b(?:\s?[-–/+]\s?\d{1,4}\s?[a-hA-H]?\b)?(?:\s?1/2\b)?"
_TOWN_WORD = r"[A-ZÄÖÜ][\w’']{0,30}(?:-[A-ZÄÖÜ][\w’']{0,30}){0,4}"
TOWN = rf"{_TOWN_WORD}(?:\s(?:am|an|der|im|in|ob|bei|b\.)\s{_TOWN_WORD}|[ -]{_TOWN_WORD})?"
_IN_TOWN = rf",?\s(?:D[- ]?)?\d{{5}}\s{TOWN}"
# "Ulmer Straße, Nr. 3" is a house, "Ulmer Straße, 3 Zimmer" a flat.
_END = rf"(?:,?\s?{_NUMBER_WORD}|\s?){_HOUSE}(?:\s?{_IN_TOWN})?"
# After "Am", "Im" and "Zum" these are a time, a place in a house or a figure of speech. Emergency numbers are no house numbers.
_NO_STREET = (
    r"(?:Mon|Diens|Donners|Frei|Sams|Sonn|Feier|Werk|Wochen)tag\w*|Mittwoch\w*|Sonnabend\w*|Wochenende|Vormittag|Nachmittag|"
    r"Mittag|Abend|Morgen|Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|Frühling|"
    r"Frühjahr|Sommer|Herbst|Winter|Jahr\w*|Monat\w*|Woche\w*|Tag\w*|Semester|Quartal|Alter|Ende|Anfang|Beginn|Moment|"
    r"Augenblick|Stock\w*|Haus|Gebäude|Block|Tisch\w*|Gleis\w*|Bahnsteig\w*|Bus|Linie|Terminal|Eingang|Flur|Kasse\w*|"
    r"Kapitel|Anhang|Artikel|Absatz|Paragraf\w*|Teil|Punkt|Satz|Seite\w*|Liste|Falle?|Umkreis|Rahmen|Bescheid|Modul|Stufe|"
    r"Termin\w*|Beispiel|Zeit|Preis|Telefon|Frage\w*|Bedarf|Internet|Computer|Regel|Station|Arzt|Amt|"
    r"\w*(?:ung|heit|keit|schaft|tion|tät|[nN]ummer|[rR]aum|[zZ]immer|[sS]aal|[sS]chalter\w?|[kK]urs\w?|[kK]lasse|[gG]ruppe|[nN]acht|"
    r"[nN]otruf|[nN]otfall|[sS]chnitt|[jJ]ahr|[gG]eschoss)"
)
_LATER = r"(?!\s?(?:[A-ZÄÖÜ]\w|Jahr|Tag|Stund|Minut|Monat|Woch|Uhr|Prozent|years?\b|days?\b|hours?\b|months?\b|yrs?\b|%))"
_FRENCH = r"(?:[Rr]ue|[Aa]venue|[Bb]oulevard|[Pp]lace|[Cc]hemin|[Qq]uai|[Ii]mpasse|[Aa]llée)\s(?:d[eu’']s?\s?|la\s|l[’'])*"
_CYRILLIC_NAME = r"[А-ЯІЇЄҐ][\w’'-]{1,30}(?:\s[А-ЯІЇЄҐ][\w’'-]{1,30}){0,2}"

_PATTERNS: tuple[re.Pattern[str], ...] = tuple(re.compile(pattern) for pattern in (
    # Whatever the street is called: name, number, postcode and town, one after the other.
    rf"(?<![\w-])(?:{_PREPOSITION}\s)?(?:{_WORD}\s){{1,3}}{_HOUSE}{_IN_TOWN}",
    rf"(?<![\w-])(?:{_PREPOSITION}\s)?(?:(?:{_WORD}\s){{1,3}}{_PARTS}{{0,5}}|{_PARTS}{{1,5}})(?:{_STREET_WORD}){_END}",
    rf"(?<![\w-])(?:{_PREPOSITION}\s)?(?:(?:{_KIND})\s){{0,2}}{_PARTS}{{0,5}}{_COMPOUND}{_END}",
    # In a hurry, in small letters: only the one word that nothing else ends in.
    rf"(?<![\w-])(?:[A-Za-zäöüß][a-zäöüß]{{1,30}}er\s(?=str)|[a-zäöüß-]{{3,40}}?)(?:stra(?:ß|ss)e|str(?:\.|\b)){_END}",
    rf"(?<![\w-])(?:Straße|Strasse|Platz|Allee|Weg|Ring|Park)\s(?:der|des|am|im|vom|zum|zur|an der)\s(?:{_WORD}\s?){{1,3}}{_END}",
    rf"(?<![\w-])Markt{_END}",
    rf"(?:(?<![\w-]){_PREPOSITION}|(?:(?<=wohne\s)|(?<=wohnen\s)|(?<=wohnt\s))(?:am|im|an\sde[rn]|auf\sde[rm]|in\sder))"
    rf"(?:\s(?!(?:{_NO_STREET})\b){_WORD}(?<!\w[.])(?<=\w\w\w)){{1,3}}\s"
    rf"{_NUMBER_WORD}?(?!11[0256]\b)\d{{1,3}}\s?[a-hA-H]?\b"
    rf"(?:\s?[-–/+]\s?\d{{1,3}}\s?[a-h]?\b)?(?:{_LATER}|(?={_IN_TOWN}))(?:{_IN_TOWN})?",
    rf"\d{{1,4}}(?:\s?(?:bis|ter)\b)?,?\s{_FRENCH}{_WORD}(?:[ -]{_WORD})*",
    rf"(?<!\w){_FRENCH}{_WORD}(?:[ -]{_WORD}){{0,3}},?\s{_HOUSE}",
    rf"(?<!\w)\d{{1,4}}[A-Za-z]?\s(?:{_WORD}\s){{1,3}}(?:Street|Road|Lane|Avenue|Square|Drive)\b",
    rf"(?<!\w)(?:{_WORD}\s){{1,3}}(?:Street|Road|Lane|Avenue|Square|Drive)\s{_HOUSE}",
    r"(?<!\w)(?:\d{1,4}\.\s|(?:[A-ZÇĞİÖŞÜ]\w{1,30}\s){1,3})(?:Caddesi|Cad\.|Sokağı|Sokak|Sok\.|Sk\.|Bulvarı)\s?"
    r"(?:[Nn]o\b\s?[:.]?\s?)?\d{1,4}(?:/\d{1,3})?",
    rf"(?<!\w)(?:[Вв]ул(?:\.|иц\w+)|[Уу]л(?:\.|иц\w+)|[Пп]росп(?:\.|ект\w*)|[Пп]р\.|[Пп]р-т|[Бб]ульвар\w*|[Бб]ул\.|[Пп]л(?:\.|ощ\w+)|"
    rf"[Пп]ров(?:\.|улок|улку)|[Пп]ер(?:\.|еул\w+)|[Нн]аб\.|[Шш]осс?е)\s?{_CYRILLIC_NAME},?\s?(?:(?:буд|д|дом|б)\b\.?\s?)?\d{{1,4}}"
    r"(?:\s?-?\s?[а-яіА-Я]\b)?(?:/\d{1,3})?(?:,?\s(?:кв|корп|оф)\.\s?\d{1,4})?",
    r"[\w-]+(?:штрассе|штраße|штрасе|пляц|аллее|платц|شتراسه|شتراسة|شتراس|اشتراسه)\s?\d{1,4}\s?[a-zа-я]?\b",
))


def find(text: str, known: Iterable[tuple[int, int]] = ()) -> Iterator[tuple[int, int]]:
    """(start, end) of every address of `text`, in order, none overlapping.

    `known`: where names stand that are known by heart. What a pattern and a name both find in part is one address: neither cuts
    the other short. A name that no pattern touches is left to whoever looks for names.
    """
    # A pattern may end with the blank before the next word.
    matches = [match for pattern in _PATTERNS for match in pattern.finditer(text)]
    found = [(match.start(), match.start() + len(match.group().rstrip())) for match in matches]
    named = [(start, end) for start, end in known if any(start < other_end and other < end for other, other_end in found)]
    start = end = 0
    for place in sorted([*found, *named]):
        if place[0] < end:
            end = max(end, place[1])
            continue
        if end:
            yield start, end
        start, end = place
    if end:
        yield start, end
