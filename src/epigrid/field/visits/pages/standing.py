"""The day's routine with what is missing, temperatures, and records that a second person looks at."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from epigrid.field.visits import actions, queries, rules
from epigrid.kernel.duties import Duty
from epigrid.registers.access import queries as access
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.store import clock, forms
from epigrid.store.doors import Reader
from epigrid.store.shapes import Section, Shape, ask, choices, entry, question, table, word

SHOWN = 200
LINES = 8
"""Lines of a routine's form (S-146: three patrols, two checks, one monitoring, one disinfection, one report; what they are the county writes)."""


def routine(it: Reader) -> list[Section]:
    """Everybody and every place under a routine on a day: x of y, and which items are missing; the county's form below."""
    day = forms.day(it.GET["day"], field="day") if it.GET.get("day") else clock.local_day(it.root, it.now)
    plans = queries.routines(actor=it.actor, now=it.now)
    cards = queries.watched_on(actor=it.actor, day=day)
    faces = people.faces(actor=it.actor, person_ids=[card.person_id for card in cards[:SHOWN] if card.person_id is not None])
    known = places.places(actor=it.actor, ids=[card.place_id for card in cards[:SHOWN] if card.place_id is not None])
    rows = []
    for card in cards[:SHOWN]:
        if card.person_id in faces:
            face = faces[card.person_id]
            first = {"text": face.masked_name, "sub": f"{face.home} {face.file_no}"}
        else:
            first = {"text": known[card.place_id].full_name if card.place_id in known else "", "sub": word("routine-target", card.target)}
        rows.append((first, f"{card.done}/{card.all}", " · ".join(card.missing)))
    columns = (_("Who or where"), {"label": _("Done"), "numeric": True}, _("Missing"))
    full = sum(not card.missing for card in cards)
    tiles: list[Shape] = [
        {"label": _("Under a routine"), "value": len(cards)},
        {"label": _("Complete"), "value": full, "tone": "ok" if cards and full == len(cards) else ""},
        {"label": _("Items done"), "value": f"{sum(card.done for card in cards)}/{sum(card.all for card in cards)}"},
    ]
    asked = question("/visits/", [entry("day", _("Day"), "day", value=str(day))], label=_("Show"), hidden=[("view", "routine")])
    listed = table(_("The routine of %(day)s") % {"day": day}, columns, rows, _("No routine is set here: its items are for the county to write down"))
    return [Section(tiles=tiles), Section(question=asked), Section(table=listed), _plans(plans), *_setting(it)]


def _plans(plans: Sequence[queries.RoutineCard]) -> Section:
    rows = [
        (
            word("routine-target", plan.target),
            {"text": " · ".join(one.item for one in plan.items), "sub": " · ".join(f"{one.starts:%H:%M}-{one.ends:%H:%M}" for one in plan.items)},
            plan.basis,
            plan.until,
        )
        for plan in plans
    ]
    columns = (_("For whom"), _("Items and their hours"), _("Basis"), _("Until"))
    return Section(heading=_("Routines in force"), table=table(_("Routines in force"), columns, rows, _("None: a routine ships empty and off")))


def _setting(it: Reader) -> list[Section]:
    if Duty.COUNTY_EOC_OFFICER not in it.actor.duties:
        return []
    inputs = [
        entry("target", _("For whom"), "select", options=choices("routine-target", rules.TARGETS)),
        entry("basis", _("Basis"), "long"),
        entry("until", _("Until"), "moment"),
    ]
    for number in range(1, LINES + 1):
        inputs += [
            entry("items.item", _("Item %(number)d") % {"number": number}, optional=True, longest=100),
            entry("items.starts", _("from"), optional=True, longest=5, hint=_("hour and minute, as 08:00")),
            entry("items.ends", _("to"), optional=True, longest=5),
        ]
    area = it.actor.areas({Duty.COUNTY_EOC_OFFICER})[0]
    text = _("It takes the place of the one before. Without items it is off.")
    return [Section(decisions=[ask("visits.set-routine", _("Write a routine down"), label=_("Set"), ids={"area": area}, inputs=inputs, text=text)])]


def temperatures(it: Reader) -> list[Section]:
    """What people at home told, newest first, and taking one down by file number."""
    cards = queries.readings(actor=it.actor, limit=SHOWN)
    faces = people.faces(actor=it.actor, person_ids=[card.person_id for card in cards])
    rows = [
        (
            {"text": face.masked_name, "sub": f"{face.home} {face.file_no}"},
            {"text": f"{card.celsius} °C", "sub": _("reaches the county's limit") if card.fever else ""},
            card.measured_at,
            word("channel", card.channel),
        )
        for card in cards
        if (face := faces.get(card.person_id)) is not None
    ]
    columns = (_("Person"), _("Temperature"), _("Measured"), _("How it was told"))
    listed = table(_("Temperatures that people told"), columns, rows, _("Nobody has told a temperature yet"))
    file_no = it.GET.get("file_no", "")[:40]
    asked = question("/visits/", [entry("file_no", _("File number"), longest=40, value=file_no)], label=_("Find"), hidden=[("view", "temperatures")])
    sections = [Section(question=asked)]
    if file_no:
        card = people.by_file_no(actor=it.actor, file_no=file_no)
        inputs = [
            entry("celsius", _("Degrees Celsius"), "number"),
            entry("channel", _("How it was told"), "select", options=choices("channel", ("visit", "phone")), value="phone"),
        ]
        title = _("Temperature of %(name)s") % {"name": card.masked_name}
        sections.append(Section(decisions=[ask("visits.record-reading", title, label=_("Note"), ids={"person_id": card.id}, inputs=inputs)]))
    text = _("A number decides nothing. Where the county has set a limit, somebody calls whoever reaches it.")
    return [*sections, Section(text=text, table=listed)]


def review(it: Reader) -> list[Section]:
    """Series that nobody walks so fast, and records to call back; a second person says what he found. Nothing was refused."""
    cards = queries.reviews(actor=it.actor)
    series, recalls = ([card for card in cards if card.kind == kind] for kind in ("series", "recall"))
    hands = access.titles(user_ids=[card.hand for card in cards])
    faces = people.faces(actor=it.actor, person_ids=[card.person_id for card in recalls if card.person_id is not None])
    known = places.places(actor=it.actor, ids=[card.place_id for card in recalls if card.place_id is not None])
    may = bool(it.actor.duties & set(actions.DECIDERS))
    zone = clock.zone(it.root)
    found: list[Shape] = []
    for card in series:
        hours = f"{card.first_at.astimezone(zone):%H:%M}-{card.last_at.astimezone(zone):%H:%M}" if card.first_at and card.last_at else ""
        text = _("%(doors)d doors, %(hours)s, %(day)s") % {"doors": card.doors, "hours": hours, "day": card.day}
        found.append(_decision(card, hands.get(card.hand, ""), text))
    rows = [
        (
            {"text": faces[card.person_id].masked_name, "sub": faces[card.person_id].file_no, "id": card.id}
            if card.person_id in faces
            else {"text": known[card.place_id].full_name if card.place_id in known else "", "id": card.id},
            word("deed", card.source_kind),
            card.day,
            hands.get(card.hand, ""),
        )
        for card in recalls[:SHOWN]
    ]
    columns = (_("Whom to call"), _("Record"), _("Day"), _("By"))
    text = _("More doors in ten minutes than one can walk are looked at, and one record in fifty is called back at random. Nothing is refused by it.")
    listed = table(_("Records to call back"), columns, rows, _("No record is to be called back"))
    empty = None if found else {"title": _("No series to look at"), "icon": "circle-check"}
    shown = Section(heading=_("Faster than anybody walks"), text=text, decisions=found if may else [], empty=empty)
    return [
        shown,
        Section(heading=_("Called back at random"), table=listed, decisions=[_decision(card, "", "") for card in recalls[:20]] if may else []),
    ]


def _decision(card: queries.ReviewCard, hand: str, text: str) -> Shape:
    acts: list[Shape] = [{"label": word("review", key), "name": "decision", "value": key} for key in rules.DECISIONS[card.kind]]
    title = (
        _("Records of %(hand)s") % {"hand": hand} if card.kind == "series" else _("Called back: %(what)s") % {"what": word("deed", card.source_kind)}
    )
    return ask("visits.decide-review", title, ids={"review_id": card.id}, acts=acts, text=text)
