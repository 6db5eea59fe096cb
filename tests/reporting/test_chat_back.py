"""One question back in a chat: a story stays, a choice is made anew."""

from __future__ import annotations

from tests.reporting.chat import Chatting


async def test_back_keeps_the_story_until_the_person_says_otherwise(chat: Chatting, photo: bytes) -> None:
    async def about() -> list[str]:
        return [piece.about for piece in await chat.house.interview.drafts.pieces(chat.id)]

    await chat.say("/report")
    await chat.press("report_button_begin")
    await chat.press("report_kind_work")
    await chat.say("the first part")
    assert (await chat.press("report_button_back"))[0] == chat.text("back")
    assert await chat.press("report_kind_housing") == [chat.text("ask_what_housing"), chat.text("story_kept")]
    await chat.say("the second part")
    chat.files["f1"] = photo
    await chat.say(media=True, files=[{"id": "f1", "mime": "image/jpeg", "size": len(photo)}])
    await chat.press("report_button_done")
    assert await chat.press("report_button_back") == [chat.text("ask_what_housing"), chat.text("story_kept")]
    assert await about() == ["what", "what", "file"]
    await chat.say("the third part")
    assert await about() == ["what", "what", "file", "what"]
    await chat.press("report_button_done")
    await chat.press("report_button_back")
    assert await chat.press("report_button_done") == [chat.text("ask_where")], "going on needs no new word"
    await chat.press("report_button_back")
    assert await chat.press("report_button_anew") == [chat.text("back"), chat.text("ask_what_housing")]
    assert await about() == []
    standing = await chat.house.interview.at(chat.id)
    assert standing is not None and standing.files == 0
    await chat.say("told anew")
    await chat.press("report_button_done")
    assert await about() == ["what"]


async def test_back_asks_again_and_a_new_choice_replaces_the_old(chat: Chatting) -> None:
    await chat.say("/report")
    await chat.press("report_button_begin")
    await chat.press("report_kind_work")
    await chat.say("the lamp is broken")
    await chat.press("report_button_done")
    await chat.say("in Bobingen")
    await chat.press("report_button_back")
    await chat.say("in Gersthofen")
    await chat.press("report_choice_this_month")
    assert await chat.press("report_button_back") == [chat.text("back"), chat.text("ask_when")]
    await chat.press("report_choice_this_year")
    pieces = await chat.house.interview.drafts.pieces(chat.id)
    assert [piece.about for piece in pieces] == ["what", "where", "when"]
