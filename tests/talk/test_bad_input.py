"""Whatever a page sends there is an answer that does not change, and nothing else happens."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from websockets.exceptions import ConnectionClosed

from signaling.archive.open import open_archive
from signaling.protocol import close_codes as cc
from signaling.protocol.wire import CLIENT, info, tag
from signaling.sockets.dispatch import TABLE
from tests.house import House, Nurse, Page, Patient
from tests.real import Postgres, Redis
from tests.talk.spoken import CANARIES, right
from tests.talk.wrong import wrong
from video_advice.ids import ContactId
from video_advice.people import Role
from video_advice.ports import Stored

MESSAGES = tuple(one for one in CLIENT if tag(one) != "hello")
HELLO = next(one for one in CLIENT if tag(one) == "hello")
ABOUT_A_CONTACT = tuple(
    one for one in MESSAGES if any(field.name == "contact" for field in info(one).fields)
)
FAULTS_BEFORE_CLOSE = 20
DEEP = 7_000


@pytest.fixture(scope="module")
def house(
    redis_server: Redis,
    postgres_server: Postgres,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[House]:
    """One web process: what is refused here never comes further."""
    redis_server.empty()
    folder: Path = tmp_path_factory.mktemp("house")
    database = postgres_server.create(f"bad_{folder.name}")
    with House(folder, redis_server.url, database, worker=False, log_level="debug") as house:
        yield house


class Meeting:
    """A patient and a nurse in a talk, and a second page of each with which to do wrong."""

    def __init__(self, house: House) -> None:
        """Nobody has met yet."""
        self.house = house
        self.patient, self.nurse = Patient(house), Nurse(house)
        self.bad = {Role.PATIENT: Page(house, "patient"), Role.NURSE: Page(house, "nurse")}
        self.epoch = 0

    @property
    def contact(self) -> str:
        return self.patient.contact

    async def meet(self, channel: str) -> None:
        await self.nurse.sign_in()
        await self.patient.wait(channel=channel, story=CANARIES["story"], called=CANARIES["name"])
        card = await self.nurse.take(self.contact)
        await self.patient.hear_phase("talking")
        self.epoch = card["epoch"]
        await self.bad[Role.PATIENT].follow(self.patient)
        await self.bad[Role.NURSE].follow(self.nurse)

    def who(self, struct: type[msgspec.Struct]) -> Page:
        """The page of somebody who may send such a message."""
        return self.bad[min(TABLE[struct][0])]

    async def stored(self) -> Stored:
        return await stored(self.house, self.contact)

    async def part(self) -> None:
        """End it so that the nurse is free again."""
        with suppress(ConnectionClosed):
            await self.nurse.ask("contact.hang_up", contact=self.contact, epoch=self.epoch)
            message = right("outcome.sign", self.contact, self.epoch)
            await self.nurse.ask("outcome.sign", **rest(message))
        for page in (*self.bad.values(), self.nurse, self.patient):
            await page.__aexit__()


@asynccontextmanager
async def meeting(house: House, channel: str = "chat") -> AsyncIterator[Meeting]:
    people = Meeting(house)
    try:
        await people.meet(channel)
        yield people
    finally:
        await people.part()


async def stored(house: House, contact: str) -> Stored:
    """The contact as it is kept."""
    archive = open_archive(house.database_url)
    try:
        found = await archive.contacts.load(ContactId(contact))
        assert found is not None
        return found
    finally:
        await archive.close()


def rest(message: dict[str, Any]) -> dict[str, Any]:
    """The fields of a message that `Page.ask` does not fill in itself."""
    return {name: value for name, value in message.items() if name not in {"type", "ref"}}


async def refusal(page: Page, sent: str | dict[str, Any]) -> dict[str, Any]:
    """Send this and return what is refused; a ping behind it tells when nothing was."""
    page.forget()
    text = sent if isinstance(sent, str) else json.dumps(sent)
    await page.socket.send(text)
    await page.say("ping", n=4711)
    await page.hear("pong")
    answers = [m for m in page.heard if m["type"] in {"refused", "done"}]
    assert len(answers) == 1, (answers, text[:200])
    return answers[0]


async def redial_when_worn(page: Page, used: int) -> int:
    """A page is closed after so many faults: take a fresh one before that."""
    if used % FAULTS_BEFORE_CLOSE == 0:
        await page.hang()
        page.forget()
        await page.dial()
    return used + 1


# Each field wrong ---------------------------------------------------------------------------


@pytest.mark.parametrize("struct", MESSAGES, ids=tag)
async def test_each_field_wrong_is_refused_and_changes_nothing(
    house: House, struct: type[msgspec.Struct]
) -> None:
    async with meeting(house, "video") as people:
        page = people.who(struct)
        message = right(tag(struct), people.contact, people.epoch)
        before = await people.stored()
        used = 0
        for said, changed in wrong(struct, message):
            used = await redial_when_worn(page, used)
            answer = await refusal(page, changed)
            assert (answer["type"], answer["code"]) == ("refused", "request.malformed"), said
            whole = isinstance(changed.get("ref"), int) and not isinstance(changed["ref"], bool)
            known = whole and 0 <= changed["ref"] < 2**31
            assert answer["ref"] == (changed["ref"] if known else None), said
            assert answer["text"]
        assert used >= 2
        assert await people.stored() == before


async def test_each_field_of_hello_wrong_closes_the_door(house: House) -> None:
    async with Patient(house) as patient:
        await patient.wait()
        before = await stored(house, patient.contact)
        bad = Page(house, "patient")
        await bad.follow(patient)
        for said, changed in wrong(HELLO, right("hello", patient.contact)):
            await bad.dial(hello=False)
            await bad.socket.send(json.dumps(changed))
            assert await bad.hear_close() == cc.NO_HELLO.code, said
            assert bad.heard == []
            await bad.hang()
        assert await stored(house, patient.contact) == before
        await bad.__aexit__()


@pytest.mark.parametrize("struct", MESSAGES, ids=tag)
async def test_nothing_is_accepted_before_hello(house: House, struct: type[msgspec.Struct]) -> None:
    async with Patient(house) as patient:
        await patient.open()
        await patient.dial(hello=False)
        await patient.socket.send(json.dumps(right(tag(struct), patient.contact)))
        assert await patient.hear_close() == cc.NO_HELLO.code
        assert patient.heard == []


# What is no message -------------------------------------------------------------------------

NO_MESSAGES = {
    "nothing": "",
    "no JSON": "hej",
    "half": '{"type": "ping", "n": ',
    "null": "null",
    "a number": "4711",
    "a word": '"ping"',
    "a list": "[]",
    "a list of messages": '[{"type": "ping", "n": 1}]',
    "a type that is a number": '{"type": 7}',
    "half a sign": '{"type": "chat.typing", "contact": "\\ud800"}',
    "not a number": '{"type": "ping", "n": NaN}',
    "deep lists": "[" * DEEP,
    "a deep field": '{"type": "ping", "n": 1, "x": ' + "[" * DEEP + "]" * DEEP + "}",
    "a deep field first": '{"x": ' + '{"a":' * 2_500 + "1" + "}" * 2_500 + ', "type": "ping"}',
}


async def test_what_is_no_message_is_refused_and_the_page_goes_on(house: House) -> None:
    async with Patient(house) as patient:
        await patient.wait(story=CANARIES["story"])
        before = await stored(house, patient.contact)
        for said, text in NO_MESSAGES.items():
            answer = await refusal(patient, text)
            assert (answer["type"], answer["code"]) == ("refused", "request.malformed"), said
            assert answer["ref"] is None
        assert await stored(house, patient.contact) == before


async def test_an_unknown_type_says_that_the_page_is_old(house: House) -> None:
    async with Patient(house) as patient:
        await patient.wait()
        for kind in (CANARIES["type"], "welcome", "contact.state", "done", "", "CHAT.SEND"):
            answer = await refusal(patient, {"type": kind, "ref": 5, CANARIES["field"]: 1})
            assert (answer["code"], answer["ref"]) == ("request.unknown_type", 5)
        assert (await refusal(patient, {"ref": 6}))["code"] == "request.unknown_type"


async def test_a_refusal_is_told_in_the_language_of_the_page(house: House) -> None:
    async with Patient(house) as patient:
        await patient.open()
        texts = set()
        for language in ("sv", "en", "ar", "fi"):
            await patient.dial(hello=False)
            await patient.say("hello", protocol=1, language=language, role="patient")
            await patient.hear("welcome")
            texts.add((await refusal(patient, {"type": "nobody"}))["text"])
            await patient.hang()
            patient.forget()
        assert len(texts) == 3


@pytest.mark.parametrize("said_hello", [False, True])
@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (b"\x00\x01\x02", cc.NOT_TEXT),
        (b'{"type": "ping", "n": 1}', cc.NOT_TEXT),
        ("\xff\xfe", cc.NOT_TEXT),
        ("x" * (16 * 1024 + 1), cc.TOO_LARGE),
        (b"x" * (16 * 1024 + 1), cc.TOO_LARGE),
    ],
    ids=["binary", "binary JSON", "invalid UTF-8", "too large", "too large and binary"],
)
async def test_a_frame_that_cannot_be_one_of_ours_closes_the_socket(
    house: House,
    frame: str | bytes,
    code: cc.CloseCode,
    said_hello: bool,  # noqa: FBT001
) -> None:
    async with Patient(house) as patient:
        await patient.open()
        before = await stored(house, patient.contact)
        await patient.dial(hello=said_hello)
        if frame == "\xff\xfe":
            await patient.socket.send(b"\xff\xfe", text=True)
        else:
            await patient.socket.send(frame)
        closed = await patient.hear_close()
        if not said_hello and isinstance(frame, bytes) and code is cc.NOT_TEXT:
            code = cc.NO_HELLO
        assert closed == code.code
        await patient.hang()
        await patient.dial()
        await patient.hear("contact.state")
        after = (await stored(house, patient.contact)).contact
        assert (after.phase, after.arrived_at) == (before.contact.phase, before.contact.arrived_at)


async def test_the_largest_frame_that_fits_is_read(house: House) -> None:
    async with Patient(house) as patient:
        await patient.wait()
        text = json.dumps({"type": "ping", "n": 5})
        await patient.socket.send(text + " " * (16 * 1024 - len(text)))
        await patient.hear("pong", that=lambda m: m["n"] == 5)


# Who may say it, and when -------------------------------------------------------------------


async def test_only_our_own_pages_may_connect(house: House) -> None:
    port = house.ports[0]
    own = house.origin
    others = [
        None,
        "null",
        "https://evil.example",
        own.replace("http", "https"),
        f"http://127.0.0.1:{port + 1}",
        f"http://127.0.0.1.evil.example:{port}",
        f"http://evil.example:{port}",
        f"http://localhost:{port}",
        f"http://127.0.0.1:{port}.evil.example",
        f"{own}/",
        own.replace("127.0.0.1", "127.0.0.2"),
        own.replace("http:", "HTTP:"),
        f"http://xn--127-0-0-1:{port}",
        f"{own}, {own}",
    ]
    async with Patient(house) as patient:
        await patient.open()
        for origin in others:
            await patient.dial(origin=origin, hello=False)
            with suppress(ConnectionClosed):
                await patient.say("hello", protocol=1, language="en", role="patient")
            assert await patient.hear_close() == cc.WRONG_ORIGIN.code, origin
            assert patient.heard == []
            await patient.hang()


async def test_an_old_and_a_future_protocol_are_turned_away(house: House) -> None:
    async with Patient(house) as patient:
        await patient.open()
        for protocol in (0, 2, 10_000):
            await patient.dial(hello=False)
            await patient.say("hello", protocol=protocol, language="en", role="patient")
            assert await patient.hear_close() == cc.OLD_PROTOCOL.code
            await patient.hang()


async def test_nobody_comes_in_without_a_session(house: House) -> None:
    async with Patient(house) as patient, Nurse(house) as nurse:
        await patient.open()
        await nurse.sign_in()
        [secret] = [value for name, value in patient.http.cookies.items() if name == "patient"]
        [hers] = [value for name, value in nurse.http.cookies.items() if name == "nurse"]
        forged = {
            "patient": [
                "",
                f"patient={CANARIES['cookie']}",
                f"patient={secret[:-1]}",
                f"patient={secret}x",
                f"patient={secret.swapcase()}",
                f"patient={hers}",
                f"nurse={secret}",
                f"__Host-patient={secret}",
                "patient=" + "x" * 4_000,
                "patient",
            ],
            "nurse": [
                "",
                f"nurse={secret}",
                f"patient={secret}",
                f"nurse={CANARIES['cookie']}",
                "nurse=demo-karin",
            ],
        }
        for role, jars in forged.items():
            for jar in jars:
                page = Page(house, role)
                await page.dial(cookies=jar, hello=False)
                await page.say("hello", protocol=1, language="en", role=role)
                assert await page.hear_close() == cc.SIGN_IN.code, (role, jar)
                assert page.heard == []
                await page.__aexit__()


@pytest.mark.parametrize("struct", MESSAGES, ids=tag)
async def test_a_message_of_the_other_role_is_refused(
    house: House, struct: type[msgspec.Struct]
) -> None:
    roles = TABLE[struct][0]
    if roles == frozenset(Role):
        return
    async with meeting(house) as people:
        [other] = set(Role) - roles
        page = people.bad[other]
        await page.dial()
        before = await people.stored()
        answer = await refusal(page, right(tag(struct), people.contact, people.epoch))
        assert (answer["type"], answer["code"]) == ("refused", "identity.wrong_role")
        assert await people.stored() == before


async def test_another_contact_does_not_exist(house: House) -> None:
    """Neither that it is there nor in which phase it is can be found out."""
    async with meeting(house, "video") as people, Patient(house) as other:
        await other.wait()
        for page in people.bad.values():
            await page.dial()
        before = await stored(house, other.contact)
        for struct in ABOUT_A_CONTACT:
            page = people.who(struct)
            for contact in (other.contact, "0" * 32):
                if tag(struct) == "line.take" and contact == other.contact:
                    continue  # choosing from the line is her right, if she has a free seat
                answer = await refusal(page, right(tag(struct), contact))
                assert (answer["type"], answer["code"]) == ("refused", "contact.not_found"), (
                    tag(struct),
                    contact == other.contact,
                )
        assert await stored(house, other.contact) == before
        busy = await people.nurse.ask("line.take", contact=other.contact)
        assert busy["code"] == "duty.at_capacity"


async def test_hello_comes_once(house: House) -> None:
    async with Patient(house) as patient:
        await patient.wait()
        answer = await refusal(patient, right("hello", patient.contact))
        assert (answer["code"], answer["ref"]) == ("contact.not_allowed_now", None)


NOT_NOW: dict[str, dict[Role, tuple[str, ...]]] = {
    "waiting": {
        Role.PATIENT: ("contact.hang_up", "channel.answer", "channel.lower", "survey.answer"),
    },
    "talking": {
        Role.PATIENT: ("contact.leave", "channel.wish", "channel.answer", "survey.answer"),
        Role.NURSE: ("offer.accept", "offer.decline", "outcome.sign"),
    },
    "wrapping_up": {
        Role.PATIENT: (
            "contact.leave",
            "contact.hang_up",
            "channel.wish",
            "channel.answer",
            "channel.lower",
            "survey.answer",
        ),
        Role.NURSE: (
            "contact.hang_up",
            "contact.return",
            "contact.transfer",
            "channel.propose",
            "channel.lower",
            "offer.accept",
            "offer.decline",
        ),
    },
    "ended": {
        Role.PATIENT: (
            "chat.send",
            "chat.seen",
            "contact.leave",
            "contact.hang_up",
            "channel.wish",
            "channel.answer",
            "channel.lower",
            "photo.remove",
        ),
    },
}


async def test_what_the_phase_does_not_allow_is_refused_in_each_phase(house: House) -> None:
    async with Patient(house) as patient, Nurse(house) as nurse:
        await nurse.sign_in()
        await patient.wait()
        # That the page has come is an event of its own.
        await patient.hear("contact.state", that=lambda m: m["view"]["version"] > 1)

        async def nothing_of(phase: str, epoch: int) -> None:
            await patient.hear_phase(phase)
            before = await stored(house, patient.contact)
            assert before.contact.phase == phase
            for role, kinds in NOT_NOW[phase].items():
                page = patient if role is Role.PATIENT else nurse
                for kind in kinds:
                    message = right(kind, patient.contact, epoch)
                    if kind == "chat.seen":
                        message["upto"] = before.version
                    answer = await refusal(page, message)
                    assert answer["type"] == "refused", (phase, kind)
                    assert answer["code"] == "contact.not_allowed_now", (phase, kind)
            assert await stored(house, patient.contact) == before

        await nothing_of("waiting", 0)
        card = await nurse.take(patient.contact)
        epoch = card["epoch"]
        await nothing_of("talking", epoch)
        await nurse.must("contact.hang_up", contact=patient.contact, epoch=epoch)
        await nothing_of("wrapping_up", epoch)
        signing = rest(right("outcome.sign", patient.contact, epoch))
        await nurse.must("outcome.sign", **signing)
        await nothing_of("ended", epoch)


async def test_an_epoch_that_is_over_is_refused(house: House) -> None:
    async with meeting(house, "video") as people:
        before = await people.stored()
        page = people.bad[Role.NURSE]
        await page.dial()
        for kind in (
            "contact.hang_up",
            "contact.return",
            "contact.transfer",
            "channel.propose",
            "media.ready",
            "media.description",
            "media.candidate",
        ):
            for epoch in (people.epoch - 1, people.epoch + 1):
                answer = await refusal(page, right(kind, people.contact, epoch))
                assert answer["code"] == "contact.stale_epoch", kind
        assert await people.stored() == before


async def test_no_media_before_both_have_agreed_to_video(house: House) -> None:
    async with Patient(house) as patient, Nurse(house, "demo-yusuf") as nurse:
        await nurse.sign_in()
        await patient.wait(channel="video")
        for kind in ("media.description", "media.candidate"):
            answer = await refusal(patient, right(kind, patient.contact, 0))
            assert answer["code"] == "media.not_accepted"
        # That a page is ready may be said early, but the nurse hears of it when both have accepted.
        await patient.say("media.ready", contact=patient.contact, epoch=0, session="a" * 16)
        await patient.say("ping", n=4712)
        await patient.hear("pong")
        assert not any(m["type"].startswith("media.") for m in nurse.heard)
        await nurse.take(patient.contact)
        ready = await nurse.hear("media.ready_now")
        assert (ready["contact"], ready["session"]) == (patient.contact, "a" * 16)
    async with meeting(house, "chat") as people:
        for page in people.bad.values():
            await page.dial()
            for kind in ("media.ready", "media.description", "media.candidate"):
                answer = await refusal(page, right(kind, people.contact, people.epoch))
                assert answer["code"] == "media.not_accepted"
        for page in (people.patient, people.nurse):
            assert not any(m["type"].startswith("media.") for m in page.heard)


# Texts --------------------------------------------------------------------------------------


async def test_words_of_any_script_and_sign_are_kept_as_they_are(house: House) -> None:
    texts = [
        "👩🏽‍⚕️ ♥ ﷽",
        "مرحبا بكم",
        "<script>alert(1)</script>",
        "'; DROP TABLE contact; --",
        "%s {0} ${x}",
        "a\u2028b\u2029c",
        "\u202egnirts\u202c",
        "x" * 2000,
    ]
    async with meeting(house) as people:
        for number, text in enumerate(texts):
            await people.patient.must(
                "chat.send", contact=people.contact, key=f"text-{number:04}", text=text
            )
        await people.nurse.hear("chat.added", that=lambda m: m["text"] == texts[-1])
        heard = [m["text"] for m in people.nurse.heard if m["type"] == "chat.added"]
        assert heard == texts


async def test_a_message_of_nothing_or_too_much_is_refused(house: House) -> None:
    async with meeting(house) as people:
        before = await people.stored()
        for text, code in (
            ("", "chat.empty"),
            (" \n\t\u0000 ", "chat.empty"),
            ("x" * 2001, "chat.too_long"),
        ):
            answer = await people.patient.ask(
                "chat.send", contact=people.contact, key="too-much", text=text
            )
            assert answer["code"] == code
        assert await people.stored() == before


async def test_an_outcome_with_something_missing_is_not_signed(house: House) -> None:
    async with meeting(house) as people:
        await people.nurse.must("contact.hang_up", contact=people.contact, epoch=people.epoch)
        message = rest(right("outcome.sign", people.contact, people.epoch))
        before = await people.stored()
        for part in ("situation", "assessment", "recommendation"):
            note = {**message["outcome"]["note"], part: "  "}
            lacking = {**message["outcome"], "note": note}
            answer = await people.nurse.ask("outcome.sign", **{**message, "outcome": lacking})
            assert (answer["code"], answer["detail"]) == ("outcome.incomplete", f"note.{part}")
        silent = {**message["outcome"], "advice": ""}
        answer = await people.nurse.ask("outcome.sign", **{**message, "outcome": silent})
        assert (answer["code"], answer["detail"]) == ("outcome.incomplete", "advice")
        assert await people.stored() == before


# Too much -----------------------------------------------------------------------------------


async def test_a_page_that_is_wrong_again_and_again_is_closed(house: House) -> None:
    async with Patient(house) as patient:
        await patient.wait()
        for _ in range(FAULTS_BEFORE_CLOSE + 1):
            await patient.socket.send("{}")
        assert await patient.hear_close() == cc.MALFORMED.code
        refused = [m for m in patient.heard if m["type"] == "refused"]
        assert len(refused) == FAULTS_BEFORE_CLOSE + 1
        await patient.hang()
        await patient.dial()
        await patient.hear_phase("waiting")


async def test_refusals_that_a_page_may_well_meet_do_not_close_it(house: House) -> None:
    async with Patient(house) as patient:
        await patient.wait()
        for _ in range(2 * FAULTS_BEFORE_CLOSE):
            answer = await patient.ask("contact.hang_up", contact=patient.contact, epoch=0)
            assert answer["code"] == "contact.not_allowed_now"
        assert patient.closed is None


async def test_a_flood_is_stopped(house: House) -> None:
    async with Patient(house) as patient:
        await patient.wait()
        before = await stored(house, patient.contact)
        with suppress(ConnectionClosed):
            for number in range(5_000):
                await patient.say("ping", n=number)
        assert await patient.hear_close() == cc.TOO_FAST.code
        await patient.hang()
        await patient.dial()
        await patient.hear_phase("waiting")
        after = await stored(house, patient.contact)
        assert after.contact.arrived_at == before.contact.arrived_at


async def test_a_person_may_have_twenty_pages_and_no_more(house: House) -> None:
    async with AsyncExitStack() as stack:
        patient = await stack.enter_async_context(Patient(house))
        await patient.wait()

        async def another() -> Page:
            page = await stack.enter_async_context(Page(house, "patient"))
            await page.follow(patient)
            return page

        for _ in range(19):
            await (await another()).dial()
        last = await another()
        await last.dial(hello=False)
        await last.say("hello", protocol=1, language="en", role="patient")
        assert await last.hear_close() == cc.TOO_MANY_PAGES.code
        assert patient.closed is None


# At the end of this module, so that everything above has left its traces --------------------


async def test_no_log_holds_a_word_of_what_was_said(house: House) -> None:
    async with meeting(house, "video") as people:
        for page in people.bad.values():
            await page.dial()
            for struct in MESSAGES:
                await page.socket.send(json.dumps(right(tag(struct), people.contact, people.epoch)))
            await page.say("ping", n=4712)
            await page.hear("pong", that=lambda m: m["n"] == 4712)
    logs = house.logs()
    assert "message_malformed" in logs
    assert "message_refused" in logs
    for name, canary in CANARIES.items():
        assert canary not in logs, name
    assert "Traceback" not in logs
    assert "socket_failed" not in logs
    for line in logs.splitlines():
        assert json.loads(line)["event"], "one object a line, whatever was sent"
