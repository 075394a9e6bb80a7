"""What a category of people gets under two regimes, side by side; the same for a running order under its own edition and another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from epigrid.kernel.errors import BadInput, DomainError
from epigrid.kernel.verdicts import Verdict
from epigrid.registers.policies import queries as policies
from epigrid.registers.policies.formats import ShownValue
from epigrid.registers.policies.pages import Asked, day_labels, facts_of, fault, language, officer
from epigrid.registers.policies.rules import LegalBasis, Regime
from epigrid.response.quarantine import queries
from epigrid.response.quarantine.rules import CATEGORIES, History, Plan, Stretch, judge_measure
from epigrid.store import clock
from epigrid.store.doors import reader
from epigrid.store.shapes import Page, Section, Shape, choices, entry, option, question, show, table, word

BINDING, CONTACT = "order.issue", "close-contact"
ADVISED = {"exclusion": "exclusion.advise", "self-monitoring": "monitoring.advise", "follow-up": "monitoring.advise"}
"""Way of a measure that binds nobody -> the act that gives the advice."""
Row = tuple[str, str, str]
"""Label, text, second line."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What a regime says of a person of a category: the verdict and the law that carries it, or why there is none."""

    regime: Regime
    category: str
    verdict: Verdict[Plan] | None = None
    basis: LegalBasis | None = None
    refusal: DomainError | None = None


def judged(found: Regime, *, category: str, history: History, arrived: date | None = None) -> Judged:
    """Judge a person under a regime. Refusals stand in the answer: the class is not known there, a day is missing, a number unset, the law does not carry it."""
    if category not in CATEGORIES:
        raise BadInput(field="category", why="unknown")
    try:
        policy = policies.clause_under(CATEGORIES[category], found)
        verdict = judge_measure(history=history, arrived=arrived, policy=policy)
        return Judged(regime=found, category=category, verdict=verdict, basis=_basis(found, verdict.outcome))
    except DomainError as refusal:
        return Judged(regime=found, category=category, refusal=refusal)


def _basis(found: Regime, plan: Plan) -> LegalBasis | None:
    act = BINDING if plan.binds else ADVISED.get(plan.mode, "")
    named = act in found.clauses.get("legal", {})
    return policies.basis_under(act, found) if plan.binds or named else None


def outline(one: Judged) -> list[Row]:
    """A judgement as rows: measure, whether it binds, phases with days and tests, what would change it, clause, edition, law."""
    found: list[Row] = []
    if one.refusal is not None:
        found.append((_("Measure"), _("none that could be judged"), _why(one.refusal)))
    if one.verdict is not None:
        plan = one.verdict.outcome
        found.append((_("Measure"), word("measured", one.verdict.reason), ""))
        found.append((_("Binding"), _("an order that binds") if plan.binds else _("advice: it binds nobody"), ""))
        found += [(_("Phase %(number)d") % {"number": number}, *_phase(stretch)) for number, stretch in enumerate(plan.stretches, 1)]
        if one.verdict.evidence:
            zero = one.verdict.evidence[0]
            found.append((_("Counted from"), zero.id, word("counted", zero.kind)))
        found.append((_("What would change it"), *_changes(one, one.verdict)))
    if one.basis is not None:
        found.append((_("Law"), one.basis.article_zh if language().startswith("zh") else one.basis.article, ""))
    edition = one.regime.digest[:12]
    if one.verdict is not None:
        found.append((_("Clause"), one.verdict.clause_id.replace(":", ": "), ""))
    return [*found, (_("Edition"), edition, "")]


def _why(refusal: DomainError) -> str:
    if refusal.reason == "policy.clause-missing":
        return _("This regime does not know this class of people.")
    named = {"last_exposure": _("Last exposure"), "left": _("Day of leaving"), "first_exposure": _("First exposure")}
    said = word("refusal", refusal.reason)
    missing = named.get(str(refusal.details.get("day", "")), "")
    return f"{said} ({missing})" if missing else said


def _phase(stretch: Stretch) -> tuple[str, str]:
    days = (stretch.last - stretch.first).days + 1
    text = _("%(kind)s: %(first)s to %(last)s, %(days)d days") % {
        "kind": word("phase", stretch.kind),
        "first": stretch.first.isoformat(),
        "last": stretch.last.isoformat(),
        "days": days,
    }
    tests = ", ".join(day.isoformat() for day in stretch.tests)
    return text, _("tests: %(days)s") % {"days": tests} if tests else _("no tests")


def _changes(one: Judged, verdict: Verdict[Plan]) -> tuple[str, str]:
    policy = policies.clause_under(CATEGORIES[one.category], one.regime)
    more = []
    if policy.exempt_if_immune and verdict.outcome.stretches:
        more.append(_("evidence of immunity exempts"))
    if policy.first_contact_tests:
        more.append(_("the first %(count)d tests of the contact, if not negative") % {"count": policy.first_contact_tests})
    until = _("it ends by itself: free from %(day)s") % {"day": verdict.changes_by} if verdict.changes_by else _("nothing: no day is left")
    return until, "; ".join(more)


def side_by_side(sides: Sequence[Judged], names: Sequence[str]) -> list[Section]:
    """Judgements beside each other, then the values that they rest on with their sources."""
    outlines = [{label: {"text": text, "sub": sub} for label, text, sub in outline(one)} for one in sides]
    heads = [dict(facts_of(one.regime)) for one in sides]
    labels = [*heads[0], *(label for label in _merged(outlines) if label not in heads[0])]
    rows = [(label, *({**head, **found}.get(label, "") for head, found in zip(heads, outlines, strict=True))) for label in labels]
    found = [Section(heading=_("The two verdicts"), table=table(_("Verdicts side by side"), ("", *names), rows, ""))]
    key = CATEGORIES[sides[0].category].key
    values = [{row.name: row for row in policies.rows_under(key, one.regime, language=language())} for one in sides]
    shown = [name for name in _merged(values) if any(name in one and one[name].pack for one in values)]
    cells = [
        (next(one[name].about for one in values if name in one), *(_source(one[name]) if name in one else "" for one in values)) for name in shown
    ]
    title = _("What they rest on: values with their sources")
    return [*found, Section(table=table(title, (_("Rule"), *names), cells, _("Neither regime has such a rule")))]


def _merged(sides: Sequence[Mapping[str, object]]) -> list[str]:
    """Keys of all sides in their order: what only a later side has stands after what comes before it there."""
    found: list[str] = []
    for side in sides:
        place = 0
        for key in side:
            if key in found:
                place = found.index(key) + 1
            else:
                found.insert(place, key)
                place += 1
    return found


def _source(row: ShownValue) -> Shape:
    if row.assumed:
        return {"text": row.said, "sub": _("assumption of this exercise"), "icon": "masks-theater"}
    return {"text": row.said, "sub": f"{row.confidence} · {row.source}" if row.source else row.note}


@login_required
def verdicts(request: HttpRequest) -> HttpResponse:
    """A form, and the verdicts on what was typed under both regimes."""
    asked = Asked.by(officer(request))
    sections = [Section(question=question("/verdicts/", _inputs(asked), label=_("Judge")))]
    if asked.given.get("category"):
        try:
            history, arrived = _history(asked), asked.day("arrived")
            sides = [judged(asked.regime(side), category=asked.given["category"], history=history, arrived=arrived) for side in ("a", "b")]
            sections += side_by_side(sides, (_("Regime A"), _("Regime B")))
        except DomainError as refusal:
            sections.insert(0, Section(note=fault(refusal)))
    lead = _("What the rules say of the same person under two regimes; nothing is decided here.")
    return show(request, Page(title=_("Verdicts side by side"), lead=lead, sections=sections))


def _history(asked: Asked) -> History:
    return History(
        last_exposure=asked.day("last"), first_exposure=asked.day("first"), left=asked.day("left"), immune=asked.given.get("immune") == "yes"
    )


def _inputs(asked: Asked) -> list[Shape]:
    days = [entry(name, label, "day", optional=True, value=asked.given.get(name, "")) for name, label in day_labels()]
    immune = {**option("yes", _("immunity is shown")), "on": asked.given.get("immune") == "yes"}
    return [
        entry("category", _("Category"), "select", options=choices("people", list(CATEGORIES)), value=asked.given.get("category", "")),
        *days,
        entry("immune", _("Evidence of immunity"), "ticks", options=[immune]),
        *asked.inputs("a", _("Regime A")),
        *asked.inputs("b", _("Regime B")),
        asked.diseases(),
    ]


@login_required
def order_verdicts(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """A close contact's order under its own edition and under the regime of today, or one that is chosen; for whoever sees the order."""
    it = reader(request)
    card = queries.order(actor=it.actor, order_id=order_id)
    asked = Asked.by(it, card.area)
    form = question(f"/orders/{order_id}/verdicts/", asked.inputs("b", _("Other regime")), label=_("Judge"))
    facts = [(_("Paper"), card.number), (_("Kind"), word("measure", card.kind)), (_("State"), word("state", card.state))]
    if card.last_exposure_at:
        facts.append((_("Last exposure"), clock.local_day(card.area, card.last_exposure_at).isoformat()))
    sections = [Section(facts=facts, question=form)]
    if card.kind == "treatment" or card.last_exposure_at is None:
        sections = [
            Section(facts=facts, note={"title": _("This order follows no measure of a category: it is isolation for treatment."), "tone": "info"})
        ]
    else:
        history = History(last_exposure=clock.local_day(card.area, card.last_exposure_at))
        try:
            own = policies.regime_of(card.edition) if card.edition else policies.regime(on=asked.today, area=card.area)
            sides = [judged(one, category=CONTACT, history=history) for one in (own, asked.regime("b"))]
            sections += side_by_side(sides, (_("Its own edition"), _("Other regime")))
        except DomainError as refusal:
            sections.insert(0, Section(note=fault(refusal)))
    lead = _("What the rules say of the same person under two regimes; nothing is decided here.")
    return show(request, Page(title=_("An order under two regimes"), lead=lead, sections=sections))


urlpatterns = [
    path("verdicts/", verdicts, name="verdicts"),
    path("orders/<uuid:order_id>/verdicts/", order_verdicts, name="order-verdicts"),
]
