"""The one place that touches argostranslate: installed packages in, translated sentences out. Runs inside a worker process.

What upstream does that a frightened person must not meet is wrapped here:

- it imports stanza (and torch with it) at load, though nothing here needs them: an empty module stands in during the import only
  (falls away once upstream imports it lazily, argos-translate pull request 521; an installed stanza is left alone);
- it reads its settings once, at import, from the environment and from files in the user's home: they are set during the import;
- its splitter would be downloaded: ours is set in its place; more than one thread a translator makes it 20 times slower: one;
- a stray folder among the packages raises, a re-installed package keeps its old translator, an unknown code raises
  AttributeError: packages are opened one by one, by content, from `installed.scan`;
- it joins sentences before decoding, so that a lost one leaves no trace: every sentence has its own answer and score here;
- `_` becomes a blank, m² becomes m2, leading line breaks go: see `fragments` and `splitter.pieces`, which lose nothing;
- it logs what it translates: its logger is switched off.
"""

from __future__ import annotations

import importlib
import importlib.util
import itertools
import logging
import os
import sys
import types
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from bot.errors import WaymarkError
from bot.translation.casing import usual
from bot.translation.fragments import fragments
from bot.translation.hypotheses import Hypothesis
from bot.translation.installed import Installed, Shelf
from bot.translation.splitter import pieces, sentences

# The score of a text of which the engine lost a sentence: below every threshold. The sentence stays in the original.
LOST = -99.0
# Longer texts are refused; a message is at most WAYMARK_MESSAGE_LIMIT, a directory text far shorter.
LONGEST = 20_000
# Loaded packages at once in one worker; an Argos package takes 60 to 250 MB.
MOST_LOADED = 6
# Argos's own values, but for threads and batch (a batch is counted in tokens; 2048 is faster than 32 and fits any message).
_BEAM, _LENGTH_PENALTY, _BATCH_TOKENS = 4, 0.2, 2048
_SETTINGS = {
    "ARGOS_INTRA_THREADS": "1", "ARGOS_INTER_THREADS": "1", "ARGOS_BATCH_SIZE": str(_BATCH_TOKENS), "ARGOS_CHUNK_TYPE": "MINISBD",
    "ARGOS_DEVICE_TYPE": "cpu", "ARGOS_MODEL_PROVIDER": "OPENNMT", "ARGOS_DEBUG": "0", "ARGOS_DEV_MODE": "0",
    "ARGOS_COMPUTE_TYPE": "auto", "ARGOS_BEAM_SIZE": str(_BEAM),
}


class Upstream(NamedTuple):
    """The modules of argostranslate that are used."""

    package: Any
    translate: Any


_upstream: Upstream | None = None


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Environment variables for the length of an import; what stood there comes back."""
    before = {name: os.environ.get(name) for name in [*values, "SNAP", "KMP_DUPLICATE_LIB_OK"]}
    os.environ.update(values)
    os.environ.pop("SNAP", None)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _without_stanza() -> Iterator[None]:
    """An empty `stanza` in place of an absent one. A lasting one would break importlib.util.find_spec for everybody."""
    if "stanza" in sys.modules or importlib.util.find_spec("stanza") is not None:
        yield
        return
    sys.modules["stanza"] = types.ModuleType("stanza")
    try:
        yield
    finally:
        sys.modules.pop("stanza", None)


def load_argos(home: Path) -> Upstream:
    """Imports argostranslate once a process, with our settings and our splitter; its own folders are made under `home`."""
    global _upstream
    if _upstream is None:
        folders = {"XDG_DATA_HOME": str(home / "data"), "XDG_CONFIG_HOME": str(home / "config"),
                   "XDG_CACHE_HOME": str(home / "cache"), "ARGOS_PACKAGES_DIR": str(home / "packages")}
        with _environment(_SETTINGS | folders), _without_stanza():
            translate = importlib.import_module("argostranslate.translate")
            package = importlib.import_module("argostranslate.package")
            sbd = importlib.import_module("argostranslate.sbd")
        logging.getLogger("argostranslate.utils").disabled = True
        splitter = _splitter(sbd.ISentenceBoundaryDetectionModel)
        for name in ("StanzaSentencizer", "MiniSBDSentencizer", "SpacySentencizerSmall"):
            setattr(translate, name, splitter)
        _upstream = Upstream(package, translate)
    return _upstream


def _splitter(base: Any) -> type:
    class Sentencizer(base):
        """Our splitter as argostranslate's."""

        def __init__(self, pkg: Any) -> None:
            self.pkg = pkg

        def split_sentences(self, text: str) -> list[str]:
            return sentences(text, self.pkg.from_code)

    return Sentencizer


class Model:
    """One loaded package."""

    def __init__(self, upstream: Upstream, installed: Installed) -> None:
        ctranslate2 = importlib.import_module("ctranslate2")
        self.installed = installed
        self._package = upstream.package.Package(installed.path)
        languages = (upstream.translate.Language(code, code) for code in (installed.source, installed.target))
        translation = upstream.translate.PackageTranslation(*languages, self._package)
        translation.translator = ctranslate2.Translator(
            str(installed.path / "model"), device="cpu", inter_threads=1, intra_threads=1, compute_type="auto"
        )
        self._translator = translation.translator
        processor = getattr(self._package.tokenizer, "lazy_processor", None)
        self._pieces = processor() if processor else None

    def count(self, word: str) -> int:
        """How many pieces the tokenizer needs for a word."""
        return len(self._package.tokenizer.encode(word))

    def _decode(self, tokens: list[str]) -> str:
        # argostranslate's own decoding turns every underscore into a blank; packages with BPE have another tokenizer.
        if self._pieces is None:
            return str(self._package.tokenizer.decode(tokens))
        return str(self._pieces.decode_pieces(tokens)).replace("\u2581", " ")

    def run(self, texts: Sequence[str]) -> list[tuple[str, float]]:
        """Sentences to sentences, in order, each with its mean log probability a token; an empty text for a lost one."""
        tokens = [self._package.tokenizer.encode(usual(text, self.installed.source, self.count)) for text in texts]
        prefix = self._package.target_prefix
        results = self._translator.translate_batch(
            tokens, target_prefix=[[prefix]] * len(tokens) if prefix else None, replace_unknowns=True,
            max_batch_size=_BATCH_TOKENS, batch_type="tokens", beam_size=_BEAM, num_hypotheses=1,
            length_penalty=_LENGTH_PENALTY, return_scores=True,
        )
        answers = []
        for result in results:
            found = result.hypotheses[0]
            text = self._decode(found)
            if prefix:
                text = text.removeprefix(prefix)
            # CTranslate2 divides the sum by length ** penalty; the mean divides it by the length.
            length = len(found) + 1
            answers.append((" ".join(text.split()), result.scores[0] * length ** (_LENGTH_PENALTY - 1)))
        return answers


class LocalEngine:
    """Translates in this process, blocking. One thread at a time."""

    def __init__(self, packages: Path, home: Path) -> None:
        self._shelf = Shelf(packages)
        self._home = home
        self._loaded: OrderedDict[Path, Model] = OrderedDict()

    def can(self, source: str, target: str) -> bool:
        """Whether installed packages lead from one to the other."""
        return self._shelf.can(source, target)

    def unload(self) -> None:
        """Frees all loaded packages."""
        self._loaded.clear()

    def _model(self, installed: Installed) -> Model:
        model = self._loaded.pop(installed.path, None)
        if model is None:
            for path in [path for path in self._loaded if not path.is_dir()]:  # replaced or removed meanwhile
                del self._loaded[path]
            while len(self._loaded) >= MOST_LOADED:
                self._loaded.popitem(last=False)
            try:
                model = Model(load_argos(self._home), installed)
            except Exception as error:  # a broken package raises whatever it likes
                raise WaymarkError("translation.package", file=installed.path.name, detail=type(error).__name__) from None
        self._loaded[installed.path] = model
        return model

    def translate(self, text: str, source: str, target: str) -> Hypothesis:
        """A whole text. Raises as `hypotheses.Engine`."""
        found = self.translate_all([text], source, target)[0]
        if isinstance(found, WaymarkError):
            raise found
        return found

    def translate_all(self, texts: Sequence[str], source: str, target: str) -> list[Hypothesis | WaymarkError]:
        """Several texts in one batch: four together cost half of what they cost one by one. Each has its own answer or error.

        Raises WaymarkError "translation.language", "translation.pair" and "translation.package" for all of them.
        """
        way = self._shelf.route(source, target)
        drafts = [_draft(text, source.strip().lower()) for text in texts]
        current = [draft.parts[place].strip() for draft in drafts if isinstance(draft, _Draft) for place in draft.wanted]
        scores = [0.0] * len(current)
        for installed in way if current else ():
            for at, (answer, score) in enumerate(_run(self._model(installed), current)):
                scores[at] = min(scores[at], score)
                current[at] = answer
        answers = iter(zip(current, scores, strict=True))
        return [draft if isinstance(draft, WaymarkError) else draft.filled(answers, len(way) > 1) for draft in drafts]


class _Draft(NamedTuple):
    """A text in parts, and the places of those that go to the engine."""

    parts: list[str]
    wanted: list[int]

    def filled(self, answers: Iterator[tuple[str, float]], pivot: bool) -> Hypothesis | WaymarkError:
        """The text with its parts replaced by as many answers; blanks around a part stay, as does a part without an answer."""
        if not self.wanted:
            return Hypothesis("".join(self.parts), 0.0, pivot)
        own = list(itertools.islice(answers, len(self.wanted)))
        if not any(answer for answer, _ in own):
            return WaymarkError("translation.failed")
        out = list(self.parts)
        for place, (answer, _) in zip(self.wanted, own, strict=True):
            before = out[place]
            start, end = len(before) - len(before.lstrip()), len(before.rstrip())
            out[place] = before[:start] + answer + before[end:] if answer else before
        return Hypothesis("".join(out), round(min(score if answer else LOST for answer, score in own), 4), pivot)


def _draft(text: str, language: str) -> _Draft | WaymarkError:
    try:
        check(text)
    except WaymarkError as error:
        return error
    parts = [part for piece in pieces(text, language) for part in fragments(piece)]
    wanted = [place for place, (part, fixed) in enumerate(parts) if not fixed and _has_letters(part)]
    return _Draft([part for part, _ in parts], wanted)


def check(text: str) -> None:
    """Raises WaymarkError "translation.text" for what no engine can translate: nothing, too much, broken characters."""
    if not text.strip() or len(text) > LONGEST or "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise WaymarkError("translation.text")


def _has_letters(text: str) -> bool:
    return any(sign.isalpha() for sign in text)


def _run(model: Model, texts: Sequence[str]) -> list[tuple[str, float]]:
    """All texts at once; each that came back empty a second time without the stop at its end. Empty ones stay empty."""
    present = [at for at, text in enumerate(texts) if text]
    answers: list[tuple[str, float]] = [("", LOST)] * len(texts)
    for at, answer in zip(present, model.run([texts[at] for at in present]) if present else [], strict=False):
        answers[at] = answer
    for at in present:
        shorter = texts[at].rstrip(".!?…؟۔。")
        if not answers[at][0] and shorter and shorter != texts[at]:
            answers[at] = model.run([shorter])[0]
    return answers
