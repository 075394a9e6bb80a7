"""The human door of policies: packs with their periods, all values of one with sources, two regimes side by side."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from epigrid.kernel.areas import Area
from epigrid.kernel.errors import BadInput, DomainError, NotAllowed, NotFound
from epigrid.registers.policies import formats, queries
from epigrid.registers.policies.rules import Pack, Regime, Value
from epigrid.store import clock, forms
from epigrid.store.doors import Reader, reader
from epigrid.store.shapes import Page, Section, Shape, entry, option, question, show, table, word

IN_FORCE = "in-force"
"""In a form's list of packs: whatever is in force here on the day."""


def language() -> str:
    """The reader's language, as the words of packs know it."""
    return get_language() or "zh-hans"


def officer(request: HttpRequest) -> Reader:
    """The reader, if his duties open the pages of rules; `NotAllowed` else."""
    it = reader(request)
    if not it.actor.duties & queries.OFFICERS:
        raise NotAllowed(needs=sorted(queries.OFFICERS))
    return it


def titled(pack: Pack | Regime) -> str:
    """A pack's title in the reader's language."""
    return (pack.title_zh if language().startswith("zh") else "") or pack.title


def spoken(kind: str, key: str) -> str:
    """A word of packs in the reader's language."""
    return formats.spoken(kind, key, language())


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Where and when a form stands, and what was typed: regimes are chosen by pack, or by day for this area."""

    given: Mapping[str, str]
    area: Area
    today: date

    @classmethod
    def by(cls, it: Reader, area: Area | None = None) -> "Asked":
        """What the reader of a page asks, for an area or for his own."""
        here = area or (it.actor.areas() or (it.root,))[0]
        return cls(given={name: str(value).strip() for name, value in it.GET.items()}, area=here, today=clock.local_day(here, it.now))

    def day(self, name: str) -> date | None:
        """A day that was typed, or None."""
        text = self.given.get(name, "")
        return forms.day(text, field=name) if text else None

    @property
    def disease(self) -> str:
        """The disease that was chosen."""
        return self.given.get("disease") or queries.COVID

    def regime(self, side: str) -> Regime:
        """The regime of a side. `PackUnknown`, `NoPackInForce`, `BadInput`."""
        pack = self.given.get(side) or IN_FORCE
        if pack != IN_FORCE:
            return queries.regime_of_pack(pack)
        return queries.regime(on=self.day(f"{side}_on") or self.today, area=self.area, disease=self.disease)

    def inputs(self, side: str, label: str) -> list[Shape]:
        """The fields by which a side is chosen."""
        packs = [pack for pack in _in_time(queries.library().packs.values()) if pack.kind == "pack"]
        listed = [option(IN_FORCE, _("in force here on the day")), *(option(pack.id, f"{titled(pack)} ({_period(pack)})") for pack in packs)]
        names = {choice["value"] for choice in listed}
        chosen = self.given.get(side, IN_FORCE)
        return [
            entry(side, label, "select", options=listed, value=chosen if chosen in names else IN_FORCE),
            entry(
                f"{side}_on",
                _("%(regime)s: its day (empty: today)") % {"regime": label},
                "day",
                optional=True,
                value=self.given.get(f"{side}_on", ""),
            ),
        ]

    def diseases(self) -> Shape:
        """The field by which a disease is chosen."""
        keys = sorted({pack.disease for pack in queries.library().packs.values() if pack.kind == "pack"})
        return entry("disease", _("Disease"), "select", options=[option(key, spoken("diseases", key)) for key in keys], value=self.disease)


def fault(refusal: DomainError) -> Shape:
    """Why a form could not be answered, as a note above it."""
    where = str(refusal.details.get("field", "")) if isinstance(refusal, BadInput) else ""
    known = {"a_on": _("Day of a regime"), "b_on": _("Day of a regime"), "category": _("Category")}
    named = known.get(where) or dict(day_labels()).get(where, "")
    return {"title": word("refusal", refusal.reason), "reasons": [{"text": named}] if named else []}


def day_labels() -> list[tuple[str, str]]:
    """The days that are known of a person: name of the field, label."""
    return [
        ("last", _("Last exposure")),
        ("left", _("Day of leaving")),
        ("first", _("First exposure")),
        ("arrived", _("Day of arrival here")),
    ]


def _in_time(packs: Iterable[Pack]) -> list[Pack]:
    return sorted(packs, key=lambda pack: (pack.disease, pack.valid_from, pack.id))


def _period(pack: Pack) -> str:
    return f"{pack.valid_from.isoformat()} – {pack.valid_to.isoformat() if pack.valid_to else ''}".rstrip()


@login_required
def policies(request: HttpRequest) -> HttpResponse:
    """All packs and overlays; two regimes side by side when they were asked for."""
    asked = Asked.by(officer(request))
    inputs = [*asked.inputs("a", _("Regime A")), *asked.inputs("b", _("Regime B")), asked.diseases()]
    answer: list[Section] = []
    if asked.given.keys() & {"a", "b"}:
        try:
            answer = _difference(asked.regime("a"), asked.regime("b"))
        except DomainError as refusal:
            answer = [Section(note=fault(refusal))]
    sections = [
        Section(heading=_("Compare two regimes"), question=question("/policies/", inputs, label=_("Compare"))),
        *answer,
        Section(heading=_("Packs and overlays"), table=_packs(asked)),
    ]
    lead = _("The rules are data: every number with its source, every regime with its days.")
    return show(request, Page(title=_("Policies"), lead=lead, sections=sections))


def _packs(asked: Asked) -> Shape:
    known = queries.library()
    try:
        here = queries.regime(on=asked.today, area=asked.area).packs
    except DomainError:
        here = ()
    rows = [
        (
            {"text": titled(pack), "url": f"/policies/{pack.id}/", "sub": f"{pack.id} · {pack.file}"},
            spoken("kinds", pack.kind),
            spoken("diseases", pack.disease),
            _period(pack),
            spoken("classes", pack.legal_class) if pack.legal_class else "",
            {"text": spoken("levels", pack.level) if pack.level else "", "sub": pack.area},
            _("in force here today") if pack.id in here else "",
        )
        for pack in [*_in_time(known.packs.values()), *_in_time(known.overlays)]
    ]
    columns = (_("Pack"), _("Kind"), _("Disease"), _("From – until (not including)"), _("Legal class"), _("Where"), _("Today"))
    return table(_("All packs and overlays"), columns, rows, _("No pack"))


def facts_of(found: Regime) -> list[tuple[str, object]]:
    """A regime at a glance: title with pack, overlays, legal class, whether it reaches back."""
    return [
        (_("Regime"), {"text": titled(found), "sub": " + ".join(found.packs)}),
        (_("Legal class"), spoken("classes", found.legal_class)),
        (_("Applies to running measures"), _("yes") if found.applies_to_open_measures else _("no")),
    ]


def _difference(left: Regime, right: Regime) -> list[Section]:
    groups = formats.differences(left.clauses, right.clauses)
    beside = [(label, one, other) for (label, one), (_label, other) in zip(facts_of(left), facts_of(right), strict=True)]
    head = table(_("The two regimes"), ("", _("Regime A"), _("Regime B")), beside, "")
    if not groups:
        return [Section(table=head), Section(empty={"title": _("Both regimes say the same"), "icon": "circle-check"})]
    columns = (_("Rule"), _("Regime A"), _("Regime B"))
    found = [Section(heading=_("What differs"), table=head)]
    for key, items in groups.items():
        about = formats.table_about(key, language())
        rows = [(formats.field_about(key, one.name, language()), _side(one.left, key, one.name), _side(one.right, key, one.name)) for one in items]
        found.append(Section(table=table(about, columns, rows, "")))
    return found


def _side(value: Value | None, key: str, name: str) -> Shape:
    sub = "" if value is None or value.unset else f"{spoken('confidence', value.confidence)}: {value.cited}"
    return {"text": formats.said(value, key, name, language()), "sub": value.note if value is not None and value.unset else sub}


@login_required
def policy(request: HttpRequest, pack_id: str) -> HttpResponse:
    """One pack with what it inherits, or one overlay's own values: value, confidence, source; what is unset or assumed is marked."""
    officer(request)
    known = queries.library()
    titles = {pack.id: pack for pack in (*known.packs.values(), *known.overlays)}
    if pack_id not in titles:
        raise NotFound(pack=pack_id)
    pack = titles[pack_id]
    facts: list[tuple[str, object]] = [
        (_("Kind"), spoken("kinds", pack.kind)),
        (_("Disease"), spoken("diseases", pack.disease)),
        (_("From – until (not including)"), _period(pack)),
        (_("Legal class"), spoken("classes", pack.legal_class) if pack.legal_class else ""),
        (_("Inherits"), {"text": titled(titles[pack.inherits]), "url": f"/policies/{pack.inherits}/"} if pack.inherits else ""),
        (_("Where"), f"{spoken('levels', pack.level)} {pack.area}" if pack.area else ""),
        (_("Applies to running measures"), _("yes") if pack.applies_to_open_measures else _("no")),
        (_("Pack file"), f"{pack.id} · {pack.file}"),
    ]
    sections = [Section(facts=[fact for fact in facts if fact[1]])]
    columns = (_("Rule"), _("Value"), _("Source"), _("Pack"))
    groups: dict[str, list[tuple[object, ...]]] = {}
    for row in formats.show_rows(queries.pack_clauses(pack_id), language=language()):
        if row.pack:
            groups.setdefault(row.table, []).append((row.about, _value(row), _source(row), titled(titles[row.pack])))
    sections += [Section(table=table(formats.table_about(key, language()), columns, rows, "")) for key, rows in groups.items()]
    lead = _("Every value with its source; what no source sets is unset and asked for.")
    return show(request, Page(title=titled(pack), lead=lead, sections=sections))


def _value(row: formats.ShownValue) -> Shape:
    if row.assumed:
        return {"text": row.said, "sub": _("assumption of this exercise"), "icon": "masks-theater"}
    return {"text": row.said, "sub": row.note}


def _source(row: formats.ShownValue) -> Shape:
    other = "; ".join(row.conflicts)
    text = f"{spoken('confidence', row.confidence)}: {row.source}" if row.source and not row.assumed else ""
    return {"text": text, "sub": _("another source says: %(what)s") % {"what": other} if other else ""}


urlpatterns = [
    path("policies/", policies, name="policies"),
    path("policies/<str:pack_id>/", policy, name="policy"),
]
