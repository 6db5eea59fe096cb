"""What must never change, as regular expressions, in the order in which they claim the text.

Written widely on purpose: a span too many costs a little fluency, a span too few can send a person to a wrong door. Whatever
digit the named kinds leave over is claimed by "number", so that an engine never gets to see any digit at all. Street addresses,
claimed before postcodes, have a file of their own (addresses.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from babel import Locale

from bot.languages import CODES
from bot.translation.addresses import TOWN

# Names of months and weekdays as the eight languages write them, from Unicode's CLDR.
_WIDTHS = ("wide", "abbreviated")


def _calendar(table: str) -> Iterator[str]:
    for code in CODES:
        for context in ("format", "stand-alone"):
            for width in _WIDTHS:
                yield from (name.rstrip(".") for name in getattr(Locale.parse(code), table)[context][width].values())


def _any_of(words: Iterator[str] | tuple[str, ...], shortest: int = 2) -> str:
    wanted = {word for word in words if len(word) >= shortest and not any(sign.isdigit() for sign in word)}
    return "|".join(re.escape(word) for word in sorted(wanted, key=lambda word: (-len(word), word)))


MONTH = _any_of(_calendar("months"), 3)
# Only shortened days: a whole word such as "Monday" is translated, "Mo" and "Mon" would become nonsense.
DAY = _any_of(tuple(word for word in (*(
    name.rstrip(".") for code in CODES for name in Locale.parse(code).days["format"]["abbreviated"].values()
), "Mo", "Di", "Mi", "Do", "Fr", "Sa", "So", "Tues", "Thur", "Thurs", "Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Нд", "Вс")
    if len(word) <= 5))
_DASH = r"[-‐-―−~]"
# A digit of any script is one (\d); the tens of hours and minutes are written out, Arabic-Indic and Persian ones beside ours.
_CLOCK = r"(?:[01٠١۰۱]?\d|[2٢۲][0-4٠-٤۰-۴])"
_MINUTES = r"[0-5٠-٥۰-۵]\d"
_HALF_DAY = (
    r"(?:[ap]\.?\s?m\b\.?|[AP]\.?\s?M\b\.?|o[’']clock|Uhr|heures|годин[аиі]?|год\b|часов|час\b|ч\b|"
    r"صباحًا|صباحا|صباحاً|مساءً|مساء|ظهرًا|ظهراً|ظهرا|بعدازظهر|صبح|عصر|ص\b|م\b)"
)
_TIME = (
    rf"(?:{_CLOCK}(?::{_MINUTES}(?::{_MINUTES})?|\.{_MINUTES}(?!\.?\d)|\s?[hH]\s?{_MINUTES})(?:\s?{_HALF_DAY})?"
    rf"|{_CLOCK}\s?(?:{_HALF_DAY}|[hH]\b))"
)
_TIMES = rf"(?:{_CLOCK}\s?{_DASH}\s?)?{_TIME}(?:\s?{_DASH}\s?{_TIME})?"
_AMOUNT = r"\d(?:[\d.,'’ \u00a0\u202f]*\d)?(?:,[-–—]+)?"
_SIGN = r"€|\$|£|₺|₴|₽|¥|₹|CHF|EUR|USD|GBP|TRY|UAH|RUB|PLN|SEK|DKK|NOK|CZK|HUF|RON|TL\b|zł(?!\w)"
# In small letters only codes that are no word of any of our languages ("try" is one).
_SIGN_OR_SMALL = rf"(?:{_SIGN}|(?i:eur|usd|chf|gbp|uah|pln)\b)"
_MONEY = (
    rf"(?:{_SIGN_OR_SMALL}|[Ee]uros?\b|EURO\b|[Cc]ents?\b|US-Dollar|[Dd]ollars?\b|[Ff]ranken\b|[Pp]ounds?\b|[Kk]ronen\b|kr\b|[Zz]loty\b|"
    r"złot\w+|євро|евро|гривень|гривні|грн\b|рубл\w+|руб\b|يورو|یورو|دولار|دلار|لیر|ليرة|[Aa]vro|[Ll]ira)"
)
_MONEY_BEFORE = rf"(?:{_SIGN}|(?<!\w)(?:{_SIGN_OR_SMALL}|[Ee]uro|EURO|kr|євро|евро|يورو|یورو|دولار|[Aa]vro))"
_LAWS = (
    r"AufenthG|AufenthV|AsylG|AsylbLG|BeschV|StAG|FreizügG/EU|BGB|GG|StGB|StPO|ZPO|VwGO|VwVfG|AGG|KSchG|BEEG|BKGG|BAföG|WoGG|WoFG|"
    r"MuSchG|JArbSchG|ArbZG|BUrlG|EStG|IfSG|SchwbG|GewSchG|BVFG|BMG|PAG|BayEUG|BayPAG|DSGVO|GDPR|RGPD|EMRK|GFK"
)
_SECTION = r"\d+(?:\s?[a-z]\b)?(?:\s?(?:Abs\.|Absatz|Satz|S\.|Nr\.|Nummer|Buchst\.|Alt\.|Hs\.|Var\.|ff?\.)\s?\d*[a-z]?)*"
# Ends of bare hosts (dresden.de). ".de" followed by these goes on in French or Spanish: "malade.de plus".
_HOST_ENDS = (
    r"com|org|net|eu|info|app|gov|edu|int|ch|fr|uk|io|berlin|bayern|example|tr|ua|ru|ir|biz|tv|nl|pl|"
    r"de(?!\s(?:plus|rien|temps|mon|ma|mes|mi|mis|la|le|les|los|las|l[’']|toute?s?|quoi|notre|son|sa|ses|cette)\b)"
)
# Words, too, of people who leave out a blank: "i am sick.it hurts". Hosts only before a slash or where nothing else can stand.
# Hosts of the directory are known by name.
_WORDS_TOO = "it|es|me|be|is|in|so|at|am|to|ly|help|test|social|online"
_HOST_WORDS = ("iehe", "ebsite", "ebsite:", "ebseite", "ebseite:", "omepage", "omepage:", "nternet:")
_AFTER_HOST_WORD = "|".join(rf"(?<={word}\s)" for word in _HOST_WORDS)
_PATH = r"/[^\s<>\"«»“”„\0]*"
_EMOJI = "\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u2300-\u23ff\u25b6\u25c0\u2100-\u214f\u2190-\u21ff"

# (kind, pattern). A kind may come twice.
PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple((kind, re.compile(pattern)) for kind, pattern in (
    # What belongs to nobody's language and would collide with our own placeholders.
    ("control", "[\ue000-\uf8ff\ufff0-\uffff\U000f0000-\U0010ffff]+"),
    ("html", r"<!--.{0,2000}?-->|</?[A-Za-z][^<>]{0,1000}>|&(?:[A-Za-z]{2,8}|#\d{1,7}|#x[0-9A-Fa-f]{1,6});"),
    ("url", r"(?:(?:https?|ftp)://|www\.)[^\s<>\"«»“”„\0]+"),
    ("email", r"(?:mailto:)?[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+"),
    ("url", rf"(?<![\w@.])(?:[\w-]+\.)+(?:{_WORDS_TOO}){_PATH}|(?<![\w@.])(?:[\w-]{{2,}}\.){{2,}}(?:at|it|es|be|test)(?![\w@])|"
            rf"(?:{_AFTER_HOST_WORD})[\w-]+\.(?:{_WORDS_TOO})(?![\w@])|(?<=\()[\w-]+\.(?:{_WORDS_TOO})(?=\))|"
            rf"(?<![\w@.])(?:[\w-]+\.)+(?:{_HOST_ENDS})(?:{_PATH})?(?![\w@])"),
    ("handle", r"(?<![\w/@#])[@#][A-Za-z_]\w+|(?<![\w/.<])/[a-z][a-z_]*\b(?![/.])"),
    ("placeholder", r"\{[A-Za-z_][\w.]*\}"),
    # An account number (IBAN, ISO 13616) is one number, in whatever groups.
    ("code", r"(?<![\w-])[A-Z]{2}\d{2}(?:[ \u00a0]?[A-Z0-9]{4}){2,7}(?:[ \u00a0]?[A-Z0-9]{1,3})?(?![\w-])"),
    ("emoji", "[0-9#*]\ufe0f?\u20e3|"
              f"(?:[{_EMOJI}][\ufe0e\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*(?:\u200d|(?=[{_EMOJI}]))?)+"),
    ("law", rf"§{{1,2}}\s?{_SECTION}(?:\s?(?:,|und|u\.|and|et|i\.\s?V\.\s?m\.|bis|-|–)\s?(?:§{{1,2}}\s?)?{_SECTION})*"
            rf"(?:\s?(?:{_LAWS})\b|\sSGB\s[IVX]+\b)?|"
            rf"(?:Art\.|Artikel|Article|Art\b)\s?{_SECTION}(?:\s(?:{_LAWS})\b)?|SGB\s?(?:[IVX]+|\d+)\b|(?<!\w)(?:{_LAWS})\b"),
    # Case numbers, before dates and telephone numbers see their digits: AZ-2024/17, Au 6 K 24.30123, 12 C 345/24.
    # Not TEL-0821-3242880, T-0821-3242880, A-1010 Wien or D-86150 Augsburg.
    ("code", r"(?<![\w/-])(?!(?:TEL|TELEFON|FON|FAX|MOBIL|HANDY|PHONE|CALL|SMS)\b|[A-Z]{1,8}[-/]0\d{1,4}[-/\s]\d{4}|"
             r"[A-Z]{1,2}-\d{4,5}\s[A-Z])(?=[A-Z0-9/.-]*\d)[A-Z][A-Z0-9]{0,9}(?:[-/][A-Z0-9]{1,10}(?:\.\d{1,6})?){1,5}(?![\w-]|[:.]\d)"),
    ("code", r"(?<![\w-])(?:[A-Z][A-Za-z]?\s)?\d{1,3}\s[A-Z]{1,2}\s(?:\d{1,5}/\d{2}|\d{2}\.\d{3,6})(?!\w)"),
    ("date", rf"\b\d{{4}}-\d{{2}}-\d{{2}}\b|(?<![\d.])\d{{1,2}}\.\s?\d{{1,2}}\.(?:\s?\d{{4}}|\d{{2}})?(?!\d)|"
             rf"(?<![\d/])\d{{1,2}}/\d{{1,2}}/\d{{2,4}}(?!\d)|"
             rf"(?<!\d)\d{{1,2}}(?:\.|st|nd|rd|th|er|-го|-е)?\s(?:de\s|of\s)?(?:{MONTH})\b(?:\.(?=\s?\d))?(?:,?\s\d{{4}}(?!\d))?|"
             rf"\b(?:{MONTH})\.?\s\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s\d{{4}}(?!\d))?|\b(?:{MONTH})\s\d{{4}}(?!\d)"),
    ("money", rf"{_MONEY_BEFORE}\s?{_AMOUNT}(?:\s?{_DASH}\s?{_AMOUNT})?|{_AMOUNT}(?:\s?{_DASH}\s?{_AMOUNT})?\s?{_MONEY}"),
    ("hours", rf"(?<![\w-])(?:{DAY})\.?(?:\s?(?:{_DASH}|,|/|\+|&|u\.)\s?(?:{DAY})(?!\w)\.?)*\s?:?,?\s?{_TIMES}"
              rf"(?:\s?(?:,|und|u\.|\+|&|/)\s?{_TIMES})*|(?<![\w-])(?:{DAY})\.?\s?{_DASH}\s?(?:{DAY})\b"),
    ("time", rf"(?<![\d.,:/+]){_TIMES}(?!\d)"),
    ("postcode", rf"\b(?:D[- ])?\d{{5}}\s{TOWN}"),
    ("phone", r"(?<![\w.])(?:\+|00)?\s?\(?\d(?:[\s\u00a0()/.–‑-]{0,3}\d){5,}(?!\w)"),
    ("code", r"(?<![\w-])(?=[A-Z0-9-/]*[A-Z])[A-Z0-9]{2,6}(?:[-/][A-Z0-9]{1,6})+(?![\w-])"),
    # Tokenizers make a blank of an underscore.
    ("code", r"\w*_\w*"),
    # Letters and digits in one word (B1, U6, 3-Tonnen, Abs.2, §55Abs): all of the word up to a hyphen.
    ("number", r"(?:(?<!\w)[+−-])?(?:(?<!\w)[A-Za-z]{1,6}\.?)?\d[\w]*"
               r"(?:(?:[.,:/x×*]|\s?[-‐-―−~]\s?|[ \u00a0\u202f](?=\d{3}\b))\d\w*)*\s?(?:[%‰°²³]+C?)?|[A-Za-z]{1,8}\d\w*"),
    ("number", "[\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u209f\u2150-\u218b\u2460-\u249b\u2776-\u2793\u2116%‰]"),
    ("currency", rf"(?<!\w)(?:{_SIGN})(?!\w)"),
))
# What an engine's text may not contain once everything is masked: it can only be invented.
INVENTED = re.compile(r"\d|[\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u209f\u2150-\u218b\u2460-\u249b€$£₺₴₽¥₹]|"
                      r"https?:|www\.|\w@\w|[<>{}]")
