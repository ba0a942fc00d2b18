"""The page of states: the life of a contact, drawn from `ALLOWED` and tried out with `step`."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final, get_args

import msgspec
from msgspec.structs import replace

from signaling.generate.markdown import GENERATED, duration, table
from signaling.protocol.wire import summary
from video_advice import events as ev
from video_advice.callback import Callback, PhoneNumber
from video_advice.contact import ALLOWED, deadline, step
from video_advice.ids import ContactId, Instant, Language, NurseId, PersonId, RegionCode
from video_advice.people import Channel, Concerns, NurseCard, Role
from video_advice.policy import DEFAULT, HOUR, Policy
from video_advice.state import Contact, Phase

_PAGE: Final = """\
{generated}
# The life of a contact

A contact is always in exactly one phase. The table `ALLOWED` in `video_advice/contact.py` says
which events may happen in which phase and where they may lead; an event that it does not name is
refused and changes nothing. This page is made from that table.

```mermaid
{diagram}
```

## What may happen

{common} may happen in every phase but `ended`, and keep the phase.

{allowed}

## When nothing happens

Every contact that has not ended has one deadline, kept beside it in the records. When it comes,
the event `TimePassed` says who is really connected, and silence is acted on. The rows below are
what `deadline` and `step` do with the built-in times when nothing else happens.

{deadlines}

There is no limit on how long people talk.

## Times and limits

A region may choose its own (`video_advice/policy.py`).

{policy}

## Events

What is stored of a contact is the list of these, each under the version that it made.

{events}
"""

_NOW: Final = 1_000_000_000_000
_LOOKS: Final = 10
"""Looks at who is there after which nothing more will come of silence."""
_CALLBACK: Final = Callback(PhoneNumber(""))
_NURSE: Final = NurseCard(NurseId("nurse"), "", "", RegionCode("00"))


_COUNTS: Final = frozenset({"photos", "call_tries", "soon_place"})


def page() -> str:
    """Return `states.md`."""
    common = _common()
    return _PAGE.format(
        generated=GENERATED,
        diagram=_diagram(),
        common=_names(common),
        allowed=table(("Phase", "Keeps the phase", "Leads on"), _allowed(common)),
        deadlines=table(("Phase", "Who is gone", "After", "What it becomes"), _deadlines()),
        policy=table(("Name", "Built in", "What it is"), _policy()),
        events=table(("Event", "Stored as", "What it says"), _events()),
    )


def _names(events: Iterable[type[ev.Event]]) -> str:
    names = [f"`{e.__name__}`" for e in events]
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def _common() -> list[type[ev.Event]]:
    living = [p for p in Phase if p is not Phase.ENDED]
    return [
        event
        for event in ALLOWED[living[0]]
        if all(ALLOWED[p].get(event) == frozenset({p}) for p in living)
    ]


def _diagram() -> str:
    lines = ["stateDiagram-v2", "    [*] --> waiting : Opened"]
    for phase in Phase:
        for to in Phase:
            by = [e.__name__ for e, reach in ALLOWED[phase].items() if to in reach]
            if by and to is not phase:
                lines.append(f"    {phase} --> {to} : {', '.join(by)}")
    return "\n".join([*lines, "    ended --> [*]"])


def _allowed(common: list[type[ev.Event]]) -> Iterator[tuple[str, str, str]]:
    for phase in Phase:
        stays = [e for e, to in ALLOWED[phase].items() if phase in to and e not in common]
        leads = [
            f"`{e.__name__}` to {' or '.join(f'`{p}`' for p in Phase if p in to - {phase})}"
            for e, to in ALLOWED[phase].items()
            if to - {phase}
        ]
        yield f"`{phase}`", ", ".join(f"`{e.__name__}`" for e in stays), "; ".join(leads)


def _contact(phase: Phase, gone: frozenset[Role]) -> Contact:
    opened = ev.Opened(
        contact=ContactId("contact"),
        person=PersonId("person"),
        region=RegionCode("00"),
        concerns=Concerns.ME,
        called="",
        age=None,
        language=Language("sv"),
        interpreter=False,
        channel=Channel.VIDEO,
        story="",
        consent="",
    )
    contact, _ = step(None, opened, _NOW, DEFAULT)
    return replace(
        contact,
        phase=phase,
        nurse=None if phase in {Phase.WAITING, Phase.SCHEDULED} else _NURSE,
        callback=_CALLBACK if phase in {Phase.SCHEDULED, Phase.CALLING} else None,
        callback_at=_NOW + HOUR if phase is Phase.SCHEDULED else None,
        patient_left_at=_NOW if Role.PATIENT in gone else None,
        nurse_left_at=_NOW if Role.NURSE in gone else None,
    )


def _gone(phase: Phase) -> list[frozenset[Role]]:
    """Return who may be missing in `phase`; a nurse only where there is one."""
    patient, nurse = frozenset({Role.PATIENT}), frozenset({Role.NURSE})
    match phase:
        case Phase.WAITING | Phase.SCHEDULED:
            return [frozenset(), patient]
        case Phase.TALKING:
            return [frozenset()]
        case Phase.JOINING | Phase.INTERRUPTED:
            return [patient, nurse, patient | nurse]
    return [frozenset(), patient, nurse, patient | nurse]


def _deadlines() -> Iterator[tuple[str, str, str, str]]:
    rows = [(phase, gone, *_silence(phase, gone)) for phase in Phase for gone in _gone(phase)]
    told = [row for row in rows if row[2]]
    for (phase, after, becomes), same in groupby(told, key=lambda r: (r[0], r[2], r[3])):
        who = [gone for _, gone, *_ in same]
        everybody = len(who) == len(_gone(phase)) > 1
        yield f"`{phase}`", "anybody or nobody" if everybody else _who(who), after, becomes


def _who(alternatives: list[frozenset[Role]]) -> str:
    return ", or ".join(
        " and ".join(f"the {role}" for role in Role if role in gone) or "nobody"
        for gone in alternatives
    )


def _silence(phase: Phase, gone: frozenset[Role]) -> tuple[str, str]:
    """Return after what time silence is acted on, and what the contact then is, in words."""
    contact = _contact(phase, gone)
    due = _due(contact, DEFAULT)
    if due is None:
        return "", ""
    after = _after(contact, due, DEFAULT)
    length = "at the agreed time" if phase is Phase.SCHEDULED else _length(contact, due - _NOW)
    return length, _becomes(contact, after)


def _after(contact: Contact, now: Instant, policy: Policy) -> Contact:
    here = frozenset(Role) - contact.absent()
    return step(contact, ev.TimePassed(present=here), now, policy)[0]


def _due(contact: Contact, policy: Policy) -> Instant | None:
    """Return when silence changes something; when it is looked for, if it never does."""
    first = now = deadline(contact, _NOW, policy)
    for _ in range(_LOOKS):
        if now is None or _after(contact, now, policy) != contact:
            return now
        now = deadline(contact, now, policy)
    return first


def _length(contact: Contact, length: int) -> str:
    """Return a time with the name of what decides it: found by changing each setting a little."""
    deciding = (
        name
        for name in Policy.__struct_fields__
        if _due(contact, replace(DEFAULT, **{name: getattr(DEFAULT, name) - 1})) != _NOW + length
    )
    return f"{duration(length)} (`{next(deciding)}`)"


def _becomes(before: Contact, after: Contact) -> str:
    said = []
    if after.ended is not None:
        said.append(f"`{after.ended}`")
    if after.told is not None:
        said.append(f"the patient is told `{after.told}`")
    if after.ahead:
        said.append("ahead of its band")
    if after.overdue:
        said.append("listed as unsigned")
    if after == before:
        said.append("unchanged; looked at again")
    return ", ".join([f"`{after.phase}`", *said])


def _policy() -> Iterator[tuple[str, str, str]]:
    meanings = _attribute_docs(Policy)
    for name in Policy.__struct_fields__:
        value = getattr(DEFAULT, name)
        yield f"`{name}`", str(value) if name in _COUNTS else duration(value), meanings[name]


def _attribute_docs(cls: type[msgspec.Struct]) -> dict[str, str]:
    """Return what stands under each field of `cls` in its source."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
    if not isinstance(definition, ast.ClassDef):
        raise TypeError(cls.__name__)
    docs, field = {}, ""
    for line in definition.body:
        match line:
            case ast.AnnAssign(target=ast.Name(id=name)):
                field = name
            case ast.Expr(value=ast.Constant(value=str(text))) if field:
                docs[field] = " ".join(text.split())
    return docs


def _events() -> Iterator[tuple[str, str, str]]:
    for event in get_args(ev.AnyEvent):
        yield f"`{event.__name__}`", f"`{event.__struct_config__.tag}`", summary(event)
