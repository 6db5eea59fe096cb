"""Teaches the sentence encoder questions and pages of our kind; writes the adapters that encoder_build.py adds to it.

    .venv/bin/python -m tools.encoder_rows --data ../shared/data/omos-qa --to ROWS
    python3.11 -m venv TORCH && TORCH/bin/pip install torch==2.13.0 numpy
    TORCH/bin/python -m tools.train_encoder --rows ROWS --to bot/directory/weights/encoder.npz
    TORCH/bin/python -m tools.train_encoder --rows ROWS --to ROWS/fold-0.npz --fold 0     # and 1 and 2, for train_ranking.py

Three things are asked of it at once. A question must lie nearer to the stretch and the line of its page that answer it than to
what else is in the batch. A line that answers must lie nearer than its neighbours. And each text must lie where the frozen
encoder's five (for our own texts eight) versions of it have their middle: the same page exists in five languages, line by line,
and the mean over them finds more than any one of them; this also keeps it from forgetting what it knew.
Only the train split is learnt from. An hour for one core.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

from tools.encoder_network import Encoder, batches, mean_vectors

RANK, RATE, DECAY, EPOCHS = 8, 5e-4, 0.01, 4
QUESTIONS, TEXTS = 20, 96
SHARPNESS = 50.0
NEIGHBOURS, MIDDLE = 0.7, 4.0
HARD = 6
Floats = npt.NDArray[np.float32]


class Frozen:
    """What the untaught encoder makes of everything: {language: vectors}, and their middles over the languages."""

    def __init__(self, encoder: Encoder, data: Any) -> None:
        self.questions: dict[str, Floats] = {}
        self.lines: dict[str, dict[str, Floats]] = {}
        self.stretches: dict[str, dict[str, Floats]] = {}
        for language, part in data["languages"].items():
            print(f"frozen: {language}", flush=True)
            self.questions[language] = vectors(encoder, [question["row"] for question in part["questions"]])
            self.lines[language], self.stretches[language] = page_vectors(encoder, part["pages"])
        self.question = unit(sum(self.questions.values()))
        self.line = {page: unit(sum(lines[page] for lines in self.lines.values())) for page in next(iter(self.lines.values()))}
        self.text = [
            unit(sum(vectors(encoder, [text[language][kind] for text in data["texts"]]) for language in data["texts"][0]))
            for kind in (0, 1)
        ]
        self.line_centre = torch.tensor(np.concatenate(list(self.line.values())).mean(0))
        self.question_centre = torch.tensor(self.question.mean(0))
        self.text_centre = [torch.tensor(text.mean(0)) for text in self.text]


def unit(values: Any) -> Floats:
    return np.asarray(values / np.linalg.norm(values, axis=-1, keepdims=True), np.float32)


@torch.no_grad()
def vectors(encoder: Encoder, rows: Sequence[Sequence[int]]) -> Floats:
    """Unit vectors [n, 384]."""
    found = np.zeros((len(rows), 384), np.float32)
    for batch in batches(rows):
        found[batch] = mean_vectors(*encoder([rows[number] for number in batch])).numpy()
    return found


@torch.no_grad()
def page_vectors(encoder: Encoder, pages: Any) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Unit vectors of lines and of stretches, by page."""
    every = [(page, number, row, spans) for page, parts in pages.items() for number, (row, spans) in enumerate(parts)]
    lines = {page: np.zeros((sum(len(spans) for _, spans in parts), 384), np.float32) for page, parts in pages.items()}
    wholes = {page: np.zeros((len(parts), 384), np.float32) for page, parts in pages.items()}
    for batch in batches([row for _, _, row, _ in every]):
        states, present = encoder([every[number][2] for number in batch])
        means = mean_vectors(states, present)
        for place, number in enumerate(batch):
            page, part, _, spans = every[number]
            wholes[page][part] = means[place].numpy()
            for line, first, after in spans:
                own = F.normalize(states[place, first:after].mean(0), dim=-1) if after > first else means[place]
                lines[page][line] = own.numpy()
    return lines, wholes


def nearness(found: Tensor, wanted: Floats, centre: Tensor) -> Tensor:
    """How far vectors are from where they should be: one less the cosine, after the common part of all texts is taken away."""
    goal = F.normalize(torch.tensor(wanted) - centre, dim=-1)
    return (1 - (F.normalize(found - centre, dim=-1) * goal).sum(-1)).mean()


class Teacher:
    """The steps of learning."""

    def __init__(self, data: Any, encoder: Encoder, fold: int | None, chance: random.Random) -> None:
        self.data, self.encoder, self.chance = data, encoder, chance
        self.frozen = Frozen(encoder, data)
        questions = next(iter(data["languages"].values()))["questions"]
        chosen = [n for n, one in enumerate(questions) if one["split"] == "train" and one["fold"] != fold]
        self.cities = {
            city: [number for number in chosen if questions[number]["city"] == city]
            for city in sorted({questions[number]["city"] for number in chosen})
        }
        self.hard = {number: found for members in self.cities.values() for number, found in self._hard(questions, members)}

    def _hard(self, questions: Any, members: list[int]) -> list[tuple[int, list[str]]]:
        """For each question the wrong pages of its city that all languages together find likeliest."""
        pages = sorted({questions[number]["page"] for number in members})
        found = []
        for number in members:
            total = np.zeros(len(pages), np.float32)
            for language, asked in self.frozen.questions.items():
                for kept in (self.frozen.lines[language], self.frozen.stretches[language]):
                    best = np.array([(kept[page] @ asked[number]).max() for page in pages])
                    total += (best - best.mean()) / (best.std() + 1e-6)
            ordered = [pages[place] for place in np.argsort(-total) if pages[place] != questions[number]["page"]]
            found.append((number, ordered[:HARD]))
        return found

    def plan(self) -> list[tuple[Any, ...]]:
        """The steps of one pass over the questions, every third followed by one with our own texts."""
        steps = []
        for members in self.cities.values():
            for language in self.data["languages"]:
                mixed = self.chance.sample(members, len(members))
                steps += [
                    (language, mixed[at : at + QUESTIONS]) for at in range(0, len(mixed) - QUESTIONS // 2, QUESTIONS)
                ]
        self.chance.shuffle(steps)
        found: list[tuple[Any, ...]] = []
        for number, step in enumerate(steps):
            found.append(step)
            if number % 3 == 2:
                found.append((self.chance.choice(list(self.data["texts"][0])), self.chance.randrange(2)))
        return found

    def loss_of_texts(self, language: str, kind: int) -> Tensor:
        """Our own texts in one language, as questions (0) or passages (1)."""
        numbers = sorted(
            (self.chance.randrange(len(self.data["texts"])) for _ in range(TEXTS)),
            key=lambda number: len(self.data["texts"][number][language][kind]),
        )
        found = mean_vectors(*self.encoder([self.data["texts"][number][language][kind] for number in numbers]))
        return MIDDLE * nearness(found, self.frozen.text[kind][numbers], self.frozen.text_centre[kind])

    def loss_of_questions(self, language: str, numbers: list[int]) -> Tensor:
        """Questions of one city in one language among the stretches that answer them and some that do not."""
        part = self.data["languages"][language]
        keys = self._stretches(part, language, numbers)
        states, present = self.encoder([part["pages"][page][at][0] for page, at in keys])
        stretches = mean_vectors(states, present)
        spans = [
            (place, page, line, first, after)
            for place, (page, at) in enumerate(keys)
            for line, first, after in part["pages"][page][at][1]
            if after > first
        ]
        lines = F.normalize(torch.stack([states[place, first:after].mean(0) for place, _, _, first, after in spans]), dim=-1)
        asked = mean_vectors(*self.encoder([part["questions"][number]["row"] for number in numbers]))
        wanted = np.stack([self.frozen.line[page][line] for _, page, line, _, _ in spans])
        middle = nearness(lines, wanted, self.frozen.line_centre)
        middle = middle + nearness(asked, self.frozen.question[numbers], self.frozen.question_centre)

        place_of = {page: place for place, page in enumerate(sorted({page for page, _ in keys}))}
        by_line, by_stretch = asked @ lines.T, asked @ stretches.T
        owner = torch.tensor([place_of[page] for _, page, _, _, _ in spans])
        pages = [
            _best(by_stretch, torch.tensor([place_of[page] for page, _ in keys]), len(place_of)),
            _best(by_line, owner, len(place_of)),
        ]
        right: list[Tensor] = []
        neighbours: list[Tensor] = []
        for at, number in enumerate(numbers):
            question = part["questions"][number]
            if not question["answers"]:
                continue
            page = place_of[question["page"]]
            right += [F.cross_entropy(scores[at : at + 1] * SHARPNESS, torch.tensor([page])) for scores in pages]
            mine = (owner == page).nonzero()[:, 0]
            answers = torch.tensor([spans[place][2] in question["answers"] for place in mine.tolist()])
            if answers.any() and not answers.all():
                odds = by_line[at, mine] * SHARPNESS
                others = torch.logsumexp(odds[~answers], 0) - float(np.log(int((~answers).sum())))
                neighbours.append(F.softplus(others - odds[answers]).mean())
        loss = MIDDLE * middle
        if right and neighbours:
            loss = loss + torch.stack(right).mean() + NEIGHBOURS * torch.stack(neighbours).mean()
        return loss

    def _stretches(self, part: Any, language: str, numbers: list[int]) -> list[tuple[str, int]]:
        frozen, chosen = self.frozen.stretches[language], {}
        for number in numbers:
            question = part["questions"][number]
            page, answers, asked = question["page"], set(question["answers"]), self.frozen.questions[language][number]
            parts = part["pages"][page]
            good = [at for at, (_, spans) in enumerate(parts) if any(line in answers for line, _, _ in spans)]
            good = good or [int(np.argmax(frozen[page] @ asked))]
            self.chance.shuffle(good)
            others = [at for at in range(len(parts)) if at not in good]
            chosen.update({(page, at): None for at in good[:2]})
            if others and self.chance.random() < 0.5:
                chosen[page, self.chance.choice(others)] = None
            hard = self.chance.choice(self.hard[number])
            chosen[hard, int(np.argmax(frozen[hard] @ asked))] = None
        return sorted(chosen, key=lambda key: len(part["pages"][key[0]][key[1]][0]))


def _best(scores: Tensor, owners: Tensor, pages: int) -> Tensor:
    # [questions, pages]: the best of each page's own.
    found = torch.full((scores.shape[0], pages), -1.0)
    return found.scatter_reduce(1, owners[None].expand(scores.shape[0], -1), scores, "amax")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=Path, required=True)
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--fold", type=int, default=None, help="leave out the pages of this fold (0, 1 or 2)")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--steps", type=int, default=None, help="stop after so many steps (to try it out)")
    options = parser.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(1)
    data = json.loads((options.rows / "rows.json").read_text())
    encoder = Encoder(dict(np.load(options.rows / "weights.npz")), RANK)
    teacher = Teacher(data, encoder, options.fold, random.Random(1))
    learnt = list(encoder.parameters())
    optimiser = torch.optim.AdamW(learnt, lr=RATE, weight_decay=DECAY)
    steps = [step for _ in range(options.epochs) for step in teacher.plan()]
    started, losses = time.monotonic(), []
    for number, step in enumerate(steps[: options.steps]):
        fading = 0.05 + 0.95 * 0.5 * (1 + np.cos(np.pi * number / len(steps)))
        for group in optimiser.param_groups:
            group["lr"] = RATE * min(1.0, (number + 1) / 30) * fading
        loss = teacher.loss_of_texts(*step) if isinstance(step[1], int) else teacher.loss_of_questions(*step)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learnt, 1.0)
        optimiser.step()
        losses.append(float(loss.detach()))
        if number % 40 == 39:
            print(f"{number + 1} of {len(steps)}: {np.mean(losses[-40:]):.3f}, {time.monotonic() - started:.0f} s", flush=True)
    np.savez_compressed(options.to, **encoder.adapters())


if __name__ == "__main__":
    main()
