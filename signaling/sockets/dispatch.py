"""From a message to what it does: one table, one function a message type."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

from signaling.protocol import close_codes as cc
from signaling.protocol import messages as m
from signaling.protocol.codec import Malformed, decode
from signaling.services import Services
from signaling.sockets import media, nurse, patient, talk
from signaling.sockets.connection import Connection
from video_advice.people import Role
from video_advice.ports import AlreadyDone, ArchiveDown, GuardFailed
from video_advice.refusals import Refusal, Refused, sentence

_log = logging.getLogger(__name__)

_MOST_FAULTS: Final = 20
"""Messages a page may get wrong before it is closed: it is broken, or it is not ours."""

Handler = Callable[[Any, Connection, Services], Awaitable[m.ServerMessage | None]]

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
    m.ChannelPropose: (_NURSE, nurse.channel_propose),
    m.NoteSave: (_NURSE, nurse.note_save),
    m.OutcomeSign: (_NURSE, nurse.outcome_sign),
    m.CallbackChoose: (_PATIENT, patient.callback_choose),
    m.CallbackDrop: (_PATIENT, patient.callback_drop),
    m.WorseReport: (_PATIENT, patient.worse_report),
    m.CheckAnswer: (_PATIENT, patient.check_answer),
    m.NoticePush: (_PATIENT, patient.notice_push),
    m.NoticePushStop: (_PATIENT, patient.notice_push_stop),
    m.NoticeText: (_PATIENT, patient.notice_text),
    m.CallUnanswered: (_NURSE, nurse.call_unanswered),
    m.MediaReady: (_BOTH, media.ready),
    m.MediaDescription: (_BOTH, media.description),
    m.MediaCandidate: (_BOTH, media.candidate),
}
"""Who may send what, and what it does. `hello` is not here: it comes once, before all else."""


async def dispatch(text: str, page: Connection, services: Services) -> None:
    """Carry out one message and answer it. Nothing it holds is logged but its type.

    Raises:
        ArchiveDown: after the person has been told that it was not accepted.
    """
    try:
        message = decode(text)
    except Malformed as fault:
        _fault(page, fault.ref, fault.code, fault.where)
        return
    ref: int | None = getattr(message, "ref", None)
    try:
        answer = await _carry_out(message, page, services)
    except Refused as refused:
        _log.info(
            "message_refused",
            extra={"message_type": type(message).__name__, "code": refused.code.value},
        )
        _refuse(page, ref, refused.code, refused.detail)
    except GuardFailed:
        _refuse(page, ref, Refusal.NOT_ALLOWED_NOW, "")
    except ArchiveDown:
        _refuse(page, ref, Refusal.UNAVAILABLE, "")
        raise
    else:
        if answer is not None:
            page.send(answer)


async def _carry_out(
    message: m.ClientMessage, page: Connection, services: Services
) -> m.ServerMessage | None:
    entry = TABLE.get(type(message))
    if entry is None:
        raise Refused(Refusal.NOT_ALLOWED_NOW)
    roles, handler = entry
    if page.role not in roles:
        raise Refused(Refusal.WRONG_ROLE)
    try:
        return await handler(message, page, services)
    except AlreadyDone as done:
        return m.Done(ref=getattr(message, "ref", 0), contact=done.contact, version=done.version)


def _fault(page: Connection, ref: int | None, code: Refusal, where: str) -> None:
    page.faults += 1
    _log.info("message_malformed", extra={"code": code.value})
    _refuse(page, ref, code, where)
    if page.faults > _MOST_FAULTS:
        page.close(cc.MALFORMED)


def _refuse(page: Connection, ref: int | None, code: Refusal, detail: str) -> None:
    text = sentence(code, page.language)
    page.send(m.RefusedMessage(ref=ref, code=code.value, text=text, detail=detail))
