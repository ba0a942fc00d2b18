"""What another part must carry out after something happened. Delivered at least once."""

from __future__ import annotations

import msgspec

from video_advice.ids import ContactId, PhotoId
from video_advice.notices import Notice


class Effect(msgspec.Struct, frozen=True, tag_field="type"):
    """A piece of work, committed together with the event that asked for it."""


class SyncTicket(Effect, frozen=True, tag="sync_ticket"):
    """Make the live line agree with the archive about one contact."""

    contact: ContactId


class CleanPhoto(Effect, frozen=True, tag="clean_photo"):
    """Clean one photo, and report how it went."""

    contact: ContactId
    photo: PhotoId


class DropPhoto(Effect, frozen=True, tag="drop_photo"):
    """Remove every byte of one photo."""

    contact: ContactId
    photo: PhotoId


class TellPatient(Effect, frozen=True, tag="tell_patient"):
    """Call the patient back to the page, on every device and number given for that."""

    contact: ContactId
    notice: Notice


AnyEffect = SyncTicket | CleanPhoto | DropPhoto | TellPatient
