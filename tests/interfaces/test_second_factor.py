"""At the door of a real tree a deciding duty counts only after the second factor was given at this sign-in."""

from datetime import timedelta

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client

from epigrid.interfaces import middleware
from epigrid.kernel.duties import Duty
from epigrid.registers.access import actions as access
from epigrid.registers.access.models import GlassGrant, User
from epigrid.registers.access.rules import SecondFactorMissing
from tests import cast

SECRET, PASSWORD = "JBSWY3DPEHPK3PXP", "a long pass phrase of 2022"


def sign_in(factor: bool) -> Client:
    cache.clear()
    user = User(id=cast.user_id(Duty.COUNTY_EOC_OFFICER), username="officer", tree="mini")
    user.set_password(PASSWORD)
    user.save()
    if factor:
        totp.TOTP.activate(user, SECRET)
    client = Client()
    answer = client.post("/accounts/login/", {"login": "officer", "password": PASSWORD})
    assert answer.status_code == 302
    if factor:
        code = totp.format_hotp_value(totp.hotp_value(SECRET, next(totp.yield_hotp_counters_from_time())))
        assert client.post(answer["Location"], {"code": code}).status_code == 302
    return client


@pytest.mark.parametrize("factor", [False, True])
@pytest.mark.parametrize("exercise", [False, True])
def test_a_deciding_duty_counts_in_a_real_tree_only_after_the_second_factor(
    db: None, monkeypatch: pytest.MonkeyPatch, exercise: bool, factor: bool
) -> None:
    cast.build(exercise=exercise)
    client = sign_in(factor)
    actors = []
    real = middleware.access.actor_for
    monkeypatch.setattr(middleware.access, "actor_for", lambda **named: actors.append(real(**named)) or actors[-1])
    client.get("/styleguide/")
    assert actors[-1].duties == ({Duty.COUNTY_EOC_OFFICER} if factor or exercise else set())


@pytest.mark.parametrize(("exercise", "age", "breaks"), [(False, None, False), (False, 600, False), (False, 60, True), (True, None, True)])
def test_glass_breaks_in_a_real_tree_only_with_a_fresh_second_factor(db: None, exercise: bool, age: int | None, breaks: bool) -> None:
    cast.build(exercise=exercise)
    user = User.objects.create(id=cast.user_id(Duty.GRID_WORKER), username="worker", tree="mini")
    given = {"actor": cast.actor(Duty.GRID_WORKER), "user": user, "area": cast.GRID2, "reason": "nobody answers", "now": cast.MONDAY}
    factor_at = None if age is None else cast.MONDAY - timedelta(seconds=age)
    if breaks:
        assert access.break_glass(**given, factor_at=factor_at)
    else:
        with pytest.raises(SecondFactorMissing):
            access.break_glass(**given, factor_at=factor_at)
        assert not GlassGrant.objects.get_queryset().exists()
