"""What a page gets when it comes, and what is noted when it goes."""

from __future__ import annotations

import asyncio
from typing import Final

import msgspec

from signaling.protocol import messages as m
from signaling.services import Services
from signaling.sockets.connection import Connection
from signaling.sockets.rights import nurse_of
from video_advice.ids import ContactId, Instant, desk_of
from video_advice.people import Role
from video_advice.ports import ArchiveDown, LeaseLost, Stored
from video_advice.rights import holds
from video_advice.state import Phase

_AGAIN: Final = 1.0
"""Seconds between tries to note that a page is gone."""


async def enter(
    page: Connection, hello: m.Hello, stored: Stored | None, services: Services
) -> None:
    """Welcome the page and send all it has missed. `stored` is the patient's own contact."""
    known = {resume.contact: resume.version for resume in hello.resume}
    if page.role is Role.NURSE:
        await _enter_nurse(page, known, services)
        return
    _welcome(page, stored, services)
    if stored is not None:
        await join(page, stored, known.get(stored.contact.id, 0), services)


async def join(page: Connection, stored: Stored, version: int, services: Services) -> None:
    """Let a patient's page into its contact and count the patient as present."""
    page.person = stored.contact.person  # the same text, kept once
    await services.rooms.enter(page, stored, version)
    if stored.contact.phase is not Phase.ENDED:
        await services.engine.arrived(page.process, page.id, stored.contact.id, Role.PATIENT)
        services.board.poke(stored.contact.id)


async def _enter_nurse(page: Connection, known: dict[ContactId, int], services: Services) -> None:
    _welcome(page, None, services)
    if page.nurse is None:
        return
    await services.archive.presence.arrive(
        page.process, page.id, desk_of(page.nurse.id), Role.NURSE
    )
    held = await _enter_held(page, known, frozenset(), services)
    services.rooms.sign_in(page)
    # Once more: what became hers before the rooms knew of this page.
    held |= await _enter_held(page, known, held, services)
    for contact in known.keys() - held:
        await _say_gone(page, contact, services)
    services.board.poke()


async def _enter_held(
    page: Connection,
    known: dict[ContactId, int],
    entered: frozenset[ContactId],
    services: Services,
) -> frozenset[ContactId]:
    """Let a nurse's page into all she holds but what it has `entered`; return those."""
    nurse = nurse_of(page).id
    found = set()
    for stored in await services.archive.contacts.of_nurse(nurse):
        contact = stored.contact.id
        if contact in entered or not holds(nurse, stored.contact):
            continue
        found.add(contact)
        await services.rooms.enter(page, stored, known.get(contact, 0))
        if stored.contact.phase is not Phase.OFFERED:
            await services.engine.arrived(page.process, page.id, contact, Role.NURSE)
        await send_draft(page, stored, services)
    return frozenset(found)


async def _say_gone(page: Connection, contact: ContactId, services: Services) -> None:
    stored = await services.archive.contacts.load(contact)
    if stored is not None and page.nurse is not None:
        await services.rooms.enter(page, stored, stored.version)


async def send_draft(page: Connection, stored: Stored, services: Services) -> None:
    """Send the nurse the unsigned note of a contact, her own or handed over, if there is one."""
    if page.nurse is None:
        return
    given = stored.contact.handover
    if given is not None:
        await services.archive.drafts.hand_over(stored.contact.id, given.by.id, page.nurse.id)
    body = await services.archive.drafts.find(stored.contact.id, page.nurse.id)
    if body is not None:
        draft = msgspec.json.decode(body, type=m.NoteDraft)
        page.send(m.NoteKept(contact=stored.contact.id, draft=draft))


async def leave(page: Connection, silent: int, services: Services) -> None:
    """Note that the page is gone, now or when the archive can be reached again.

    `silent`: for how many milliseconds nothing had been heard of it. A process that is leaving
    notes nothing: see `signaling.leaving`.
    """
    contacts = services.rooms.sign_out(page)
    if services.leaving:
        return
    since = services.now() - silent
    try:
        await _left(page, contacts, since, services)
    except ArchiveDown:
        services.background.start(_left_later(page, contacts, since, services))


async def _left(
    page: Connection, contacts: list[ContactId], since: Instant, services: Services
) -> None:
    try:
        for contact in contacts:
            await services.engine.left(page.id, contact, page.role, since, page.process)
        if page.nurse is not None:
            await services.archive.presence.leave(page.id)
    except LeaseLost:
        return  # whoever finds this process dead notes who was connected through it


async def _left_later(
    page: Connection, contacts: list[ContactId], since: Instant, services: Services
) -> None:
    """Note it once the archive is back: as long as this process lives, its lease covers it."""
    while True:
        await asyncio.sleep(_AGAIN)
        try:
            await _left(page, contacts, since, services)
        except ArchiveDown:
            continue
        return


def _welcome(page: Connection, stored: Stored | None, services: Services) -> None:
    page.send(
        m.Welcome(
            protocol=m.PROTOCOL_VERSION,
            role=page.role,
            now=services.now(),
            contact=None if stored is None else stored.contact.id,
            nurse=page.nurse,
        )
    )
