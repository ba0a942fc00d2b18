"""The times and limits that the life of a contact follows. A region may choose its own."""

from __future__ import annotations

import msgspec

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE

SILENT_OFFERS = 2
"""After so many offers in a row without an answer a nurse is offered nothing more."""


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
    handover: int = 5 * MINUTE
    """How long somebody handed over to one colleague waits for her alone."""
    nurse_grace: int = 25 * SECOND
    """How long after the nurse's last sign of life her contact goes back to the front."""
    patient_grace: int = 3 * MINUTE
    """How long the nurse waits for a patient who has dropped out of the meeting."""
    signing: int = 30 * MINUTE
    """After this the missing signature is listed and the nurse reminded."""
    photos: int = 10
    """How many photos one contact may hold."""
    check_in: int = 20 * MINUTE
    """How long after the last answer somebody who waits is asked whether it is still the same."""
    callback_earliest: int = 30 * MINUTE
    """How soon a chosen time to be called may begin."""
    callback_latest: int = 12 * HOUR
    """How far away a chosen time to be called may begin."""
    callback_window: int = HOUR
    """How long the time lasts within which somebody is told to be called."""
    call_again: int = 15 * MINUTE
    """How long after an unanswered call the next is tried."""
    call_tries: int = 3
    """How many calls are tried before the nurse decides what is to be done."""
    soon_place: int = 2
    """From this place on it is soon somebody's turn."""
    soon_wait: int = 5 * MINUTE
    """Or from this wait on, by the lower end of the forecast."""


DEFAULT = Policy()
