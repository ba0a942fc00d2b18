"""From a message to what it does: one table, one function a message type."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from typing import Any, Final

import msgspec

from signaling.protocol import close_codes as cc
from signaling.protocol import messages as m
from signaling.protocol.codec import Malformed, decode
from signaling.services import Services
from signaling.sockets import media, nurse, patient, talk, transfer
from signaling.sockets.connection import Connection
from signaling.watch.meters import Tally
from signaling.watch.spans import span
from video_advice.people import Role
from video_advice.ports import AlreadyDone, ArchiveDown, GuardFailed, LeaseLost
from video_advice.refusals import Refusal, Refused, sentence

_log = logging.getLogger(__name__)

_MOST_FAULTS: Final = 20
"""Messages a page may get wrong before it is closed: it is broken, or it is not ours."""

Found = m.ServerMessage | Coroutine[Any, Any, m.ServerMessage | None] | None
Rest = Coroutine[Any, Any, None] | None

Handler = Callable[[Any, Connection, Services], Found]
"""Carries out one kind of message. What only passes through is plain; what waits is `async`."""

_NOT_DONE: Final = (AlreadyDone, Refused, GuardFailed, ArchiveDown, LeaseLost)

_BOTH: Final = frozenset(Role)
_PATIENT: Final = frozenset({Role.PATIENT})
_NURSE: Final = frozenset({Role.NURSE})

TABLE: Final[dict[type[Any], tuple[frozenset[Role], Handler]]] = {
    m.Ping: (_BOTH, talk.ping),
    m.ChatSend: (_BOTH, talk.chat_send),
    m.ChatSeen: (_BOTH, talk.chat_seen),
    m.ChatTyping: (_BOTH, talk.chat_typing),
    m.ContactHangUp: (_BOTH, talk.hang_up),
    m.ChannelLower: (_BOTH, talk.channel_lower),
    m.ContactLeave: (_PATIENT, patient.leave),
    m.ChannelWish: (_PATIENT, patient.channel_wish),
    m.ChannelAnswer: (_PATIENT, patient.channel_answer),
    m.PhotoRemove: (_PATIENT, patient.photo_remove),
    m.SurveyAnswer: (_PATIENT, patient.survey_answer),
    m.DutySet: (_NURSE, nurse.duty_set),
    m.LineTake: (_NURSE, nurse.line_take),
    m.OfferAccept: (_NURSE, nurse.offer_accept),
    m.OfferDecline: (_NURSE, nurse.offer_decline),
    m.ContactReturn: (_NURSE, nurse.contact_return),
    m.ContactTransfer: (_NURSE, transfer.contact_transfer),
    m.ColleaguesAsk: (_NURSE, transfer.colleagues_ask),
    m.ChannelPropose: (_NURSE, nurse.channel_propose),
    m.NoteSave: (_NURSE, nurse.note_save),
    m.OutcomeSign: (_NURSE, nurse.outcome_sign),
    m.CallbackChoose: (_PATIENT, patient.callback_choose),
    m.CallbackDrop: (_PATIENT, patient.callback_drop),
    m.WorseReport: (_PATIENT, patient.worse_report),
    m.CheckAnswer: (_PATIENT, patient.check_answer),
    m.NetworkReport: (_PATIENT, patient.network_report),
    m.NoticePush: (_PATIENT, patient.notice_push),
    m.NoticePushStop: (_PATIENT, patient.notice_push_stop),
    m.NoticeText: (_PATIENT, patient.notice_text),
    m.CallUnanswered: (_NURSE, nurse.call_unanswered),
    m.MediaReady: (_BOTH, media.ready),
    m.MediaDescription: (_BOTH, media.description),
    m.MediaCandidate: (_BOTH, media.candidate),
}
"""Who may send what, and what it does. `hello` is not here: it comes once, before all else."""

_KINDS: Final[tuple[type[msgspec.Struct], ...]] = (m.Hello, *TABLE)
_NAMES: Final = {kind: str(kind.__struct_config__.tag) for kind in _KINDS}
HEARD: Final = Tally("messages", "Messages from pages.", "type", _NAMES).counts


def dispatch(message: str | bytes, page: Connection, services: Services) -> Rest:
    """Carry out one message and answer it. Nothing it holds is logged but its type.

    What need not wait for anything is done on return; else the rest is returned, to be awaited.

    Raises:
        Malformed: it is not text.
        ArchiveDown, LeaseLost: after the person has been told that it was not accepted; so does
            the rest.
    """
    if not isinstance(message, str):
        raise Malformed("")
    try:
        asked = decode(message)
    except Malformed as fault:
        _fault(page, fault.ref, fault.code, fault.where)
        return None
    HEARD[type(asked)] += 1
    entry = TABLE.get(type(asked))
    try:
        if entry is None:
            raise Refused(Refusal.NOT_ALLOWED_NOW)
        roles, handler = entry
        if page.role not in roles:
            raise Refused(Refusal.WRONG_ROLE)
        found = handler(asked, page, services)
    except _NOT_DONE as error:
        _say_why(error, asked, page)
        return None
    if found is None:
        return None
    if isinstance(found, msgspec.Struct):
        page.send(found)
        return None
    return _finish(found, asked, page)


async def _finish(
    rest: Coroutine[Any, Any, m.ServerMessage | None], asked: m.ClientMessage, page: Connection
) -> None:
    with span(f"message {_NAMES[type(asked)]}"):
        try:
            answer = await rest
        except _NOT_DONE as error:
            _say_why(error, asked, page)
        else:
            if answer is not None:
                page.send(answer)


def _say_why(error: Exception, asked: m.ClientMessage, page: Connection) -> None:
    """Tell the page why its message was not carried out, or that it had been before."""
    ref: int | None = getattr(asked, "ref", None)
    match error:
        case AlreadyDone():
            page.send(m.Done(ref=ref or 0, contact=error.contact, version=error.version))
        case Refused():
            kind = type(asked).__name__
            _log.info("message_refused", extra={"message_type": kind, "code": error.code.value})
            text = error.sentence(page.language)
            page.send(
                m.RefusedMessage(ref=ref, code=error.code.value, text=text, detail=error.detail)
            )
        case GuardFailed():
            _refuse(page, ref, Refusal.NOT_ALLOWED_NOW, "")
        case _:
            _refuse(page, ref, Refusal.UNAVAILABLE, "")
            raise error


def _fault(page: Connection, ref: int | None, code: Refusal, where: str) -> None:
    page.faults += 1
    _log.info("message_malformed", extra={"code": code.value})
    _refuse(page, ref, code, where)
    if page.faults > _MOST_FAULTS:
        page.close(cc.MALFORMED)


def _refuse(page: Connection, ref: int | None, code: Refusal, detail: str) -> None:
    text = sentence(code, page.language)
    page.send(m.RefusedMessage(ref=ref, code=code.value, text=text, detail=detail))
