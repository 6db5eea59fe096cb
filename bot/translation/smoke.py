"""Is a package any good? A few plain sentences tell: some published packages give garbage, and they must never reach a person.

Run as `python -m bot.translation.smoke PACKAGE HOME`; prints the reason as JSON text, empty when the package passes.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import yaml

from bot.errors import WaymarkError
from bot.translation.hypotheses import Hypothesis
from bot.translation.scripts import share

PROBES: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "smoke.yml").read_text(encoding="utf-8"))
# Chinese and Japanese say a sentence in a third of the signs.
_SHORTEST, _LONGEST = 0.15, 5.0
# Mean log probability a token; a working package has -0.1 to -1 on such sentences.
_LOWEST_SCORE = -4.0
# Share of letter triples that a translation has in common with ours. Unrelated sentences have below 0.2.
_ALIKE = 0.35
_FEWEST_ALIKE = 2

Translate = Callable[[str], Hypothesis]


def probes(language: str) -> list[str]:
    """Sentences in a language: ours, else lists of days and months that every language has, from CLDR."""
    if language in PROBES:
        return PROBES[language]
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse({"zt": "zh_Hant", "pb": "pt_BR", "nb": "nb"}.get(language, language))
    except (UnknownLocaleError, ValueError):
        return []
    days = [str(name) for name in locale.days["format"]["wide"].values()]
    months = [str(name) for name in locale.months["format"]["wide"].values()]
    return [", ".join(days[:4]), ", ".join(days[3:]), *(", ".join(months[at : at + 3]) for at in (0, 3, 6, 9))]


def alike(one: str, other: str) -> float:
    """How many letter triples two sentences share, 0 to 1."""
    grams = [Counter(text[at : at + 3] for at in range(len(text) - 2)) for text in (f" {one.lower()} ", f" {other.lower()} ")]
    return 2 * sum((grams[0] & grams[1]).values()) / max(1, sum(map(sum, (gram.values() for gram in grams))))


def _loops(text: str) -> bool:
    words = text.lower().split()
    return len(words) >= 8 and len(set(words)) < 0.4 * len(words)


def examine(translate: Translate, source: str, target: str) -> str:
    """The reason why the translations are no good, as the end of a sentence; empty when they pass."""
    given = probes(source)
    if not given:
        return f"there is no sentence to test '{source}' with"
    found = [translate(text) for text in given]
    texts = [hypothesis.text for hypothesis in found]
    whole = " ".join(texts)
    if not all(any(sign.isalnum() for sign in text) for text in texts):
        return "it gives nothing for a plain sentence"
    if sum("\u2047" in text or "<unk>" in text for text in texts) > len(texts) // 3:
        return "it gives signs it does not know itself"
    written = share(whole, target)
    if written is not None and written < 0.6:
        return f"what it writes is not in the script of '{target}'"
    if sum(map(_loops, texts)) > len(texts) // 3:
        return "it repeats itself"
    if len(set(texts)) <= len(set(given)) // 2:
        return "it gives the same for different sentences"
    if sum(text.strip() == before.strip() for text, before in zip(texts, given, strict=True)) > len(given) // 2:
        return "it leaves sentences untranslated"
    if not _SHORTEST < len(whole) / len(" ".join(given)) < _LONGEST:
        return "what it writes is much too short or too long"
    if sum(hypothesis.score for hypothesis in found) / len(found) < _LOWEST_SCORE:
        return "it is sure of nothing it writes"
    if source in PROBES and target in PROBES:
        right = sum(alike(text, wanted) >= _ALIKE for text, wanted in zip(texts, PROBES[target], strict=False))
        if right < _FEWEST_ALIKE:
            return f"of {len(texts)} plain sentences it gets {right} nearly right, and {_FEWEST_ALIKE} are the least"
    return ""


def main() -> None:
    """Examines one package."""
    from bot.translation.engine import Model, load_argos
    from bot.translation.installed import read
    from bot.translation.worker import refuse_network

    sys.addaudithook(refuse_network)
    package, home = Path(sys.argv[1]), Path(sys.argv[2])
    installed = read(package)
    try:
        if installed is None:
            raise WaymarkError("translation.package", file=package.name, detail="its files are not all there")
        pair = (installed.source, installed.target)
        model = Model(load_argos(home), installed)

        def translate(text: str) -> Hypothesis:
            answer, score = model.run([text])[0]
            return Hypothesis(answer, score, False)

        reason = examine(translate, *pair)
    except WaymarkError as error:
        reason = str(error)
    except Exception as error:  # a broken model raises whatever it likes
        reason = f"the engine cannot run it ({type(error).__name__})"
    print(json.dumps(reason))


if __name__ == "__main__":
    main()
