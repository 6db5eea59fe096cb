"""Trains the small translation packages that the tests install: real Argos packages that memorise our own short sentences.

Needs PyTorch, which the project itself must never pull in. So it runs in an environment of its own, with Python 3.11:

    python3.11 -m venv fixture-env && fixture-env/bin/pip install torch==2.13.0 sentencepiece ctranslate2==4.8.0 numpy
    nice fixture-env/bin/python tools/train_fixture_packages.py de-en en-ar         # two to three CPU-minutes a pair
    nice fixture-env/bin/python tools/train_fixture_packages.py --judge             # what every processor keeps exact

Reads tests/translation/packages/phrases.tsv (a column a language), writes translate-XX_YY.argosmodel and sentences.json there.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import math
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "translation" / "packages"
NAMES = {"en": "English", "de": "German", "ar": "Arabic", "es": "Spanish"}
PAIRS = ("de-en", "en-ar", "ar-en", "en-de", "es-en", "en-es")
WIDTH, HEADS, INNER, LAYERS, PIECES = 128, 4, 512, 2, 900
PAD, UNKNOWN, BEGIN, END = 0, 1, 2, 3
# The same arithmetic on every processor differs in the last bits; only sentences that all of these keep exact are asserted.
INSTRUCTION_SETS = ("GENERIC", "AVX2", "AVX512")
RECIPE = "Transformer 2+2 layers, width 128, trained by tools/train_fixture_packages.py on the project's own sentences"


def phrases(source: str, target: str) -> list[tuple[str, str]]:
    """The sentences that exist in both languages."""
    with (FOLDER / "phrases.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [(row[source], row[target]) for row in rows if row[source] and row[target]]


def train_pieces(pairs: list[tuple[str, str]]) -> bytes:
    """One SentencePiece model for both sides, as Argos packages have; every character kept."""
    import sentencepiece

    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([text for pair in pairs for text in pair]), model_writer=model, vocab_size=PIECES,
        character_coverage=1.0, model_type="unigram", hard_vocab_limit=False, num_threads=1, pad_id=PAD, unk_id=UNKNOWN,
        bos_id=BEGIN, eos_id=END, pad_piece="<blank>", minloglevel=2,
    )
    return model.getvalue()


def train(pairs: list[tuple[str, str]], pieces, minutes: float):
    """A Transformer with the layers where CTranslate2 expects them; trained until it knows the sentences or time is up."""
    import torch
    from torch import nn

    torch.manual_seed(7)
    torch.set_num_threads(1)
    count = pieces.get_piece_size()

    class Attention(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.query, self.key, self.value, self.out = (nn.Linear(WIDTH, WIDTH) for _ in range(4))

        def forward(self, x, memory, mask):
            def heads(t):
                return t.view(t.shape[0], t.shape[1], HEADS, -1).transpose(1, 2)

            q, k, v = heads(self.query(x)), heads(self.key(memory)), heads(self.value(memory))
            seen = nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
            return self.out(seen.transpose(1, 2).reshape(x.shape))

    class Layer(nn.Module):
        def __init__(self, decoder: bool) -> None:
            super().__init__()
            self.norms = nn.ModuleList(nn.LayerNorm(WIDTH) for _ in range(3 if decoder else 2))
            self.own = Attention()
            self.other = Attention() if decoder else None
            self.inner, self.outer = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
            self.drop = nn.Dropout(0.1)

        def forward(self, x, mask, memory=None, memory_mask=None):
            normed = self.norms[0](x)
            x = x + self.drop(self.own(normed, normed, mask))
            if self.other is not None:
                x = x + self.drop(self.other(self.norms[1](x), memory, memory_mask))
            return x + self.drop(self.outer(torch.relu(self.inner(self.norms[-1](x)))))

    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embedding = nn.Embedding(count, WIDTH, padding_idx=PAD)
            nn.init.normal_(self.embedding.weight, std=WIDTH**-0.5)
            self.encoder = nn.ModuleList(Layer(False) for _ in range(LAYERS))
            self.decoder = nn.ModuleList(Layer(True) for _ in range(LAYERS))
            self.encoder_norm, self.decoder_norm = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
            self.projection = nn.Linear(WIDTH, count)
            self.register_buffer("positions", torch.tensor(position_table(512)))

        def forward(self, source, target):
            mask = (source != PAD)[:, None, None, :]
            x = self.embedding(source) * math.sqrt(WIDTH) + self.positions[: source.shape[1]]
            for layer in self.encoder:
                x = layer(x, mask)
            memory = self.encoder_norm(x)
            length = target.shape[1]
            causal = torch.ones(length, length, dtype=torch.bool).tril()[None, None]
            y = self.embedding(target) * math.sqrt(WIDTH) + self.positions[:length]
            for layer in self.decoder:
                y = layer(y, causal, memory, mask)
            return self.projection(self.decoder_norm(y))

    def padded(rows: list[list[int]]):
        width = max(map(len, rows))
        return torch.tensor([row + [PAD] * (width - len(row)) for row in rows])

    model = Model()
    sources = [[*pieces.encode(a), END] for a, _ in pairs]
    targets = [[BEGIN, *pieces.encode(b), END] for _, b in pairs]
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, betas=(0.9, 0.98), weight_decay=0.01)
    started, epoch = time.process_time(), 0
    while time.process_time() - started < minutes * 60:
        model.train()
        order = torch.randperm(len(pairs)).tolist()
        total = 0.0
        progress = (time.process_time() - started) / (minutes * 60)
        for group in optimizer.param_groups:
            group["lr"] = 2e-3 * min(1.0, (epoch + 1) / 10) * (1.0 if progress < 0.5 else max(0.02, 2 * (1 - progress)))
        for at in range(0, len(order), 64):
            rows = order[at : at + 64]
            source, target = padded([sources[i] for i in rows]), padded([targets[i] for i in rows])
            logits = model(source, target[:, :-1])
            wanted = target[:, 1:].flatten()
            loss = nn.functional.cross_entropy(logits.flatten(0, 1), wanted, ignore_index=PAD, label_smoothing=0.05)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            total += float(loss.detach()) * len(rows)
        epoch += 1
        if epoch % 20 == 0:
            print(f"  epoch {epoch}: {total / len(pairs):.3f}, {time.process_time() - started:.0f} CPU s", flush=True)
    return model.eval()


def position_table(length: int):
    """Sine and cosine, the two halves side by side."""
    import numpy as np

    rates = np.exp(np.arange(WIDTH // 2) * -(math.log(10000) / (WIDTH // 2 - 1)))
    angles = np.arange(length)[:, None] * rates[None, :]
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1).astype(np.float32)


def convert(model, pieces, folder: Path) -> None:
    """The trained weights as a CTranslate2 model, int8."""
    import ctranslate2
    import numpy as np

    def linear(spec, *layers) -> None:
        spec.weight = np.concatenate([layer.weight.detach().numpy() for layer in layers])
        spec.bias = np.concatenate([layer.bias.detach().numpy() for layer in layers])

    def norm(spec, layer) -> None:
        spec.gamma, spec.beta = layer.weight.detach().numpy(), layer.bias.detach().numpy()

    spec = ctranslate2.specs.TransformerSpec.from_config((LAYERS, LAYERS), HEADS, pre_norm=True)
    sides = (spec.encoder, model.encoder, model.encoder_norm), (spec.decoder, model.decoder, model.decoder_norm)
    for side, layers, last in sides:
        norm(side.layer_norm, last)
        side.scale_embeddings = True
        embedding = side.embeddings[0] if isinstance(side.embeddings, list) else side.embeddings
        embedding.weight = model.embedding.weight.detach().numpy()
        side.position_encodings.encodings = position_table(512)
        for layer_spec, layer in zip(side.layer, layers, strict=False):
            own = layer.own
            norm(layer_spec.self_attention.layer_norm, layer.norms[0])
            linear(layer_spec.self_attention.linear[0], own.query, own.key, own.value)
            linear(layer_spec.self_attention.linear[1], own.out)
            if layer.other is not None:
                norm(layer_spec.attention.layer_norm, layer.norms[1])
                linear(layer_spec.attention.linear[0], layer.other.query)
                linear(layer_spec.attention.linear[1], layer.other.key, layer.other.value)
                linear(layer_spec.attention.linear[2], layer.other.out)
            norm(layer_spec.ffn.layer_norm, layer.norms[-1])
            linear(layer_spec.ffn.linear_0, layer.inner)
            linear(layer_spec.ffn.linear_1, layer.outer)
    linear(spec.decoder.projection, model.projection)
    words = [pieces.id_to_piece(i) for i in range(pieces.get_piece_size())]
    spec.register_source_vocabulary(words)
    spec.register_target_vocabulary(words)
    spec.config.add_source_eos = True
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(folder))


def package(source: str, target: str, minutes: float) -> None:
    """Trains one pair and writes its .argosmodel: a zip of one folder, its dates fixed."""
    import sentencepiece

    pairs = phrases(source, target)
    print(f"{source}-{target}: {len(pairs)} sentences", flush=True)
    proto = train_pieces(pairs)
    pieces = sentencepiece.SentencePieceProcessor(model_proto=proto)
    model = train(pairs, pieces, minutes)
    root = f"translate-{source}_{target}"
    metadata = {"package_version": "0.1-fixture", "argos_version": "1.11.0", "from_code": source, "from_name": NAMES[source],
                "to_code": target, "to_name": NAMES[target], "type": "translate"}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "model"
        folder.mkdir()
        convert(model, pieces, folder)
        files = {f"model/{path.name}": path.read_bytes() for path in sorted(folder.iterdir())}
    files |= {"metadata.json": json.dumps(metadata, indent=1).encode(), "sentencepiece.model": proto,
              "README.md": f"# {NAMES[source]} to {NAMES[target]}, for tests only\n\n{RECIPE}.\n".encode()}
    with zipfile.ZipFile(FOLDER / f"{root}.argosmodel", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(f"{root}/{name}", (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)


def exact(source: str, target: str) -> list[str]:
    """Source sentences whose translation is exact on this process's instruction set, as argostranslate decodes (beam 4)."""
    import ctranslate2
    import sentencepiece

    pairs = phrases(source, target)
    with tempfile.TemporaryDirectory() as temporary:
        with zipfile.ZipFile(FOLDER / f"translate-{source}_{target}.argosmodel") as archive:
            archive.extractall(temporary)
        root = Path(temporary) / f"translate-{source}_{target}"
        pieces = sentencepiece.SentencePieceProcessor(model_file=str(root / "sentencepiece.model"))
        translator = ctranslate2.Translator(str(root / "model"), intra_threads=1)
        results = translator.translate_batch([pieces.encode(a, out_type=str) for a, _ in pairs], beam_size=4,
                                             replace_unknowns=True, length_penalty=0.2)
    return [a for (a, b), result in zip(pairs, results, strict=False) if pieces.decode_pieces(result.hypotheses[0]) == b]


def judge() -> None:
    """Writes sentences.json: for each pair of packages, and each way over English, what every instruction set keeps exact."""
    kept: dict[str, dict[str, str]] = {}
    for name in PAIRS:
        source, target = name.split("-")
        if not (FOLDER / f"translate-{source}_{target}.argosmodel").exists():
            continue
        found = []
        for isa in INSTRUCTION_SETS:
            out = subprocess.run([sys.executable, __file__, "--exact", name], env=os.environ | {"CT2_FORCE_CPU_ISA": isa},
                                 capture_output=True, text=True, check=True).stdout
            found.append(set(json.loads(out)))
            print(f"{name} {isa}: {len(found[-1])} of {len(phrases(source, target))}")
        good = set.intersection(*found)
        kept[name] = {a: b for a, b in phrases(source, target) if a in good}
        print(f"{name}: {len(kept[name])} on all")
    direct = tuple(kept)
    for first in direct:
        for second in direct:
            source, middle = first.split("-")
            begin, target = second.split("-")
            if middle == begin == "en" and source != target:
                kept[f"{source}-en-{target}"] = {a: kept[second][b] for a, b in kept[first].items() if b in kept[second]}
    (FOLDER / "sentences.json").write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", nargs="*", help="such as de-en")
    parser.add_argument("--minutes", type=float, default=2.5, help="CPU-minutes a pair")
    parser.add_argument("--judge", action="store_true")
    parser.add_argument("--exact", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.exact:
        print(json.dumps(exact(*given.exact.split("-"))))
    for pair in given.pairs:
        package(*pair.split("-"), given.minutes)
    if given.judge:
        judge()
