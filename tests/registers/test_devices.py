"""Phones and helpers: who may hand out which, codes that bind once, ends, revocation, keys, deletion. All people are invented."""

import time
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.kernel.duties import DECIDING, Duty
from epigrid.kernel.errors import NotAllowed, NotFound
from epigrid.playbooks import daily
from epigrid.registers.access import actions, queries, rules
from epigrid.registers.access.models import Attempt, Device, Invitation, User
from epigrid.registers.organisation import actions as organisation
from epigrid.registers.organisation import queries as entrusted
from epigrid.registers.organisation.rules import HELPER_DUTIES, DutyNotForHelpers, HelperEnd
from epigrid.registers.workforce import actions as workforce
from epigrid.store import clock
from epigrid.store.models import Fact
from tests import cast
from tests.cast import COMMUNITY, DAY, GRID1, HOUR, MONDAY, NEIGHBOUR
from tests.store import facts

SECRETARY = cast.actor(Duty.COMMUNITY_SECRETARY)
NEXT_DOOR = cast.actor(Duty.COMMUNITY_SECRETARY, area=NEIGHBOUR, who="next door")
WORKER = cast.user_id(Duty.GRID_WORKER)
WEEK = MONDAY + 7 * DAY


def account(user_id: UUID = WORKER) -> UUID:
    """An account for somebody of the mini world."""
    User.objects.get_or_create(id=user_id, defaults={"username": str(user_id), "title": "演练网格员", "tree": "mini"})
    return user_id


def invited(until: Any = WEEK) -> actions.Card:
    return actions.invite_phone(actor=SECRETARY, user_id=account(), until=until, now=MONDAY)


def bind(code: str, origin: str = "table", wall: Any = MONDAY) -> actions.BoundPhone:
    return actions.bind_phone(code=code, label="演练手机", origin=origin, wall=wall)


def known(phone: actions.BoundPhone, secret: str = "") -> tuple[User, queries.DeviceCard]:
    return queries.device_for(token=f"{phone.device_id}.{secret or phone.secret}", origin="table", wall=MONDAY)


def admitted(count: int, **more: Any) -> list[actions.Card]:
    given = {"titles": [f"演练助手{number}" for number in range(count)], "duty": Duty.SAMPLER, "area": COMMUNITY, "until": WEEK, **more}
    return actions.admit_helpers(actor=SECRETARY, helpers=actions.NewHelpers(**given), now=MONDAY)


def test_a_hundred_helpers_are_admitted_in_one_act_and_each_card_binds_one_phone_once(world: cast.World) -> None:
    began = time.monotonic()
    cards = admitted(100)
    assert time.monotonic() - began < 10
    assert [card.title for card in cards] == [f"演练助手{number}" for number in range(100)]
    assert len({card.code for card in cards}) == len({card.user_id for card in cards}) == 100
    phones = [bind(card.code) for card in cards]
    assert [phone.device_id for phone in phones] == [card.device_id for card in cards]
    for card in cards[:5]:
        with pytest.raises(rules.InvitationUnknown):
            bind(card.code, origin="elsewhere")
    user, device = known(phones[7])
    assert (user.id, user.has_usable_password(), device.state, device.people_limit) == (cards[7].user_id, False, "bound", 1000)
    assert queries.actor_of_phone(user=user, now=MONDAY).duties == {Duty.SAMPLER}
    assert queries.actor_of_phone(user=user, now=WEEK).duties == set()
    assert Fact.objects.filter(kind="access.phone-bound", caused_by__isnull=False).count() == 100


@pytest.mark.parametrize("duty", [duty for duty in Duty if duty not in HELPER_DUTIES and duty is not Duty.PROCEDURE])
def test_a_secretary_entrusts_helpers_with_work_in_the_field_and_with_nothing_else(world: cast.World, duty: Duty) -> None:
    before = User.objects.count()
    with pytest.raises(DutyNotForHelpers):
        admitted(1, duty=duty)
    assert not set(HELPER_DUTIES) & DECIDING
    assert (User.objects.count(), Invitation.objects.get_queryset().count()) == (before, 0)


def test_a_helper_has_an_end_within_thirty_days_and_works_in_the_secretarys_own_area(world: cast.World) -> None:
    for until in (MONDAY, MONDAY + 31 * DAY):
        with pytest.raises(HelperEnd):
            admitted(1, until=until)
    for area, refused in ((NEIGHBOUR, NotAllowed), (cast.SUBDISTRICT, NotAllowed), (COMMUNITY.child("nowhere"), NotFound)):
        with pytest.raises(refused):
            admitted(1, area=area)
    for count in (0, 201):
        with pytest.raises(rules.HelpersUncounted):
            admitted(count)
    cards = admitted(1, area=GRID1, duty=Duty.GRID_WORKER)
    held = entrusted.appointments(holder_id=cards[0].user_id, now=MONDAY)
    assert [(grant.duty, grant.area) for grant in held] == [(Duty.GRID_WORKER, GRID1)]
    assert entrusted.offices(actor=SECRETARY, holder_ids=[cards[0].user_id])[cards[0].user_id][0] == "演练社区"


@pytest.mark.parametrize("duty", [Duty.GRID_WORKER, Duty.REGISTRAR, Duty.GATE_GUARD, Duty.AUDITOR, Duty.COUNTY_EOC_OFFICER])
def test_nobody_but_a_secretary_a_subdistrict_office_and_the_administrator_hands_out_phones(world: cast.World, duty: Duty) -> None:
    other = cast.actor(duty)
    with pytest.raises(NotFound):
        actions.invite_phone(actor=other, user_id=account(), until=WEEK, now=MONDAY)
    with pytest.raises(NotAllowed):
        helpers = actions.NewHelpers(titles=["演练"], duty=Duty.SAMPLER, area=COMMUNITY, until=WEEK)
        actions.admit_helpers(actor=other, helpers=helpers, now=MONDAY)
    with pytest.raises(NotAllowed):
        organisation.appoint_helpers(actor=other, holder_ids=[WORKER], duty=Duty.SAMPLER, area=COMMUNITY, until=WEEK, now=MONDAY)


def test_a_phone_is_made_for_oneself_or_for_somebody_with_duties_of_helpers_in_ones_own_area_only(world: cast.World) -> None:
    own = account(cast.user_id(Duty.COMMUNITY_SECRETARY))
    assert actions.invite_phone(actor=SECRETARY, user_id=own, until=WEEK, now=MONDAY).user_id == own
    for duty, refused in ((Duty.COUNTY_EOC_OFFICER, NotFound), (Duty.CDC_DUTY_OFFICER, NotFound), (Duty.SUBDISTRICT_OFFICE, NotFound)):
        with pytest.raises(refused):
            actions.invite_phone(actor=SECRETARY, user_id=account(cast.user_id(duty)), until=WEEK, now=MONDAY)
    with pytest.raises(rules.PhoneNotFor):
        other = cast.actor(Duty.COMMUNITY_SECRETARY, who="second")
        actions.invite_phone(actor=other, user_id=own, until=WEEK, now=MONDAY)
    administrator = cast.actor(Duty.ADMINISTRATOR)
    organisation.appoint(actor=administrator, holder_id=account(), duty=Duty.CDC_INVESTIGATOR, area=COMMUNITY, body_id=None, now=MONDAY)
    with pytest.raises(rules.PhoneNotFor):
        invited()
    for until in (MONDAY, MONDAY + 367 * DAY):
        with pytest.raises(rules.PhoneEnd):
            actions.invite_phone(actor=SECRETARY, user_id=own, until=until, now=MONDAY)


def test_a_used_a_withdrawn_an_old_and_an_unknown_code_get_the_same_answer(world: cast.World) -> None:
    used, withdrawn, old = invited(), invited(), invited()
    bind(used.code)
    actions.revoke_phones(actor=SECRETARY, device_ids=[withdrawn.device_id], now=MONDAY)
    clock.move_to(cast.TREE, MONDAY + rules.INVITATION_GOOD)
    answers = []
    for code in (used.code, withdrawn.code, old.code, rules.new_invitation(), "", "x" * 60):
        with pytest.raises(rules.InvitationUnknown) as refused:
            bind(code)
        answers.append((type(refused.value), refused.value.reason, dict(refused.value.details)))
    assert answers == [(rules.InvitationUnknown, "device.invitation-unknown", {})] * 6
    assert [row.id for row in Device.objects.get_queryset()] == [used.device_id]


def test_a_code_is_read_as_a_hand_types_it_from_the_card(world: cast.World) -> None:
    card = invited()
    assert len(card.code) == 26
    assert bind(f" {rules.grouped(card.code).lower().replace('0', 'o')} ").device_id == card.device_id


def test_of_two_phones_that_use_one_card_at_the_same_moment_one_is_bound(transactional_db: None) -> None:
    cast.build()
    card = invited()
    answers = facts.together(*[lambda: bind(card.code)] * 4)
    refused = facts.failures(answers)
    assert [type(one) for one in refused] == [rules.InvitationUnknown] * 3
    assert Device.objects.get_queryset().count() == 1


def test_a_card_that_is_revoked_at_the_moment_of_its_use_leaves_no_phone_that_is_taken(transactional_db: None) -> None:
    cast.build()
    for _ in range(5):
        card = invited()
        revoke = partial(actions.revoke_phones, actor=SECRETARY, device_ids=[card.device_id], now=MONDAY)
        refused = facts.failures(facts.together(partial(bind, card.code), revoke))
        assert {type(one) for one in refused} <= {rules.InvitationUnknown}
    assert {card.state for card in queries.devices(actor=SECRETARY, now=MONDAY)} <= {"revoked", "withdrawn"}


def test_codes_and_secrets_are_kept_as_keyed_digests_only(world: cast.World) -> None:
    card = invited()
    phone = bind(card.code)
    kept = str([list(model._base_manager.values_list()) for model in (Invitation, Device)]) + str(list(Fact.objects.values_list("payload")))
    assert card.code not in kept and phone.secret not in kept
    assert len(phone.secret) == 43


def test_a_revoked_phone_is_refused_at_once_and_an_ended_one_at_its_end(world: cast.World) -> None:
    revoked, ended = bind(invited().code), bind(invited(until=MONDAY + DAY).code)
    actions.revoke_phones(actor=SECRETARY, device_ids=[revoked.device_id, revoked.device_id], now=MONDAY)
    told = Fact.objects.filter(kind="access.phone-revoked").count()
    actions.revoke_phones(actor=SECRETARY, device_ids=[revoked.device_id], now=MONDAY)
    assert (told, Fact.objects.filter(kind="access.phone-revoked").count()) == (1, 1)
    with pytest.raises(rules.DeviceRevoked):
        known(revoked)
    assert known(ended)[1].state == "bound"
    clock.move_to(cast.TREE, MONDAY + DAY)
    with pytest.raises(rules.DeviceEnded):
        known(ended)
    with pytest.raises(rules.DeviceRevoked):
        known(revoked)


def test_a_phone_of_a_closed_account_counts_as_revoked(world: cast.World) -> None:
    phone = bind(invited().code)
    User.objects.filter(id=WORKER).update(is_active=False)
    with pytest.raises(rules.DeviceRevoked):
        known(phone)


def test_wrong_secrets_are_limited_by_origin_and_a_good_one_is_heard_all_the_same(world: cast.World) -> None:
    phone, other = bind(invited().code), bind(invited().code)
    for token in ("", ".", "nothing", f"{cast.uid('nothing')}.{phone.secret}", f"{phone.device_id}.{other.secret}"):
        with pytest.raises(rules.DeviceUnknown):
            queries.device_for(token=token, origin="table", wall=MONDAY)
    for _ in range(rules.PHONE_TRIES - 5):
        with pytest.raises(rules.DeviceUnknown):
            known(phone, "wrong")
    with pytest.raises(rules.TooManyPhones) as limited:
        known(phone, "wrong")
    assert limited.value.details["again_in_seconds"] == rules.WINDOW.total_seconds()
    with pytest.raises(rules.TooManyPhones):
        bind(rules.new_invitation())
    assert known(phone)[1].id == phone.device_id
    assert bind(invited().code).secret
    with pytest.raises(rules.InvitationUnknown):
        bind(rules.new_invitation(), origin="another")
    with pytest.raises(rules.DeviceUnknown):
        queries.device_for(token="x.y", origin="table", wall=MONDAY + rules.WINDOW)
    assert Attempt.objects.count() == 1, "what counts no longer is not kept"


def test_unknown_phones_keep_no_resident_from_his_page(world: cast.World) -> None:
    code = actions.make_slip_code(actor=cast.actor(Duty.GRID_WORKER), person_id=world.person(0), until=WEEK, now=MONDAY)
    Attempt.objects.bulk_create([Attempt(key=f"{queries.PHONE}home", at=MONDAY)] * rules.TRIES_PER_TREE)
    assert queries.resident_by_code(code=code, origin="home", now=MONDAY)[0].person_id == world.person(0)


def test_a_phone_never_decides_also_in_an_exercise_and_no_broken_glass_counts_on_it(world: cast.World) -> None:
    user = User.objects.get(id=account())
    for duty in (Duty.COUNTY_EOC_OFFICER, Duty.AUDITOR, Duty.ADMINISTRATOR):
        organisation.appoint(actor=cast.actor(Duty.ADMINISTRATOR), holder_id=user.id, duty=duty, area=COMMUNITY, body_id=None, now=MONDAY)
    at_desk = queries.actor_for(user=user, now=MONDAY)
    actions.break_glass(actor=at_desk, user=user, area=cast.GRID2, reason="演练", now=MONDAY)
    assert queries.actor_for(user=user, now=MONDAY).duties == {
        Duty.GRID_WORKER, Duty.COUNTY_EOC_OFFICER, Duty.AUDITOR, Duty.ADMINISTRATOR, Duty.GLASS
    }  # fmt: skip
    assert queries.actor_of_phone(user=user, now=MONDAY).duties == {Duty.GRID_WORKER}


def test_a_neighbours_secretary_neither_sees_nor_revokes_a_phone_nor_signs_for_it(world: cast.World) -> None:
    phone, waiting = bind(invited().code), invited()
    assert {card.id for card in queries.devices(actor=SECRETARY, now=MONDAY)} == {phone.device_id, waiting.device_id}
    assert {card.id for card in queries.devices(actor=cast.actor(Duty.SUBDISTRICT_OFFICE), now=MONDAY)} == {phone.device_id, waiting.device_id}
    assert queries.devices(actor=NEXT_DOOR, now=MONDAY) == queries.devices(actor=cast.actor(Duty.GRID_WORKER), now=MONDAY) == []
    assert queries.invited(actor=NEXT_DOOR, codes=[waiting.code], now=MONDAY) == []
    for one in (phone.device_id, waiting.device_id):
        with pytest.raises(NotFound):
            actions.revoke_phones(actor=NEXT_DOOR, device_ids=[one], now=MONDAY)
    with pytest.raises(Device.DoesNotExist):
        actions.raise_limit(actor=NEXT_DOOR, device_id=phone.device_id, people_limit=5000, now=MONDAY, cause=world.root_cause)
    assert known(phone)[1].people_limit == 1000
    assert bind(waiting.code).device_id == waiting.device_id


def test_of_several_phones_to_revoke_one_that_is_not_there_leaves_all_as_they_are(world: cast.World) -> None:
    phone = bind(invited().code)
    with pytest.raises(NotFound):
        actions.revoke_phones(actor=SECRETARY, device_ids=[phone.device_id, cast.uid("nothing")], now=MONDAY)
    with pytest.raises(NotAllowed):
        actions.revoke_phones(actor=cast.actor(Duty.AUDITOR), device_ids=[phone.device_id], now=MONDAY)
    assert known(phone)[1].state == "bound"


def test_a_secretary_signs_for_up_to_five_thousand_people_on_one_phone(world: cast.World) -> None:
    phone = bind(invited().code)
    it: Any = {"actor": SECRETARY, "device_id": phone.device_id, "now": MONDAY, "cause": world.root_cause}
    for limit in (1, 1000, 5001):
        with pytest.raises(rules.LimitOutside):
            actions.raise_limit(**it, people_limit=limit)
    actions.raise_limit(**it, people_limit=5000)
    actions.raise_limit(**it, people_limit=5000)
    assert known(phone)[1].people_limit == 5000
    assert Fact.objects.filter(kind="access.phone-limit-raised").count() == 1


def test_the_servers_half_of_the_key_is_one_for_each_phone_and_lasts_a_shift_and_a_night(world: cast.World) -> None:
    phone, other = bind(invited().code), bind(invited().code)
    user, device = known(phone)
    actor = queries.actor_of_phone(user=user, now=MONDAY)
    first = queries.release(actor=actor, device=device, now=MONDAY)
    assert (len(first.key), first.until) == (32, MONDAY + 24 * HOUR), "nobody is on shift: twelve hours of work and a night"
    again = queries.release(actor=actor, device=known(phone)[1], now=MONDAY + HOUR)
    assert (again.key, again.until) == (first.key, MONDAY + 25 * HOUR)
    assert queries.release(actor=actor, device=known(other)[1], now=MONDAY).key != first.key
    keys = {queries.lookup_key(device_id=one.device_id) for one in (phone, other)} | {first.key}
    assert len(keys) == 3 and all(len(key) == 32 for key in keys)
    worker = workforce.enter_worker(actor=SECRETARY, area=GRID1, kind="grid-worker", title="演练网格员", user_id=user.id)
    workforce.start_shift(actor=SECRETARY, worker_id=worker, now=MONDAY)
    on_shift = queries.release(actor=actor, device=device, now=MONDAY + 5 * HOUR)
    assert on_shift.until == MONDAY + 24 * HOUR, "the shift began at eight"


moments = st.integers(-200, 200).map(lambda hours: MONDAY + timedelta(hours=hours))


@given(started=st.none() | moments, now=moments, spell=st.none() | st.integers(1, 24), end=moments)
def test_a_release_ends_with_the_phone_lasts_a_night_and_no_longer_than_a_spell_and_a_night_from_now(
    started: Any, now: Any, spell: int | None, end: Any
) -> None:
    begun = None if started is None else min(started, now)
    until = rules.release_until(started_at=begun, now=now, spell_hours=spell, end=end)
    longest = timedelta(hours=rules.SPELL_HOURS if spell is None else spell) + rules.RELEASE_AFTER
    assert until <= end
    assert until == end or now + rules.RELEASE_AFTER <= until <= now + longest
    assert begun is None or until == end or until == max(begun + longest, now + rules.RELEASE_AFTER)


def test_a_contact_measures_the_skew_and_is_written_once_a_minute(world: cast.World, django_assert_num_queries: Any) -> None:
    phone = bind(invited().code)

    def spoke(minutes: float, seconds: int | None = None, **more: Any) -> timedelta:
        now = MONDAY + timedelta(minutes=minutes)
        sent_at = None if seconds is None else now - timedelta(seconds=seconds)
        return actions.note_contact(device_id=phone.device_id, now=now, sent_at=sent_at, **more)

    assert spoke(0.1, -90) == timedelta(seconds=-90)
    with django_assert_num_queries(1):
        assert spoke(0.5) == timedelta(seconds=-90)
    assert known(phone)[1].last_seen_at == MONDAY + timedelta(minutes=0.1)
    assert (known(phone)[1].last_contact_at, known(phone)[1].skew_seconds) == (MONDAY, -90)
    spoke(2, -90, empty=True, version="1.2")
    device = known(phone)[1]
    assert device.last_seen_at == device.last_contact_at == MONDAY + timedelta(minutes=2)
    assert device.app_version == "1.2"
    spoke(9)
    assert known(phone)[1].last_contact_at == MONDAY + timedelta(minutes=2), "something waits on the phone: it may be older than this contact"


def test_the_night_deletes_used_and_old_codes_and_phones_a_month_after_their_end(world: cast.World) -> None:
    short, long = bind(invited(until=MONDAY + DAY).code), bind(invited(until=MONDAY + 60 * DAY).code)
    actions.revoke_phones(actor=SECRETARY, device_ids=[long.device_id], now=MONDAY)
    waiting, old = invited(), actions.invite_phone(actor=SECRETARY, user_id=WORKER, until=WEEK, now=MONDAY - 3 * DAY)

    def left(moment: Any) -> tuple[set[UUID], set[UUID]]:
        clock.move_to(cast.TREE, moment)
        daily.tick(cast.TREE, moment)
        return set(Device.objects.get_queryset().values_list("id", flat=True)), set(Invitation.objects.get_queryset().values_list("id", flat=True))

    assert old.device_id in set(Invitation.objects.get_queryset().values_list("id", flat=True))
    assert left(MONDAY) == ({short.device_id, long.device_id}, {waiting.device_id})
    assert left(MONDAY + 3 * DAY) == ({short.device_id, long.device_id}, set())
    assert left(MONDAY + 32 * DAY) == ({long.device_id}, set())
    with pytest.raises(rules.DeviceRevoked):
        known(long)
    assert left(MONDAY + 91 * DAY) == (set(), set())
