"""Laws of the line, for any tickets and any nurses."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.unit import lives
from tests.unit.lives import T0
from tests.unit.test_line import KARIN, SKANE, STOCKHOLM
from video_advice import line
from video_advice.advice.urgency import Urgency
from video_advice.ids import ContactId, Language, NurseId, PersonId, RegionCode
from video_advice.line import HEAD_START, Group, MemoryLine, Standing, Ticket, Wants
from video_advice.people import Channel, Competence, Nurse
from video_advice.policy import HOUR, MINUTE

NURSES = tuple(NurseId(name) for name in ("aino", "karin", "yusuf"))
ARRIVALS = st.integers(T0, T0 + 24 * HOUR) | st.integers(0, 20).map(lambda n: T0 + n * 15 * MINUTE)

GROUPS = st.builds(
    Group,
    region=st.sampled_from((SKANE, STOCKHOLM)),
    channel=st.sampled_from(Channel),
    language=st.sampled_from((None, Language("sv"), Language("ar"))),
    competence=st.sampled_from(Competence),
    protected=st.booleans(),
    whole=st.booleans(),
)


@st.composite
def ticket(draw: st.DrawFn) -> Ticket:
    urgency = draw(st.sampled_from((None, *Urgency)))
    arrived, ahead = draw(ARRIVALS), draw(st.booleans())
    return Ticket(
        contact=ContactId(f"{draw(st.integers(0, 2**64)):032x}"),
        group=draw(GROUPS),
        score=line.score(urgency, arrived, ahead=ahead),
        arrived_at=arrived,
        urgency=urgency,
        ahead=ahead,
        away=draw(st.booleans()),
        version=1,
        declined_by=tuple(draw(st.lists(st.sampled_from(NURSES), unique=True, max_size=3))),
        named=draw(st.sampled_from((None, None, None, *NURSES))),
    )


TICKETS = st.lists(ticket(), max_size=12, unique_by=lambda one: one.contact)


@st.composite
def wants(draw: st.DrawFn) -> Wants:
    def some(*of: str) -> frozenset[str]:
        return draw(st.frozensets(st.sampled_from(of), min_size=1))

    return Wants(
        draw(st.sampled_from(NURSES)),
        some(SKANE, STOCKHOLM),  # type: ignore[arg-type]
        some("sv", "ar"),  # type: ignore[arg-type]
        some(*Channel),  # type: ignore[arg-type]
        draw(st.frozensets(st.sampled_from(Competence))),
        protected=draw(st.booleans()),
        whole=draw(st.booleans()),
    )


@given(ticket(), ticket())
def test_nobody_who_comes_later_than_the_head_start_passes(one: Ticket, two: Ticket) -> None:
    """The bound, without exception: need can only be as great as immediate need is."""
    first, second = sorted((one, two), key=lambda each: each.arrived_at)
    later = second.arrived_at - first.arrived_at
    ordinary = second.urgency is not Urgency.IMMEDIATE and not second.ahead
    greatest = 0 if ordinary else HEAD_START[Urgency.IMMEDIATE]
    if later > HEAD_START[first.urgency] - greatest:
        assert line.order(first) < line.order(second)
    if later > line.NOBODY_PASSES_AFTER:
        assert line.order(first) < line.order(second)


@given(ticket(), st.integers(1, 40), st.integers(1, 3), st.data())
def test_nobody_starves_however_great_the_need_of_those_who_go_on_coming(
    one: Ticket, per_hour: int, nurses: int, data: st.DataObject
) -> None:
    """All come with more need than hers, faster than they are taken: her turn comes all the same.

    Whoever comes after the bound stands behind her, so at most those who came before it are taken
    first: that many takings later, at the latest, she is the first.
    """
    bound = HEAD_START[one.urgency] - HEAD_START[Urgency.IMMEDIATE]
    step = HOUR // per_hour
    come = [
        replace(
            one,
            contact=ContactId(f"x{number:031x}"),
            urgency=(level := data.draw(st.sampled_from((Urgency.IMMEDIATE, Urgency.PROMPT)))),
            arrived_at=(at := one.arrived_at + number * step),
            ahead=False,
            score=line.score(level, at, ahead=False),
        )
        for number in range(1, 2 * bound // step, max(1, per_hour // 4))
    ]
    before = [other for other in come if line.order(other) < line.order(one)]
    assert all(other.arrived_at <= one.arrived_at + bound for other in before)
    waiting = sorted([one, *come], key=line.order)
    rounds = 1 + len(before) // nurses
    assert one in waiting[: rounds * nurses]


@given(ticket(), ticket())
def test_of_two_in_equal_need_the_earlier_is_first(one: Ticket, two: Ticket) -> None:
    two = replace(
        two, urgency=one.urgency, score=line.score(one.urgency, two.arrived_at, ahead=two.ahead)
    )
    if one.ahead == two.ahead and one.arrived_at < two.arrived_at:
        assert line.order(one) < line.order(two)


@given(ticket(), st.sampled_from(tuple(Urgency)), st.sampled_from(tuple(Urgency)))
def test_more_need_never_moves_anybody_back(one: Ticket, some: Urgency, other: Urgency) -> None:
    more, less = sorted((some, other))
    scores = [line.score(level, one.arrived_at, ahead=one.ahead) for level in (more, less)]
    assert scores[0] <= scores[1]


@given(TICKETS, wants())
def test_the_first_is_the_least_of_those_she_may_take(tickets: list[Ticket], nurse: Wants) -> None:
    first = line.first(nurse, tickets)
    able = [one for one in tickets if line.serves(nurse, one)]
    assert (first is None) is (not able)
    if first is not None:
        assert first in able
        assert all(line.order(first) <= line.order(one) for one in able)


@given(GROUPS)
def test_a_group_is_known_by_its_key(group: Group) -> None:
    assert Group.of_key(group.key) == group


@given(wants(), ticket(), ticket())
def test_who_fits_is_told_by_the_group_alone(nurse: Wants, one: Ticket, other: Ticket) -> None:
    """What lets a store keep one line a group: nothing else of a ticket is asked."""
    same = replace(other, group=one.group)
    meant = {one.named, same.named} == {None} and nurse.nurse not in (
        *one.declined_by,
        *same.declined_by,
    )
    if meant and not one.away and not same.away:
        assert line.serves(nurse, one) is line.serves(nurse, same) is line.fits(nurse, one.group)


@given(TICKETS)
def test_the_place_is_one_more_than_the_present_of_the_region_before(tickets: list[Ticket]) -> None:
    def before(mine: Ticket) -> list[Ticket]:
        same = [one for one in tickets if one.region == mine.region and not one.away]
        return [one for one in same if line.order(one) < line.order(mine)]

    assert line.standings(tickets) == {
        mine.contact: Standing(
            place=1 + len(before(mine)),
            passed=sum(one.arrived_at > mine.arrived_at for one in before(mine)),
        )
        for mine in tickets
    }


@given(TICKETS, wants(), st.permutations(NURSES))
def test_renaming_the_nurses_changes_no_choice(
    tickets: list[Ticket], nurse: Wants, names: list[NurseId]
) -> None:
    called = dict(zip(NURSES, names, strict=True))
    renamed = [
        replace(
            one,
            declined_by=tuple(called[n] for n in one.declined_by),
            named=None if one.named is None else called[one.named],
        )
        for one in tickets
    ]
    before = line.first(nurse, tickets)
    after = line.first(replace(nurse, nurse=called[nurse.nurse]), renamed)
    assert (before and before.contact) == (after and after.contact)


@given(TICKETS.filter(bool), ticket(), st.data())
def test_a_place_rises_only_because_another_came_before(
    tickets: list[Ticket], changed: Ticket, data: st.DataObject
) -> None:
    """I7: time moves nobody; one change of one ticket, which is an event, moves others by one."""
    others = [one for one in tickets if one.contact != changed.contact]
    known = data.draw(st.sampled_from((None, *tickets)))
    before = others + ([replace(known, contact=changed.contact)] if known else [])
    earlier, later = line.standings(before), line.standings([*others, changed])

    def stood_before(line_then: list[Ticket], mine: Ticket) -> bool:
        return any(
            one.contact == changed.contact
            and one.region == mine.region
            and not one.away
            and line.order(one) < line.order(mine)
            for one in line_then
        )

    for mine in others:
        rise = later[mine.contact].place - earlier[mine.contact].place
        assert rise == stood_before([changed], mine) - stood_before(before, mine)


@given(
    st.lists(st.sampled_from((SKANE, STOCKHOLM)), min_size=3, max_size=3),
    st.permutations(("Region A", "Region B", "A company")),
    TICKETS,
)
def test_who_owns_and_employs_changes_no_offer(
    employers: list[RegionCode], titles: list[str], tickets: list[Ticket]
) -> None:
    """I16: nurses change employers, names and titles with each other; the offers stay."""

    def staff(regions: list[RegionCode], names: list[str]) -> list[Nurse]:
        return [
            Nurse(
                id=nurse,
                name=names[number],
                title=names[-number],
                region=regions[number],
                regions=frozenset({SKANE, STOCKHOLM} if number else {SKANE}),
                languages=frozenset({Language("sv")}),
                channels=frozenset(Channel),
            )
            for number, nurse in enumerate(NURSES)
        ]

    plain = staff([SKANE] * 3, ["x"] * 3)
    for one, other in zip(plain, staff(employers, list(titles)), strict=True):
        assert line.first(line.wants(one), tickets) == line.first(line.wants(other), tickets)


@given(st.text(), st.text(), st.integers(0, 2**64), st.integers(0, 120))
def test_who_somebody_is_changes_no_place(name: str, story: str, person: int, age: int) -> None:
    """I16: of the contact itself only what is in the ticket can matter."""
    contact = lives.waiting().contact
    other = replace(
        contact, called=name, story=story, person=PersonId(f"{person:032x}"), age=age, consent="x"
    )
    assert line.ticket(other, 1) == line.ticket(contact, 1)


@given(TICKETS, st.randoms(use_true_random=False))
def test_in_whatever_order_they_are_named_the_line_is_the_same(
    tickets: list[Ticket], chance: object
) -> None:
    shuffled = list(tickets)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert line.first(KARIN, shuffled) == line.first(KARIN, tickets)
    assert line.standings(shuffled) == line.standings(tickets)


@given(TICKETS, wants())
async def test_a_nurse_who_takes_all_she_may_gets_them_in_order(
    tickets: list[Ticket], nurse: Wants
) -> None:
    known = MemoryLine()
    for one in tickets:
        await known.put(one)
    taken = []
    while (lifted := await known.lift(nurse)) is not None:
        taken.append(lifted)
    able = sorted((t for t in tickets if line.serves(nurse, t)), key=line.order)
    assert taken == [one.contact for one in able]
