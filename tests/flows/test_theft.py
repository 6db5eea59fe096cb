"""Five hundred secrets are told to a real server; then everything it has left on the disk is stolen and searched."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import io
import itertools
import os
import random
import re
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import pytest
import pytest_asyncio
from cryptography.fernet import Fernet, InvalidToken
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from bot.container import Container
from bot.errors import WaymarkError
from bot.reporting import vault
from bot.reporting.records import context_of
from bot.settings import Settings
from tests.flows.people import TelegramPerson, rest
from tests.flows.searching import Needles, disguised
from tests.flows.server import RunningServer
from tests.reporting.staff import Staff, staffed
from tests.telegram.bot_api import BotApi

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(900)]
AT_ONCE = 4
SYLLABLES = ("zyl", "quas", "morb", "thren", "vok", "plim", "dras", "wuff", "gnor", "ibex", "jalp", "krel")
FORMS = (
    "my landlord {name} took the {thing} on the {number}th stair", "{name} سرق {thing} من الغرفة {number}",
    "мій сусід {name} забрав {thing} номер {number}", "Frau {name} schrie wegen {thing} um {number} Uhr",
    "{name} {thing} nomor {number} kapısı",
)


class Told(NamedTuple):
    """What was told, by way: secrets in each."""

    reports: list[str]
    files: list[str]
    chats: list[str]
    handovers: list[str]
    answers: list[str]

    def all(self) -> list[str]:
        return [secret for way in self for secret in way]


def made_up() -> list[str]:
    """Secrets that stand nowhere else: names, sentences, in five scripts."""
    rng = random.Random(20_26)

    def word() -> str:
        return "".join(rng.choice(SYLLABLES) for _ in range(4)).capitalize()

    return [
        FORMS[place % len(FORMS)].format(name=word(), thing=word(), number=rng.randrange(10_000, 99_999))
        for place in range(500)
    ]


class Robbed(NamedTuple):
    server: RunningServer
    staff: Staff
    told: Told
    temporary: Path
    environment: bytes
    backup: Path


async def form_report(session: aiohttp.ClientSession, url: str, what: str, where: str, file: str) -> None:
    """A report on the form, without a browser."""
    async with session.post(url + "/report/tell", data=multipart(lang="en", kind="housing")) as answer:
        page = await answer.text()
    token, = re.findall(r'name="task" value="([^"]+)"', page)
    label, = re.findall(r'<label for="sum">(.*?)</label>', page, re.DOTALL)
    numbers = sum(int(number) for number in re.findall(r"\d+", re.sub(r"&#?\w+;", "", label)))
    body = multipart(lang="en", kind="housing", task=token, work="", sum=str(numbers), what=what, where=where, figures="yes")
    body.add_field("files", picture(file), filename=f"{where}.png", content_type="image/png")
    async with session.post(url + "/report/send", data=body) as answer:
        page = await answer.text()
        trouble = re.search(r'id="trouble".*?</div>', page, re.DOTALL)
        assert answer.status == 200 and 'id="number"' in page, (answer.status, trouble and trouble[0])


def picture(secret: str) -> bytes:
    """A picture whose dots are the secret, and whose description names it, too."""
    line = secret.encode() + b" "
    image = Image.frombytes("L", (160, 40), line.ljust(160, b".") * 40)
    told = PngInfo()
    told.add_itxt("Comment", secret)
    target = io.BytesIO()
    image.save(target, "PNG", pnginfo=told)
    return target.getvalue()


def dots(data: bytes) -> str:
    """What the dots of a stored picture say."""
    return Image.open(io.BytesIO(data)).convert("L").tobytes().decode("utf-8", "replace") if data else ""


def multipart(**fields: str) -> aiohttp.FormData:
    form = aiohttp.FormData(quote_fields=False)
    for name, value in fields.items():
        form.add_field(name, value, content_type="text/plain; charset=utf-8")
    return form


async def chat_report(api: BotApi, chat: int, what: str, where: str, after: str) -> None:
    """A report on Telegram."""
    person = TelegramPerson(api, chat, "en")
    asked = await person.press((await person.say("/report"))[-1], "Begin a report")
    asked = await person.press(asked[-1], "Shelter or housing")
    told = await person.say(what)
    told = await person.say(after)
    asked = await person.press(told[-1], "That is all")
    asked = await person.say(where)
    while not any(button["text"] == "Send the report" for row in buttons(asked[-1]) for button in row):
        asked = await person.press(asked[-1], "Leave out")
    asked = await person.press(asked[-1], "Send the report")
    shown = await person.say(str(sum(int(number) for number in re.findall(r"\d+", asked[-1].text))))
    code = re.search(r"\d{4} \d{4} \d{4} \d{4}", "\n".join(message.text for message in shown))
    assert code, shown
    await person.say(code[0][-4:])


def buttons(message: Any) -> list[list[dict[str, Any]]]:
    return message.buttons if isinstance(message.buttons[0], list) else [message.buttons]


async def hand_over(house: Container, url: str, sender: str, secrets: list[str], replies: list[str], mediator: str) -> None:
    """A person asks for a mediator and tells them; the mediator answers."""
    await rest(url, sender, "hello")
    await rest(url, sender, "/person")
    identifier = house.secrets.pseudonym("rest", sender)
    conversation = await house.conversations.get(identifier)
    if conversation is None or conversation.mode != "desk":
        await house.desk.open(identifier, reason="asked")
    for secret in secrets:
        await rest(url, sender, secret)
    case = next(case for case in await house.desk.queue(mediator) if case.conversation_id == identifier)
    await house.desk.take(case.id, mediator)
    for place, reply in enumerate(replies):
        await house.desk.reply(case.id, mediator, reply, key=f"{case.id}-{place}", untranslated=True)


async def chat(url: str, sender: str, secrets: list[str]) -> None:
    """A person tells the assistant one thing after another."""
    for secret in secrets:
        await rest(url, sender, secret)


async def several(people: Iterable[Awaitable[None]]) -> None:
    """All of them, some at once: they wait for the server and for each other more than they compute."""
    free = asyncio.Semaphore(AT_ONCE)

    async def one(person: Awaitable[None]) -> None:
        async with free:
            await person

    await asyncio.gather(*(one(person) for person in people))


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def robbed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Robbed]:
    folder = tmp_path_factory.mktemp("theft")
    temporary = folder / "temporary"
    temporary.mkdir()
    secrets = iter(made_up())

    def take(count: int) -> list[str]:
        return list(itertools.islice(secrets, count))

    before = os.environ.get("TMPDIR")
    os.environ["TMPDIR"] = str(temporary)
    async with BotApi() as api:
        server = RunningServer(folder, TELEGRAM_TOKEN=api.token, TELEGRAM_API=api.base_url, REPORTS_HOURLY="500")
        house = Container(Settings({"WAYMARK_STATE": str(server.state)}, file=folder / "none.env"))
        staff = await staffed(house)
        try:
            await server.start()
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=120)) as session:
                by_form = [take(4) for _ in range(40)]
                await several(form_report(session, server.url, "\n".join(told[:2]), told[2], told[3]) for told in by_form)
            by_chat = [take(3) for _ in range(20)]
            await several(
                chat_report(api, 8_700_000 + place, told[0], told[2], told[1]) for place, told in enumerate(by_chat)
            )
            mediator = (await house.mediators.add("Meryem", ["en"], roles=["mediator"])).id
            by_hand = [take(8) for _ in range(15)]
            await several(
                hand_over(house, server.url, f"person {n}", told[:6], told[6:], mediator) for n, told in enumerate(by_hand)
            )
            answers = []
            for report in (await house.reports.all())[:30]:
                (answer, note) = take(2)
                await staff.review.answer(report.id, staff.id("anna"), answer, "de", report.id)
                await staff.review.note(report.id, staff.id("anna"), note, "de", report.id + "n")
                answers.extend([answer, note])
            chats = list(secrets)
            await several(chat(server.url, f"chatter {place}", chats[place::12]) for place in range(12))
            told = Told(
                reports=[secret for told in by_form for secret in told[:3]] + [secret for told in by_chat for secret in told],
                files=[told[3] for told in by_form], chats=chats,
                handovers=[secret for told in by_hand for secret in told], answers=answers,
            )  # fmt: skip
            assert server._process is not None
            environment = b"\0".join(
                (Path("/proc") / str(server._process.pid) / name).read_bytes() for name in ("environ", "cmdline")
            )
            backup = folder / "backup.db"
            with sqlite3.connect(server.state / "waymark.db") as source, sqlite3.connect(backup) as target:
                source.backup(target)
            yield Robbed(server, staff, told, temporary, environment, backup)
        finally:
            server.kill()
            house.database.close()
            os.environ.pop("TMPDIR", None)
            if before is not None:
                os.environ["TMPDIR"] = before


def stolen(robbed: Robbed) -> dict[str, bytes]:
    """What a thief of the disk has: database, WAL, backup, logs, temporary files, what was written to models and caches."""
    state = robbed.server.state
    began = (state / "waymark.key").stat().st_mtime
    own = [path for path in state.rglob("*") if path.is_file()]
    paths = [path for path in own if not {"models", "cache"} & set(path.relative_to(state).parts)]
    for shared in ("models", "cache"):
        paths += [path for path in (state / shared).rglob("*") if path.is_file() and path.stat().st_mtime >= began]
    paths += [path for path in robbed.temporary.rglob("*") if path.is_file()]
    found = {str(path): path.read_bytes() for path in [*paths, robbed.backup]}
    assert any(name.endswith("waymark.db") for name in found) and any(name.endswith("waymark.db-wal") for name in found)
    found |= {"output": robbed.server.output.encode(), "environment": robbed.environment}
    # Values as SQLite gives them: a text that two pages share lies in no file as a whole.
    with sqlite3.connect(robbed.backup) as database:
        for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            values = [value for row in database.execute(f"SELECT * FROM {table}") for value in row]
            told = [value if isinstance(value, bytes) else str(value).encode() for value in values]
            found[f"table {table}"] = b"\n".join(told)
    return found


async def test_the_search_finds_what_is_there(robbed: Robbed) -> None:
    for secret in robbed.told.all()[::50]:
        needles = Needles([secret])
        for name, body in disguised(secret).items():
            assert needles.found(body), f"{name} would not be noticed"
    assert not Needles(["another secret altogether 48151"]).found(disguised(robbed.told.all()[0])["plain"])


async def test_the_secrets_did_arrive(robbed: Robbed) -> None:
    told, staff = robbed.told, robbed.staff
    assert len(told.all()) == 500 and all(len(way) >= 20 for way in told)
    read: list[str] = []
    for report in await staff.house.reports.all():
        opened = await staff.review.open(report.id, staff.id("anna"), staff.keys["anna"], "xx")
        for piece in opened.pieces:
            read.append(piece.content.text + dots(piece.content.data) + str(piece.content.values))
    everything = "\n".join(read)
    missing = [secret for secret in (*told.reports, *told.files, *told.answers) if secret not in everything]
    assert not missing, missing[:3]
    with sqlite3.connect(robbed.backup) as database:
        bodies = [row[0] for row in database.execute("SELECT body FROM case_entries")]
    said = "\n".join(staff.house.secrets.open(body) for body in bodies)
    hidden = [secret for secret in told.handovers if secret not in said and secret.encode("unicode_escape").decode() not in said]
    assert not hidden, hidden[:3]


async def test_nothing_of_five_hundred_secrets_lies_anywhere(robbed: Robbed) -> None:
    secrets = robbed.told.all()
    # Their telling words too: a search for whole sentences would miss a list of tokens.
    words = {word for secret in secrets for word in secret.split() if len(word) >= 12}
    needles = Needles([*secrets, *words])
    assert len(secrets) == 500 and len(words) > 600 and needles.number > 50_000
    found = stolen(robbed)
    size = 0
    for name, content in found.items():
        size += len(content)
        hits = await asyncio.to_thread(needles.found, content)
        assert not hits, (name, sorted(hits)[:3])
    print(f"{len(secrets)} secrets, {needles.number} forms, {len(found)} places, {size / 1e6:.1f} MB: none found")


async def test_reports_stay_closed_with_everything_on_the_disk(robbed: Robbed) -> None:
    """The thief has the key file too, and tries every key that can be made of what lies there."""
    key_text = (robbed.server.state / "waymark.key").read_bytes().split()[0]
    house = robbed.staff.house
    with sqlite3.connect(robbed.backup) as database:
        records = database.execute("SELECT report_id, number, author, about, sealed FROM report_records").fetchall()
        blobs: set[bytes] = set()
        for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in database.execute(f"SELECT * FROM {table}"):
                for value in row:
                    if isinstance(value, bytes):
                        blobs.add(value)
                        with contextlib.suppress(WaymarkError, ValueError):
                            blobs.add(bytes.fromhex(house.secrets.open(value)))
    assert len(records) > 150
    master = base64.urlsafe_b64decode(key_text)
    candidates = {blob for blob in blobs if len(blob) == 32} | {master}
    candidates |= {blob[place : place + 32] for blob in blobs if len(blob) <= 200 for place in range(max(0, len(blob) - 31))}
    sample = random.Random(7).sample(records, 25)
    for report_id, number, author, about, stored in sample:
        sealed, context = stored[vault.STAMP_BYTES :], context_of(report_id, author, about, number)
        for body in (stored, sealed):
            with pytest.raises(WaymarkError):
                house.secrets.open(body)
            with pytest.raises(InvalidToken):
                Fernet(key_text).decrypt(body)
        names = [vault.Recipient(vault.public_of(private)) for private in candidates]
        assert not [name for name in names if vault.sealed_for(sealed, name)], "a private key lies on the disk"
        for private in itertools.islice(candidates, 200):
            with pytest.raises(WaymarkError):
                vault.open_sealed(sealed, private, context)
    print(f"{len(candidates)} keys made of the disk's contents tried")


async def test_no_report_leads_to_a_conversation(robbed: Robbed) -> None:
    with sqlite3.connect(robbed.backup) as database:
        people = {row[0] for row in database.execute("SELECT id FROM conversations")}
        assert len(people) > 30
        for table in ("reports", "report_records", "report_steps", "report_readers", "report_alerts", "report_links"):
            for row in database.execute(f"SELECT * FROM {table}"):
                assert not people & {value for value in row if isinstance(value, str)}, table
        drafts = database.execute("SELECT count(*) FROM report_drafts").fetchone()[0]
    assert drafts == 0, "a told report leaves no draft"
