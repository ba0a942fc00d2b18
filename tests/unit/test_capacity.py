"""How nurses who serve different parts of a line are shared by it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.unit import lives
from tests.unit.test_line import ticket
from video_advice.capacity import Staff, Staffing, Takeable
from video_advice.ids import Language, NurseId, RegionCode
from video_advice.line import Group, Wants, group_of
from video_advice.people import Channel

HERE, THERE = RegionCode("01"), RegionCode("09")
SV, AR = Language("sv"), Language("ar")


def group(
    language: Language | None = SV, channel: Channel = Channel.CHAT, region: RegionCode = HERE
) -> Group:
    return Group(region, channel, language)


def nurse(*languages: Language, regions: tuple[RegionCode, ...] = (HERE,)) -> Wants:
    speaks = frozenset(languages or (SV,))
    return Wants(NurseId("n"), frozenset(regions), speaks, frozenset(Channel))


def test_how_many_may_be_offered_somebody() -> None:
    karin, yusuf = replace(nurse(), nurse=NurseId("k")), replace(nurse(SV, AR), nurse=NurseId("y"))
    staff = Staff([karin, yusuf])
    one = replace(ticket("a"), group=group())
    assert staff.able(one) == 2
    assert staff.able(replace(one, declined_by=(NurseId("k"),))) == 1
    assert staff.able(replace(one, named=NurseId("y"))) == 1
    assert staff.able(replace(one, named=NurseId("gone"))) == 0
    assert staff.able(replace(one, group=group(AR))) == 1


def test_who_waits_in_vain_is_known_by_the_group() -> None:
    staff = Staff([replace(nurse(), nurse=NurseId("k"))])
    declined = replace(ticket("a"), group=group(), declined_by=(NurseId("k"),))
    assert staff.unserved([group(), group(AR)], []) == {group(AR)}
    assert staff.unserved([group()], [declined]) == {group()}
    assert staff.unserved([group()], [replace(declined, declined_by=())]) == frozenset()
    assert Staff([]).unserved([group()], []) == {group()}


def test_somebody_is_there_for_a_nurse_until_all_are_given_out() -> None:
    contact = lives.Life().contact
    here = group_of(contact)
    karin = replace(nurse(regions=(here.region,)), nurse=NurseId("k"))
    yusuf = replace(karin, nurse=NurseId("y"))
    declined = replace(ticket("a"), group=here, declined_by=(NurseId("k"),))
    waiting = Takeable({here: 2}, [declined])
    assert waiting.any_for(karin)
    assert not waiting.any_for(replace(karin, languages=frozenset({AR})))
    waiting.take(contact)
    assert not waiting.any_for(karin)  # she has declined the one who is left
    assert waiting.any_for(yusuf)
    waiting.take(replace(contact, id=declined.contact))
    assert not waiting.any_for(yusuf)
    named = replace(declined, named=NurseId("k"))
    assert Takeable({here: 1}, [named]).any_for(karin)
    assert not Takeable({here: 1}, [named]).any_for(yusuf)


def test_nurses_who_can_serve_everybody_bring_the_line_forward_together() -> None:
    staffing = Staffing({group(): 8, group(channel=Channel.VIDEO): 2}, [nurse()] * 3)
    for one in (group(), group(channel=Channel.VIDEO)):
        assert staffing.of(one).nurses == pytest.approx(3)
        assert staffing.of(one).eligible == 3


def test_a_shared_nurse_helps_where_the_line_is_slow() -> None:
    """Five take the Swedish ones before an Arabic one, so all six bring her forward."""
    staffing = Staffing({group(): 28, group(AR): 2}, [nurse()] * 5 + [nurse(SV, AR)])
    arabic = staffing.of(group(AR))
    assert arabic.eligible == 1
    assert arabic.nurses == pytest.approx(6, rel=0.05)


def test_a_part_that_only_one_can_serve_moves_at_her_pace() -> None:
    staffing = Staffing({group(): 4, group(AR): 16}, [nurse()] * 5 + [nurse(SV, AR)])
    assert staffing.of(group(AR)).nurses == pytest.approx(20 / 16, rel=0.1)
    assert staffing.of(group()).nurses > 10, "the others are ahead of them no more"


def test_nobody_for_a_language() -> None:
    staffing = Staffing({group(): 4, group(AR): 1}, [nurse()] * 2)
    assert (staffing.of(group(AR)).nurses, staffing.of(group(AR)).eligible) == (0, 0)
    assert Staffing({}, []).of(group()).eligible == 0


def test_an_interpreter_makes_any_nurse_do() -> None:
    staffing = Staffing({group(): 4, group(None): 1}, [nurse()] * 2)
    assert staffing.of(group(None)).eligible == 2


def test_a_nurse_of_two_regions_is_shared_by_both_lines() -> None:
    both = nurse(regions=(HERE, THERE))
    staffing = Staffing({group(): 10, group(region=THERE): 10}, [both, both])
    assert staffing.of(group()).nurses == pytest.approx(1)
    uneven = Staffing({group(): 30, group(region=THERE): 10}, [both, both])
    assert uneven.of(group()).nurses == pytest.approx(1.5)
    assert uneven.of(group()).eligible == 2


def test_a_group_in_which_nobody_was_counted_yet() -> None:
    staffing = Staffing({group(): 10}, [nurse(SV, AR)] * 2)
    assert staffing.of(group(AR)).eligible == 2
    assert staffing.of(group(AR)).nurses == pytest.approx(2)


def test_the_group_of_a_contact() -> None:
    contact = lives.waiting().contact
    assert group_of(contact) == Group(contact.region, Channel.CHAT, SV)
