"""Chains between cases as graph, Gantt chart and table: hypotheses for CDC duty, drawn from the table that stands beside them."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from epigrid.kernel.actors import Actor
from epigrid.kernel.verdicts import Source
from epigrid.registers.people import queries as people
from epigrid.response.quarantine import queries as measures
from epigrid.response.tracing import queries as traced
from epigrid.store import clock
from epigrid.store.shapes import Section, Shape, table, word

SHOWN = 200
"""So many cases are shown, the latest; a sentence says how many there are."""
APART = frozenset({"site", "home", "treatment"})
"""Orders that keep somebody apart."""


def sections(actor: Actor) -> list[Section]:
    """The page's parts: what it is and is not, the charts, the links, and who met without a link."""
    found = traced.chains(actor=actor)
    cases = found.cases[-SHOWN:]
    drawn = {case.id: number for number, case in enumerate(cases)}
    links = [link for link in found.links if link.source in drawn and link.target in drawn]
    shown = _Shown(actor, cases, found, links)
    parts = [Section(note=_note(found)), Section(chart=shown.chart(drawn)), Section(table=shown.links())]
    apart = [row for row in found.apart if row[0] in drawn and row[1] in drawn]
    if apart:
        parts.append(Section(table=shown.apart(apart)))
    if len(found.cases) > SHOWN:
        text = _("%(shown)d of %(all)d cases are shown, the latest.") % {"shown": SHOWN, "all": len(found.cases)}
        parts.insert(1, Section(text=text))
    return parts


def _note(found: traced.Chains) -> Shape:
    serial = found.serial
    reasons = [
        {"text": _("Look at every candidate, not at the first alone: where the sources became known, the first was often another one.")},
        {"text": _("A source may be somebody whom nobody has found; a case without a link is no finding either.")},
    ]
    if serial is None:
        reasons.append({"text": _("No serial interval is set by the policies: links carry no plausibility; the longest meeting stands first.")})
    else:
        text = _("Serial interval: mean %(mean)s days, standard deviation %(sd)s, from %(low)s to %(high)s.") % {
            "mean": serial.mean_days,
            "sd": serial.sd_days,
            "low": serial.lowest_days,
            "high": serial.highest_days,
        }
        reasons.append({"text": text, "where": _source(serial.sources)})
    return {
        "title": _("A hypothesis, not a finding"),
        "text": _("Nobody is bound by it and nothing follows from it: it orders the questions of an investigation. CDC duty only."),
        "tone": "mark",
        "icon": "info-circle",
        "reasons": reasons,
    }


def _source(sources: Mapping[str, Source]) -> str:
    if any(source.confidence == "assumption" for source in sources.values()):
        return _("assumption of this exercise")
    return "; ".join(sorted({source.text for source in sources.values()}))


class _Shown:
    """Cases and links in the reader's words."""

    def __init__(self, actor: Actor, cases: Sequence[traced.ChainCase], found: traced.Chains, links: Sequence[traced.ChainLink]) -> None:
        self.cases, self.found, self.listed = cases, found, links
        self.by_id = {case.id: case for case in cases}
        ids = [case.person_id for case in cases]
        self.faces = people.faces(actor=actor, person_ids=ids)
        self.isolated: dict[UUID, datetime] = {}
        for card in measures.orders(actor=actor, person_ids=ids) if ids else ():
            if card.starts_at is not None and card.kind in APART:
                self.isolated[card.person_id] = min(self.isolated.get(card.person_id, card.starts_at), card.starts_at)
        self.zone: ZoneInfo | None = clock.zone(next(iter(self.faces.values())).area) if self.faces else None

    def face(self, case_id: UUID) -> Shape:
        """Masked name and file number; whom the reader does not see has neither."""
        face = self.faces.get(self.by_id[case_id].person_id)
        return {"text": face.masked_name, "sub": face.file_no} if face else {"text": _("another area")}

    def links(self) -> Shape:
        """The links as a table: what the charts show, for everybody who does not see them."""
        columns: list[object] = [
            _("Case"),
            _("Candidate source"),
            _("Standing"),
            _number(_("Days between")),
            _number(_("Minutes together")),
            _("How they met"),
        ]
        weighed = self.found.serial is not None
        if weighed:
            columns += [_number(_("Interval plausible")), _number(_("Share among known sources"))]
        rows = [
            (
                self.face(link.target),
                self.face(link.source),
                {"chip": "chain.best" if link.best else "chain.other"},
                f"{link.days:.1f}",
                _minutes(link),
                _met(link),
                *((_percent(link.plausibility), _percent(link.share)) if weighed else ()),
            )
            for link in self.listed
        ]
        return table(_("Candidate links between cases"), columns, rows, _("No two cases are known to have met"))

    def apart(self, rows: Sequence[tuple[UUID, UUID, str]]) -> Shape:
        """Pairs that met and are no link, with the reason."""
        cells = [(self.face(target), self.face(source), word("chain", why)) for source, target, why in rows[:SHOWN]]
        return table(_("Met, but no link"), (_("Case"), _("Earlier case"), _("Why")), cells, "")

    def chart(self, drawn: Mapping[UUID, int]) -> Shape | None:
        """Both views with their data; none without a case."""
        if not self.cases:
            return None
        generations = range(max(case.generation for case in self.cases) + 1)
        data = {
            "generations": [_("Generation %(number)d") % {"number": number + 1} for number in generations],
            "cases": [self._case(case) for case in self.cases],
            "links": [self._link(link, drawn) for link in self.listed],
        }
        both = [("best", _("first candidate source")), ("other", _("another candidate source"))]
        times = [("window", _("infectious window")), ("after", _("apart from others")), ("isolated", _("beginning of quarantine or isolation"))]
        return {
            "id": "chains",
            "data": json.dumps(data, ensure_ascii=False),
            "views": [
                {"kind": "graph", "title": _("Who may have infected whom"), "legend": [("case", _("case")), *both]},
                {"kind": "gantt", "title": _("The same in time"), "legend": [*times, ("sampled", _("first positive sampling")), *both]},
            ],
        }

    def _case(self, case: traced.ChainCase) -> Shape:
        face, isolated = self.face(case.id), self.isolated.get(case.person_id)
        start, until = case.infectious
        tip = [
            (_("Class"), word("case", case.state)),
            (_("First positive sampling"), self._said(case.sampled_at)),
            (_("Infectious window"), f"{self._said(start)} – {self._said(until)}"),
            (_("Quarantine or isolation"), self._said(isolated) if isolated else _("no order")),
        ]
        tip += [
            (_("Candidate source"), f"{self.face(link.source)['text']} · {_met(link)} · {_('%(days)s days') % {'days': f'{link.days:.1f}'}}")
            for link in self.listed
            if link.target == case.id
        ]
        return {
            "name": face["text"],
            "file": face.get("sub", ""),
            "generation": case.generation,
            "from": self._wall(start),
            "until": self._wall(until),
            "sampled": self._wall(case.sampled_at),
            "isolated": self._wall(isolated) if isolated else None,
            "tip": tip,
        }

    def _link(self, link: traced.ChainLink, drawn: Mapping[UUID, int]) -> Shape:
        tip = [
            (_("How they met"), _met(link)),
            (_("Minutes together"), _minutes(link) or _("not measured")),
            (_("Last met"), self._said(link.met_at) if link.met_at else _("unknown")),
            (_("Days between"), f"{link.days:.1f}"),
        ]
        if link.plausibility is not None:
            tip += [(_("Interval plausible"), _percent(link.plausibility)), (_("Share among known sources"), _percent(link.share))]
            tip += [(_("Checked"), word("chain", link.checked))]
        at = self._wall(link.met_at) if link.met_at else None
        return {"source": drawn[link.source], "target": drawn[link.target], "best": link.best, "at": at, "tip": tip}

    def _wall(self, moment: datetime) -> str:
        return moment.astimezone(self.zone).strftime("%Y-%m-%dT%H:%M:%S")

    def _said(self, moment: datetime) -> str:
        return moment.astimezone(self.zone).strftime("%m-%d %H:%M")


def _number(label: str) -> Shape:
    return {"label": label, "numeric": True}


def _met(link: traced.ChainLink) -> str:
    return " · ".join(word("source", source) for source in link.sources)


def _minutes(link: traced.ChainLink) -> str:
    return "" if link.seconds is None else str(round(link.seconds / 60))


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"
