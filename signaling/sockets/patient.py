"""What only the patient may do."""

from __future__ import annotations

from signaling.protocol import messages as m
from signaling.services import Services
from signaling.sockets.connection import Connection
from signaling.sockets.talk import act, done
from video_advice import events as ev


async def leave(message: m.ContactLeave, page: Connection, services: Services) -> m.ServerMessage:
    """Leave the line."""
    return done(message.ref, await act(page, message.contact, services, ev.PatientLeft()))


async def channel_wish(
    message: m.ChannelWish, page: Connection, services: Services
) -> m.ServerMessage:
    """Choose another channel before meeting the nurse."""
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
