"""A Ukrainian person on Telegram and a mediator in the staff group, and back to the assistant, which remembers; on the web with
files; and a person who goes on in another channel. The real server, the real Socket.IO client, the Bot API stand-in."""

from __future__ import annotations

import asyncio
import io
import re
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import async_playwright, expect

from bot.container import Container
from bot.settings import Settings
from bot.store.case_records import Case
from tests.flows.people import PATIENCE, TelegramPerson, WebPerson
from tests.flows.phrases import PHRASES
from tests.flows.server import RunningServer
from tests.telegram.bot_api import BotApi, Sent
from tests.telegram.staff_house import GROUP
from tests.web.browsing import FLAGS, chromium_path

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240, func_only=True)]
OLENA, AMIR = 900, 901


class Desk:
    """The server, its store as this process sees it, and the staff group."""

    def __init__(self, server: RunningServer, api: BotApi, house: Container) -> None:
        self.server, self.api, self.house = server, api, house

    def words(self, name: str, language: str, **values: Any) -> str:
        return str(self.house.wording_messages.make(name, language, **values)["metadata"]["lead"])

    def button(self, name: str, language: str) -> str:
        return self.house.wording.label(f"button_{name}", language)

    async def until(self, true: Any, timeout: float = PATIENCE) -> None:
        await self.api.wait_until(true, timeout)

    async def case_of(self, conversation: str) -> Case:
        for _ in range(300):
            case = await self.house.cases.open_of(conversation)
            if case is not None:
                return case
            await asyncio.sleep(0.05)
        raise AssertionError("no case")

    async def topic(self, case: Case) -> int:
        await self.until(lambda: any(self.said(one) for one in self.api.topic_named(GROUP, case.code)))
        return self.api.topic_named(GROUP, case.code)[0]

    def said(self, topic: int) -> list[str]:
        return [f"<{one.kind}>" if one.kind != "text" else self.api.texts[GROUP, one.message_id]
                for one in self.api.in_topic(GROUP, topic)]

    async def shows(self, topic: int, words: str) -> None:
        await self.until(lambda: any(words in one for one in self.said(topic)))


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    async with BotApi() as api:
        api.add_group(GROUP)
        server = RunningServer(
            tmp_path_factory.mktemp("staff"), TELEGRAM_TOKEN=api.token, TELEGRAM_API=api.base_url,
            STAFF_GROUPS=str(GROUP), STAFF_LANGUAGE="en", STAFF_PACE="600",
        )
        house = Container(Settings({"WAYMARK_STATE": str(server.state)}, file=server.state / "none.env"))
        await house.mediators.add("Olena", ("de", "uk"), telegram_id=OLENA)
        await house.mediators.add("Amir", ("de",), telegram_id=AMIR)
        await server.start()
        yield Desk(server, api, house)
        server.kill()
        house.database.close()


async def test_ukrainian_on_telegram_and_a_mediator_in_the_group_and_back(desk: Desk) -> None:
    person, api = TelegramPerson(desk.api, 41, "uk"), desk.api
    details = desk.house.wording.label("button_details", "uk", name="…").split("…")[0].strip("\u2068 ")

    async def with_button(title: str) -> Sent:
        """The first message that has it."""
        await desk.until(lambda: any(one["text"].startswith(title) for sent in person.got for one in sent.flat_buttons))
        return next(sent for sent in person.got if any(one["text"].startswith(title) for one in sent.flat_buttons))

    api.push_text(41, PHRASES["uk"].greeting, "uk")
    await person.expect(2)
    api.push_text(41, PHRASES["uk"].question, "uk")
    found = await with_button(details)
    api.press(found, desk.button("person", "uk"), "uk")
    offer = await with_button(desk.button("desk_yes", "uk"))
    assert not api.called("createForumTopic"), "nothing before the yes"
    assert desk.button("desk_who", "uk") in [one["text"] for one in offer.flat_buttons]
    api.press(offer, desk.button("desk_yes", "uk"), "uk")
    conversation = desk.house.secrets.pseudonym("telegram", "41")
    case = await desk.case_of(conversation)
    api.push_text(41, "Мій сусід забрав мої документи", "uk")
    topic = await desk.topic(case)
    assert [one.name for one in api.groups[GROUP].topics.values()] == [case.code]
    await desk.shows(topic, "Мій сусід забрав мої документи")
    await desk.shows(topic, PHRASES["uk"].question)  # what was asked before comes along, as was said in the offer
    api.push_group_text(GROUP, topic, OLENA, "Я вам допоможу.")
    await desk.until(lambda: any("Я вам допоможу." in one.plain for one in person.got))
    mine = next(one for one in person.got if "Я вам допоможу." in one.plain)
    assert mine.plain.startswith(desk.house.wording.label("desk_mediator", "uk"))
    for number in range(5):
        api.push_text(41, f"рядок {number}", "uk")
        api.push_group_text(GROUP, topic, OLENA, f"відповідь {number}")
    await desk.shows(topic, "рядок 4")
    await desk.until(lambda: any("відповідь 4" in one.plain for one in person.got))
    said = [found for one in person.got for found in re.findall(r"відповідь (\d)", one.plain)]
    assert said == list("01234"), "in order, each once"
    card = api.in_topic(GROUP, topic)[0]
    api.press_in_group(card, "Back to assistant", OLENA)
    closed = desk.words("utter_desk_closed", "uk")
    await desk.until(lambda: any(closed in one.plain for one in person.got))
    await desk.until(lambda: api.groups[GROUP].topics[topic].closed)
    # The assistant remembers the subject: "which papers" is about what was found before the mediator came.
    before = len(person.got)
    await person.say(PHRASES["uk"].papers)
    answer = " ".join(one.plain for one in person.got[before:])
    assert desk.words("utter_which_one", "uk") not in answer and desk.words("utter_default", "uk") not in answer
    assert len(answer) > 20


async def sent_file(desk: Desk, session: str | None, data: bytes, name: str, mime: str, **headers: str) -> tuple[int, Any]:
    given = {
        "X-Waymark-Session": session or "", "X-Waymark-Message": uuid.uuid4().hex, "X-Waymark-Name": quote(name),
        "Content-Type": mime, **headers,
    }
    async with aiohttp.ClientSession() as client, client.post(desk.server.url + "/files", data=data, headers=given) as answer:
        return answer.status, await answer.json(content_type=None)


def photo() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "CameraMaker"
    target = io.BytesIO()
    Image.new("RGB", (300, 200), (20, 120, 200)).save(target, "JPEG", exif=exif)
    return target.getvalue()


async def with_case(desk: Desk, language: str = "en") -> tuple[WebPerson, Case]:
    """A person on the web whom a mediator is going to help."""
    person = await WebPerson(desk.server.url, language=language).connect()
    await person.say("hello", answers=2)
    (offer,) = await person.say("/person")
    await person.press(offer, desk.button("desk_yes", language))
    assert person.session is not None
    identifier = desk.house.secrets.verify(person.session)
    assert identifier is not None
    case = await desk.case_of(desk.house.secrets.pseudonym("web", identifier))
    await person.say("I need help with a letter")
    return person, case


async def test_files_on_the_web_both_ways_and_what_is_refused(desk: Desk) -> None:
    early = await WebPerson(desk.server.url, language="en").connect()
    await early.say("hello", answers=2)
    status, body = await sent_file(desk, early.session, photo(), "x.jpg", "image/jpeg")
    assert status == 409 and body["message"] == desk.words("utter_no_media", "en"), "to the assistant nothing can be sent"
    person, case = await with_case(desk)
    topic = await desk.topic(case)
    forged = (person.session or "")[:-1] + ("0" if (person.session or "")[-1] != "0" else "1")
    for session in ("", forged, "x.y", early.session):
        status, _ = await sent_file(desk, session, photo(), "x.jpg", "image/jpeg")
        assert status in (401, 409)
    status, body = await sent_file(desk, person.session, b"<script>alert(1)</script>", "x.html", "text/html")
    assert status == 415 and body["message"] == desk.words("utter_file_type", "en")
    status, body = await sent_file(desk, person.session, b"\xff\xd8\xff broken", "x.jpg", "image/jpeg")
    assert status == 422 and body["message"] == desk.words("utter_file_broken", "en")
    status, body = await sent_file(desk, person.session, bytes(21 * 2**20), "big.pdf", "application/pdf")
    assert status == 413 and "20" in body["message"]
    status, body = await sent_file(desk, person.session, photo(), "x.jpg", "image/jpeg", Origin="https://evil.example")
    assert status == 403
    status, body = await sent_file(desk, person.session, photo(), "мій лист<b>.jpg", "image/jpeg")
    assert status == 200 and body["accepted"]
    await desk.until(lambda: "<photo>" in desk.said(topic))
    arrived = next(one for one in desk.api.in_topic(GROUP, topic) if one.kind == "photo")
    assert b"CameraMaker" not in desk.api.uploads[GROUP, arrived.message_id]
    # And a file from the mediator: shown to this person, and to nobody who has not its whole address.
    desk.api.push_group(GROUP, topic, OLENA, caption="the form", **desk.api.file("document", photo(), "form.jpg", "image/jpeg"))
    await person.until(lambda: any((one["metadata"].get("attachments")) for one in person.said))
    said = next(one for one in person.said if one["metadata"].get("attachments"))
    (file,) = said["metadata"]["attachments"]
    assert said["text"] == "the form" and said["metadata"]["author"] == "mediator" and file["mime"] == "image/jpeg"
    async with aiohttp.ClientSession() as client:
        async with client.get(desk.server.url + file["href"]) as answer:
            assert answer.status == 200 and b"CameraMaker" not in await answer.read()
            assert "sandbox" in answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        for wrong in (file["href"][:-1] + "x", file["href"].rsplit("/", 1)[0] + "/", "/files/" + "0" * 32 + "/" + "0" * 32):
            async with client.get(desk.server.url + wrong) as answer:
                assert answer.status == 404
    await person.leave()
    await early.leave()


async def test_what_nobody_was_there_to_see_has_not_arrived_until_they_are_back(desk: Desk) -> None:
    person, case = await with_case(desk)
    topic = await desk.topic(case)
    await person.leave()
    desk.api.push_group_text(GROUP, topic, OLENA, "are you still there?")
    await asyncio.sleep(1.0)

    async def delivery() -> list[str]:
        return [one.delivery for one in await desk.house.cases.entries(case.id) if one.author == "mediator"]

    assert await delivery() == ["pending"]
    again = WebPerson(desk.server.url, session=person.session, language="en")
    again.said = person.said
    await again.connect()
    await again.until(lambda: any(one["text"] == "are you still there?" for one in again.said))
    for _ in range(100):
        if await delivery() == ["sent"]:
            break
        await asyncio.sleep(0.05)
    assert await delivery() == ["sent"]
    await again.leave()


async def test_a_person_who_changes_channel_keeps_the_case(desk: Desk) -> None:
    person, case = await with_case(desk)
    topic = await desk.topic(case)
    desk.api.push_group_text(GROUP, topic, OLENA, "hello from Olena")
    await person.until(lambda: any(one["text"] == "hello from Olena" for one in person.said))
    (told,) = await person.say("/move")
    code = next(match.group(0) for match in re.finditer(r"[2-9A-Z]{4}-[2-9A-Z]{4}", told["text"]))
    await person.leave()
    desk.api.push_group_text(GROUP, topic, OLENA, "written while nobody was there")
    mover = TelegramPerson(desk.api, 55, "de")
    before = len(mover.got)
    desk.api.push_text(55, "2222-222A", "de")  # a wrong code says so
    await desk.until(lambda: len(mover.got) > before)
    assert case.state and (await desk.case_of(case.conversation_id)).id == case.id
    desk.api.push_text(55, code.lower(), "de")
    here = desk.words("utter_move_done", "en")
    await desk.until(lambda: any(here in one.plain for one in mover.got))
    await desk.until(lambda: any("written while nobody was there" in one.plain for one in mover.got))
    moved = await desk.house.cases.get(case.id)
    assert moved is not None and moved.conversation_id == desk.house.secrets.pseudonym("telegram", "55")
    assert moved.mediator_id is not None and moved.code == case.code
    desk.api.push_text(55, "here I am", "de")
    await desk.shows(topic, "here I am")
    desk.api.push_group_text(GROUP, topic, OLENA, "welcome back")
    await desk.until(lambda: any("welcome back" in one.plain for one in mover.got))
    # The old place is told, and has the assistant; the code is used up.
    old = WebPerson(desk.server.url, session=person.session, language="en")
    old.said = person.said
    await old.connect()
    await old.until(lambda: old.said[-1]["text"] == desk.words("utter_move_left", "en"))
    answers = await old.say(code)
    assert answers[-1]["text"] == desk.words("utter_move_wrong", "en", fill={"minutes": 15})
    await old.leave()


async def test_codes_cannot_be_guessed(desk: Desk) -> None:
    person = await WebPerson(desk.server.url, language="en").connect()
    await person.say("hello", answers=2)
    wait = desk.words("utter_move_wait", "en", fill={"minutes": 15})
    for number in range(5):
        (answer,) = await person.say(f"222A-222{number + 2}")
        assert answer["text"] != wait
    (answer,) = await person.say("3333-333A")
    assert answer["text"] == wait
    await person.leave()


@pytest.mark.parametrize(("language", "size"), [("en", (1280, 900)), ("ar", (390, 780))])
async def test_in_the_widget_a_mediator_looks_like_a_person_and_files_can_be_sent(
    desk: Desk, tmp_path: Path, language: str, size: tuple[int, int]
) -> None:
    """Real Chromium: the button for files is there only while a mediator has the conversation."""
    (tmp_path / "letter.jpg").write_bytes(photo())
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        page = await browser.new_page(locale=language, viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce")
        await page.goto(desk.server.url + "/")
        bots, field = page.locator(".message.bot"), page.locator("textarea")
        attach = page.locator("button.attach")

        async def ask(text: str, answers: int) -> None:
            before = await bots.count()
            await field.fill(text)
            await field.press("Enter")
            await expect(bots).to_have_count(before + answers, timeout=30_000)

        await ask(PHRASES[language].greeting, 2)
        await expect(attach).to_be_hidden()
        await ask("/person", 1)
        known = {case.id for case in await desk.house.cases.all_open()}
        before = await bots.count()
        await bots.last.locator("button.reply").first.click()
        await expect(bots).to_have_count(before + 1, timeout=30_000)
        await expect(attach).to_be_visible()
        assert await attach.get_attribute("aria-label")
        await ask("I have a letter", 1)
        (case,) = [case for case in await desk.house.cases.all_open() if case.id not in known]
        topic = await desk.topic(case)
        await page.locator("input[type=file]").set_input_files(str(tmp_path / "letter.jpg"))
        await desk.until(lambda: "<photo>" in desk.said(topic))
        await expect(page.locator(".message.user").last).to_contain_text("letter.jpg")
        await expect(page.locator(".message.user").last.locator(".delivery")).to_be_hidden()
        await page.locator("input[type=file]").set_input_files(
            {"name": "run.html", "mimeType": "text/html", "buffer": b"<script>1</script>"})
        refused = page.locator(".message.user").last.locator(".failed")
        await expect(refused).to_contain_text(desk.words("utter_file_type", language)[:30])
        wrote = desk.api.push_group_text(GROUP, topic, OLENA, "Bring both letters <b>on Monday</b>")
        human = page.locator(".message.human")
        await expect(human.last).to_contain_text("Bring both letters <b>on Monday</b>", timeout=30_000)
        await expect(human.last.locator(".author")).to_contain_text(desk.house.wording.label("desk_mediator", language))
        assert "Olena" not in await human.last.inner_text(), "no name unless the mediator says it"
        many = await human.count()
        desk.api.push_group(GROUP, topic, OLENA, kind="edited_message", number=wrote, text="Bring both letters on Tuesday")
        await expect(human.last).to_contain_text("Tuesday", timeout=30_000)
        assert await human.count() == many, "changed where it stands"
        desk.api.push_group(GROUP, topic, OLENA, **desk.api.file("document", photo(), "map.jpg", "image/jpeg"))
        shown = human.last.locator("img")
        await expect(shown).to_be_visible(timeout=30_000)
        await page.wait_for_function(
            "[...document.querySelector('#waymark-chat').shadowRoot.querySelectorAll('.files img')]"
            ".every((one) => one.naturalWidth)"
        )
        await page.screenshot(path=tmp_path / f"widget-{language}.png")
        wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0
        desk.api.press_in_group(desk.api.in_topic(GROUP, topic)[0], "Back to assistant", OLENA)
        await expect(attach).to_be_hidden(timeout=30_000)
        await page.reload()
        await expect(page.locator(".message.human")).to_have_count(many + 1)
        await browser.close()


async def test_killed_in_the_middle_nothing_is_lost_nothing_doubled_order_kept(desk: Desk) -> None:
    """kill -9 while both write: what Telegram gave us and what we acknowledged arrives once, in order."""
    api, person = desk.api, TelegramPerson(desk.api, 77, "uk")
    api.push_text(77, "/person", "uk")
    yes = desk.button("desk_yes", "uk")
    await desk.until(lambda: any(one["text"] == yes for sent in person.got for one in sent.flat_buttons))
    offer = next(sent for sent in person.got if any(one["text"] == yes for one in sent.flat_buttons))
    api.press(offer, yes, "uk")
    case = await desk.case_of(desk.house.secrets.pseudonym("telegram", "77"))
    api.push_text(77, "рядок 0", "uk")
    topic = await desk.topic(case)
    api.push_group_text(GROUP, topic, OLENA, "відповідь 0")
    await desk.until(lambda: any("відповідь 0" in one.plain for one in person.got))
    for number in range(1, 13):
        api.push_text(77, f"рядок {number}", "uk")
        api.push_group_text(GROUP, topic, OLENA, f"відповідь {number}")
        await asyncio.sleep(0.05)
        if number in (4, 8):
            desk.server.kill()
            await desk.server.start()

    def numbers(word: str, texts: list[str]) -> list[int]:
        return [int(found) for text in texts for found in re.findall(rf"{word} (\d+)", text)]

    await desk.until(lambda: 12 in numbers("рядок", desk.said(topic)), 60)
    await desk.until(lambda: 12 in numbers("відповідь", [one.plain for one in person.got]), 60)
    assert numbers("відповідь", [one.plain for one in person.got]) == list(range(13))
    assert numbers("рядок", [text for text in desk.said(topic) if "👤" in text]) == list(range(13))
    entries = await desk.house.cases.entries(case.id)
    for author, word in (("person", "рядок"), ("mediator", "відповідь")):
        texts = [one.text for one in entries if one.author == author and one.kind == "text"]
        assert numbers(word, texts) == list(range(13))
