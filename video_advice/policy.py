"""The times and limits that the life of a contact follows. A region may choose its own."""

from __future__ import annotations

import msgspec

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE


class Policy(msgspec.Struct, frozen=True):
    """Durations in milliseconds. None of them limits how long people talk."""

    waiting_grace: int = 30 * MINUTE
    """How long the place is kept while the patient's page is closed."""
    check: int = MINUTE
    """How often a contact in which nothing is expected is looked at again."""
    offer: int = 30 * SECOND
    """How long a nurse has to answer an offer."""
    joining: int = 3 * MINUTE
    """How long an accepted contact waits for the patient."""
    nurse_grace: int = 20 * SECOND
    """How long the contact waits for a nurse who has dropped out."""
    patient_grace: int = 3 * MINUTE
    """How long the nurse waits for a patient who has dropped out of the meeting."""
    signing: int = 30 * MINUTE
    """After this the missing signature is listed and the nurse reminded."""
    photos: int = 10
    """How many photos one contact may hold."""


DEFAULT = Policy()
