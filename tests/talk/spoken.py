"""One right message of every type, with words in it that must turn up nowhere else."""

from __future__ import annotations

from typing import Any

from tests.house import outcome

CANARIES = (
    {
        name: f"canary-{name}-4711"
        for name in (
            "story",
            "name",
            "chat",
            "sdp",
            "candidate",
            "note",
            "advice",
            "reason",
            "words",
        )
    }
    | {"number": "+46701740605", "endpoint": "https://push.example/canary-endpoint"}
    | {"cookie": "Y2FuYXJ5LWNvb2tpZS00NzEx", "type": "canary.type", "field": "canary_field"}
)
"""What the tests of bad input plant; no log may hold any of it."""

MINE, HERS = "a" * 16, "b" * 16


def right(kind: str, contact: str, epoch: int = 1) -> dict[str, Any]:
    """Return a message of type `kind` about `contact` that has nothing wrong with it."""
    return {"type": kind, **_fields(contact, epoch)[kind]}


def _fields(contact: str, epoch: int) -> dict[str, dict[str, Any]]:
    request = {"ref": 7, "contact": contact}
    media = {"contact": contact, "epoch": epoch, "session": MINE}
    ahead = {"session": MINE, "sdp": CANARIES["sdp"]}
    note = {
        "situation": CANARIES["note"],
        "background": "",
        "assessment": "a",
        "recommendation": "r",
    }
    signed = outcome(note=note, advice=CANARIES["advice"])
    return {
        "hello": {
            "protocol": 1,
            "language": "en",
            "role": "patient",
            "resume": [{"contact": contact, "version": 1}],
        },
        "ping": {"n": 1},
        "chat.send": {**request, "key": "key-0001", "text": CANARIES["chat"]},
        "chat.seen": {"contact": contact, "upto": 1},
        "chat.typing": {"contact": contact},
        "contact.leave": request,
        "contact.hang_up": {**request, "epoch": epoch},
        "channel.wish": {**request, "channel": "chat"},
        "channel.answer": {**request, "accepted": True},
        "channel.lower": request,
        "photo.remove": {**request, "photo": "f" * 32},
        "survey.answer": {**request, "survey": {"score": 4, "words": CANARIES["words"]}},
        "callback.choose": {**request, "number": CANARIES["number"], "at": None},
        "callback.drop": request,
        "worse.report": {
            **request,
            "answers": [{"flag": "chest", "answer": "unknown"}],
            "words": CANARIES["words"],
        },
        "check.answer": {**request, "later": True},
        "network.report": {
            **request,
            "network": {
                "verdict": "unsteady",
                "round_trip": 80,
                "loss": 5,
                "rate": 300,
                "relays": ["udp"],
            },
        },
        "notice.push": {
            **request,
            "address": {
                "endpoint": CANARIES["endpoint"],
                "p256dh": "p" * 87,
                "auth": "a" * 22,
            },
        },
        "notice.push_stop": {**request, "endpoint": CANARIES["endpoint"]},
        "notice.text": {**request, "number": CANARIES["number"]},
        "call.unanswered": {**request, "epoch": epoch},
        "duty.set": {"ref": 7, "on": True, "offers": False},
        "line.take": {**request, "media": ahead},
        "offer.accept": {**request, "epoch": epoch, "media": ahead},
        "offer.decline": {**request, "epoch": epoch},
        "contact.return": {
            **request,
            "epoch": epoch,
            "urgency": "P2",
            "reason": CANARIES["reason"],
        },
        "contact.transfer": {
            **request,
            "epoch": epoch,
            "to": {
                "competence": "child",
                "language": "ar",
                "interpreter": True,
                "nurse": "demo-yusuf",
            },
            "urgency": None,
            "reason": CANARIES["reason"],
            "summary": CANARIES["note"],
        },
        "colleagues.ask": request,
        "channel.propose": {**request, "epoch": epoch, "channel": "video"},
        "note.save": {**request, "draft": signed},
        "outcome.sign": {**request, "epoch": epoch, "outcome": signed},
        "media.ready": media,
        "media.description": {**media, "to": HERS, "kind": "offer", "sdp": CANARIES["sdp"]},
        "media.candidate": {
            **media,
            "to": HERS,
            "candidate": CANARIES["candidate"],
            "mid": "0",
            "line": 0,
        },
    }
