"""Rounds, tubes, boxes and results that the acts of the doors act on."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from epigrid.field.laboratory import actions as laboratory
from epigrid.field.laboratory import queries as read
from epigrid.field.laboratory.rules import ResultRow
from epigrid.field.sampling import actions as sampling
from epigrid.field.sampling.rules import CLASS_CODES, TALKS, Signature, row_code
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.kernel.periods import Period
from epigrid.store import sheets
from tests import cast
from tests.cast import COMMUNITY, DAY, HOUR, MONDAY
from tests.response.stories import ALL

World = cast.World


def _at(hours: float) -> str:
    return (MONDAY + timedelta(hours=hours)).isoformat()


def _round(world: World) -> UUID:
    return sampling.open_round(
        actor=cast.actor(Duty.COUNTY_EOC_OFFICER),
        area=COMMUNITY,
        reason="chain unclear",
        directive_id=world.directive_id,
        window=Period(start=MONDAY, end=MONDAY + DAY),
        now=MONDAY,
        cause=world.root_cause,
    )


def _tube(world: World, *numbers: int, close: bool = False) -> UUID:
    round_id, table = _round(world), cast.actor(Duty.REGISTRAR)
    tube = sampling.open_tube(actor=table, area=COMMUNITY, label="T1", pool_size=10, now=MONDAY, cause=world.root_cause, round_id=round_id)
    if numbers:
        ids = [world.person(number) for number in numbers]
        sampling.take_swabs(actor=table, tube_id=tube, person_ids=ids, now=MONDAY, cause=world.root_cause)
    if close:
        sampling.close_tube(actor=table, tube_id=tube, now=MONDAY, cause=world.root_cause)
    return tube


def _box(world: World) -> UUID:
    tube = _tube(world, 0, close=True)
    return sampling.send_box(
        actor=cast.actor(Duty.SAMPLER),
        area=COMMUNITY,
        label="B1",
        tube_ids=[tube],
        to_body_id=world.bodies["lab1"],
        said=1,
        now=MONDAY,
        cause=world.root_cause,
    )


def _given(world: World) -> UUID:
    box, signed = _box(world), Signature(count=1, seal="F-1")
    sampling.give_box(actor=cast.actor(Duty.SAMPLER), box_id=box, leg="vehicle", signed=signed, now=MONDAY, cause=world.root_cause)
    return box


def _measuring(world: World) -> UUID:
    round_id = _round(world)
    sampling.measure_temperature(actor=cast.actor(Duty.COMMUNITY_SECRETARY), round_id=round_id, now=MONDAY, cause=world.root_cause)
    return round_id


def _apart(world: World) -> UUID:
    it: Any = {"actor": cast.actor(Duty.SAMPLER), "now": MONDAY, "cause": world.root_cause}
    return sampling.isolate(**it, round_id=_round(world), person_id=world.person(0))


def _stall(world: World, bag: str = "") -> UUID:
    """A sampling site, with a waste bag where one is asked for."""
    it: Any = {"actor": cast.actor(Duty.REGISTRAR), "now": MONDAY, "cause": world.root_cause}
    site = sampling.open_site(**it, round_id=_round(world), name="南门", place_id=None)
    if bag:
        sampling.seal_waste(**it, site_id=site, code=bag, kilograms=None)
    return site


def _scanned(world: World) -> dict[str, Any]:
    """A row of a round's sheet and the class `away`, as a reader sends them."""
    round_id = _round(world)
    away = next(code for code, state in CLASS_CODES.items() if state == "away")
    row = row_code(round_id=round_id, building_id=world.place("b1"), person_id=world.person(0))
    return {"round_id": round_id, "scans": f"{row}\n{away}"}


def _declined(world: World, *, talked: bool = False) -> UUID:
    """A refusal, with every talk where one asks for them."""
    it: Any = {"actor": cast.actor(Duty.GRID_WORKER), "now": MONDAY, "cause": world.root_cause}
    refusal = sampling.record_decline(**it, round_id=_round(world), person_id=world.person(0), code="fear")
    for talk in TALKS if talked else ():
        sampling.note_talk(**it, refusal_id=refusal, talk=talk)
    return refusal


def _excluded(world: World) -> UUID:
    """Somebody who is left out of rounds for a day."""
    secretary = cast.actor(Duty.COMMUNITY_SECRETARY)
    return sampling.exclude(actor=secretary, person_id=world.person(0), reason="medical", until=MONDAY + cast.DAY, now=MONDAY)


def _unmatched(world: World) -> UUID:
    sheet = sheets.Sheet(headings=("sample", "date", "cq"), rows=(("T404", "2022-11-21 09:00", ""),))
    laboratory.import_results(actor=cast.actor(Duty.LABORATORY), body_id=world.bodies["lab1"], sheet=sheet, source="f.csv", now=MONDAY)
    return read.inbox(actor=cast.actor(Duty.LABORATORY))[0].id


def _specimens(world: World, *labels: str, outcome: str = "") -> list[UUID]:
    """Tubes that the first laboratory received; with an outcome each was read twice, by somebody else than whoever knocks."""
    tubes = [(cast.uid("tube", label), label, 10) for label in labels]
    laboratory.register_specimens(actor=ALL, body_id=world.bodies["lab1"], tubes=tubes, now=MONDAY - 3 * HOUR, cause=world.root_cause)
    for hours in (2, 1) if outcome else ():
        for label in labels:
            row = ResultRow(row=1, label=label, tested_at=MONDAY - hours * HOUR, stated=outcome)
            laboratory.enter_result(actor=_colleague(), body_id=world.bodies["lab1"], row=row, now=MONDAY - hours * HOUR)
    return [card.id for card in read.specimens(actor=cast.actor(Duty.LABORATORY), tube_ids=[tube for tube, _label, _people in tubes])]


def _colleague() -> Actor:
    return cast.actor(Duty.LABORATORY, who="colleague")


def _read_run(world: World) -> UUID:
    _specimens(world, "T7", outcome="invalid")
    return read.labelled(actor=_colleague(), label="T7")[0].runs[-1].id


def _asked_correction(world: World) -> UUID:
    return laboratory.ask_correction(
        actor=_colleague(), run_id=_read_run(world), orf_ct=None, n_ct=None, stated="negative", reason="wrong tube typed", now=MONDAY
    )


def _plate(world: World) -> UUID:
    _specimens(world, "T7", "T8")
    return laboratory.lay_plate(actor=_colleague(), body_id=world.bodies["lab1"], label="P1", wells=96, tubes=["-", "T7", "T8"], now=MONDAY)


def _consignment(world: World) -> UUID:
    _specimens(world, "T7", "T8")
    where = {"body_id": world.bodies["lab1"], "to_body_id": world.bodies["lab2"]}
    return laboratory.send_on(actor=_colleague(), labels=["T7", "T8"], said=2, now=MONDAY, **where)
