"""Which HTTP status each refusal is answered with."""

from __future__ import annotations

from typing import Final

from video_advice.refusals import Refusal

STATUS: Final[dict[Refusal, int]] = {
    Refusal.NOT_ALLOWED_NOW: 409,
    Refusal.NOT_FOUND: 404,
    Refusal.STALE_EPOCH: 409,
    Refusal.TAKEN: 409,
    Refusal.NOT_YOURS: 403,
    Refusal.UNKNOWN_REGION: 422,
    Refusal.CONSENT_OUTDATED: 409,
    Refusal.STORY_EMPTY: 422,
    Refusal.CHAT_EMPTY: 422,
    Refusal.CHAT_TOO_LONG: 422,
    Refusal.NOBODY_WAITING: 409,
    Refusal.LINE_PAUSED: 409,
    Refusal.OFF_DUTY: 409,
    Refusal.AT_CAPACITY: 409,
    Refusal.OUTCOME_INCOMPLETE: 422,
    Refusal.CONSENT_TO_VIDEO_MISSING: 409,
    Refusal.OTHER_TALKS: 409,
    Refusal.TRANSFER_TO_NOTHING: 422,
    Refusal.TRANSFER_TO_SELF: 422,
    Refusal.TRANSFER_COLLEAGUE: 409,
    Refusal.TRANSFER_NOBODY: 409,
    Refusal.CALLBACK_NUMBER: 422,
    Refusal.CALLBACK_TIME: 422,
    Refusal.WORSE_UNANSWERED: 422,
    Refusal.PUSH_SERVICE: 422,
    Refusal.NOT_MEASURED: 503,
    Refusal.PHOTO_NOT_AN_IMAGE: 415,
    Refusal.PHOTO_TOO_LARGE: 413,
    Refusal.PHOTO_CUT_SHORT: 400,
    Refusal.PHOTO_TOO_MANY_PIXELS: 422,
    Refusal.PHOTO_ANIMATED: 422,
    Refusal.PHOTO_TOO_MANY: 409,
    Refusal.PHOTO_UNREADABLE: 422,
    Refusal.MALFORMED: 400,
    Refusal.UNKNOWN_TYPE: 400,
    Refusal.TOO_LARGE: 413,
    Refusal.TOO_MANY: 429,
    Refusal.NOT_FOUND_PAGE: 404,
    Refusal.WRONG_METHOD: 405,
    Refusal.SIGN_IN: 401,
    Refusal.WRONG_ROLE: 403,
    Refusal.WRONG_ORIGIN: 403,
    Refusal.MOVE_CODE_WRONG: 403,
    Refusal.UNAVAILABLE: 503,
}
