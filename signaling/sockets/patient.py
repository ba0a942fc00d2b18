"""What only the patient may do."""

from __future__ import annotations

from signaling.protocol import messages as m
from signaling.services import Services
from signaling.sockets.connection import Connection
from signaling.sockets.rights import own
from signaling.sockets.talk import act, done
from video_advice import events as ev
from video_advice.advice.redflags import complete
from video_advice.callback import phone_number
from video_advice.notices import may_push
from video_advice.refusals import Refusal, Refused


async def leave(message: m.ContactLeave, page: Connection, services: Services) -> m.ServerMessage:
    """Leave the line."""
    return done(message.ref, await act(page, message.contact, services, ev.PatientLeft()))


async def channel_wish(
    message: m.ChannelWish, page: Connection, services: Services
) -> m.ServerMessage:
    """Choose another channel before meeting the nurse, unless its line takes nobody new."""
    now = (await own(page, message.contact, services)).contact
    if message.channel is not now.channel:
        services.rules.admit(now.region, message.channel, now.competence)
    event = ev.ChannelWished(message.channel)
    return done(message.ref, await act(page, message.contact, services, event))


async def channel_answer(
    message: m.ChannelAnswer, page: Connection, services: Services
) -> m.ServerMessage:
    """Say yes or no to another channel."""
    event = ev.ChannelAnswered(message.accepted)
    return done(message.ref, await act(page, message.contact, services, event))


async def photo_remove(
    message: m.PhotoRemove, page: Connection, services: Services
) -> m.ServerMessage:
    """Take a photo back."""
    event = ev.PhotoRemoved(message.photo)
    return done(message.ref, await act(page, message.contact, services, event))


async def survey_answer(
    message: m.SurveyAnswer, page: Connection, services: Services
) -> m.ServerMessage:
    """Say how it was."""
    event = ev.SurveyAnswered(message.survey)
    return done(message.ref, await act(page, message.contact, services, event))


async def callback_choose(
    message: m.CallbackChoose, page: Connection, services: Services
) -> m.ServerMessage:
    """Be called instead of waiting."""
    event = ev.CallbackChosen(message.at, phone_number(message.number))
    return done(message.ref, await act(page, message.contact, services, event))


async def callback_drop(
    message: m.CallbackDrop, page: Connection, services: Services
) -> m.ServerMessage:
    """Wait at the page after all."""
    return done(message.ref, await act(page, message.contact, services, ev.CallbackDropped()))


async def worse_report(
    message: m.WorseReport, page: Connection, services: Services
) -> m.ServerMessage:
    """Say that it is worse."""
    if not complete(message.answers):
        raise Refused(Refusal.WORSE_UNANSWERED, "$.answers")
    event = ev.FeltWorse(message.answers, message.words.strip())
    return done(message.ref, await act(page, message.contact, services, event))


async def check_answer(
    message: m.CheckAnswer, page: Connection, services: Services
) -> m.ServerMessage:
    """Say that it is still the same, or that it can be asked later."""
    event = ev.CheckAnswered(message.later)
    return done(message.ref, await act(page, message.contact, services, event))


async def network_report(
    message: m.NetworkReport, page: Connection, services: Services
) -> m.ServerMessage:
    """Say how the network is. The same as before is no news."""
    before = await own(page, message.contact, services)
    if before.contact.network == message.network:
        return done(message.ref, before)
    event = ev.NetworkMeasured(message.network)
    return done(message.ref, await act(page, message.contact, services, event))


async def notice_push(
    message: m.NoticePush, page: Connection, services: Services
) -> m.ServerMessage:
    """Be sent notices in this browser."""
    await own(page, message.contact, services)
    known = services.settings.push_origins
    if not services.push_key or not may_push(message.address.endpoint, known):
        raise Refused(Refusal.PUSH_SERVICE, "$.address.endpoint")
    event = ev.PushAsked(message.address)
    return done(message.ref, await act(page, message.contact, services, event))


async def notice_push_stop(
    message: m.NoticePushStop, page: Connection, services: Services
) -> m.ServerMessage:
    """Be sent no more notices in this browser."""
    event = ev.PushGone(message.endpoint)
    return done(message.ref, await act(page, message.contact, services, event))


async def notice_text(
    message: m.NoticeText, page: Connection, services: Services
) -> m.ServerMessage:
    """Be sent notices as text messages, or no more."""
    await own(page, message.contact, services)
    if message.number is not None and services.settings.text_messages == "off":
        raise Refused(Refusal.NOT_ALLOWED_NOW)
    number = None if message.number is None else phone_number(message.number)
    event = ev.TextAsked(number)
    return done(message.ref, await act(page, message.contact, services, event))
