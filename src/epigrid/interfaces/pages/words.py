"""How classes and duties are shown: one label, one icon and one tone for each, the same on every page.

Tones: `ok` nothing binds or all is well, `wait` something is awaited, `stop` it binds or is late, `info` in work, `mark` an
assumption or an exercise, `quiet` no weight. Colour is never the only sign: label and icon say it too.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Text = str | Promise


@dataclass(frozen=True)
class Chip:
    """How one class is shown."""

    label: Text
    icon: str
    tone: str


CHIPS: Mapping[str, Chip] = {
    "status.clear": Chip(pgettext_lazy("status", "Clear"), "circle-check", "ok"),
    "status.hold": Chip(pgettext_lazy("status", "Hold: wait for the retest"), "clock-pause", "wait"),
    "status.stay": Chip(pgettext_lazy("status", "Stay"), "home-check", "stop"),
    "gate.pass": Chip(_("Pass"), "circle-check", "ok"),
    "gate.call": Chip(_("Call the desk"), "phone", "wait"),
    "gate.medical": Chip(_("Medical: let through"), "ambulance", "info"),
    "rollcall.sampled": Chip(pgettext_lazy("roll-call", "Sampled"), "test-pipe", "ok"),
    "rollcall.sampled-own-plan": Chip(pgettext_lazy("roll-call", "Sampled under own plan"), "clipboard-check", "ok"),
    "rollcall.sampled-elsewhere": Chip(pgettext_lazy("roll-call", "Sampled elsewhere"), "map-pin", "ok"),
    "rollcall.exempt": Chip(pgettext_lazy("roll-call", "Exempt"), "shield-check", "quiet"),
    "rollcall.away": Chip(pgettext_lazy("roll-call", "Away"), "door-exit", "quiet"),
    "rollcall.declined": Chip(pgettext_lazy("roll-call", "Declined"), "hand-stop", "wait"),
    "rollcall.unreachable": Chip(pgettext_lazy("roll-call", "Unreachable"), "phone-off", "wait"),
    "rollcall.open": Chip(pgettext_lazy("roll-call", "Open"), "circle-dashed", "stop"),
    "result.negative": Chip(pgettext_lazy("result", "Negative"), "circle-minus", "ok"),
    "result.positive": Chip(pgettext_lazy("result", "Positive"), "virus", "stop"),
    "result.grey-zone": Chip(pgettext_lazy("result", "Grey zone"), "contrast-2", "wait"),
    "result.single-target": Chip(pgettext_lazy("result", "Single target"), "question-mark", "wait"),
    "result.invalid": Chip(pgettext_lazy("result", "Invalid"), "circle-x", "quiet"),
    "result.pending": Chip(pgettext_lazy("result", "Awaited"), "hourglass", "info"),
    "class.preliminary-positive": Chip(_("Preliminary positive"), "virus", "stop"),
    "class.confirmed-case": Chip(_("Confirmed case"), "virus", "stop"),
    "class.asymptomatic-infection": Chip(_("Asymptomatic infection"), "virus", "stop"),
    "class.excluded": Chip(_("Excluded"), "virus-off", "ok"),
    "class.close-contact": Chip(_("Close contact"), "users", "wait"),
    "class.exposed": Chip(_("Exposed at an affected place"), "map-pin", "wait"),
    "class.candidate": Chip(_("Candidate to judge"), "user-question", "info"),
    "class.rejected": Chip(_("Judged: no contact"), "user-check", "ok"),
    "chain.best": Chip(pgettext_lazy("chain", "First candidate"), "link", "info"),
    "chain.other": Chip(pgettext_lazy("chain", "Alternative"), "circle-dashed", "quiet"),
    "zone.provisional": Chip(_("Provisional area"), "hourglass", "wait"),
    "zone.lockdown": Chip(_("Lockdown area"), "alert-triangle", "stop"),
    "zone.control": Chip(_("Control area"), "alert-circle", "wait"),
    "zone.precautionary": Chip(_("Precautionary area"), "shield-check", "info"),
    "zone.core": Chip(_("Core area"), "alert-circle", "wait"),
    "zone.alert": Chip(_("Alert area"), "shield-check", "info"),
    "zone.high-risk": Chip(_("High-risk area"), "alert-triangle", "stop"),
    "zone.medium-risk": Chip(_("Medium-risk area"), "alert-circle", "wait"),
    "zone.low-risk": Chip(_("Low-risk area"), "shield-check", "info"),
    "zone.lifted": Chip(pgettext_lazy("zone", "Lifted"), "circle-check", "ok"),
    "measure.proposed": Chip(pgettext_lazy("measure", "Proposed"), "edit", "info"),
    "measure.decided": Chip(pgettext_lazy("measure", "Decided"), "gavel", "info"),
    "measure.served": Chip(pgettext_lazy("measure", "Served"), "file-certificate", "wait"),
    "measure.in-force": Chip(pgettext_lazy("measure", "In force"), "shield-lock", "wait"),
    "measure.appealed": Chip(pgettext_lazy("measure", "Under appeal"), "scale", "mark"),
    "measure.ended": Chip(pgettext_lazy("measure", "Ended"), "circle-check", "ok"),
    "measure.lapsed": Chip(pgettext_lazy("measure", "Lapsed without a decision"), "file-off", "quiet"),
    "measure.refused": Chip(pgettext_lazy("measure", "Refused"), "circle-x", "quiet"),
    "phone.invited": Chip(pgettext_lazy("phone", "Card not used yet"), "hourglass", "info"),
    "phone.over": Chip(pgettext_lazy("phone", "Card over"), "file-off", "quiet"),
    "phone.withdrawn": Chip(pgettext_lazy("phone", "Card withdrawn"), "ban", "stop"),
    "phone.bound": Chip(pgettext_lazy("phone", "Phone in use"), "circle-check", "ok"),
    "phone.revoked": Chip(pgettext_lazy("phone", "Phone revoked"), "ban", "stop"),
    "phone.ended": Chip(pgettext_lazy("phone", "Phone ended"), "circle-minus", "quiet"),
    "task.open": Chip(pgettext_lazy("task", "To do"), "circle-dashed", "info"),
    "task.accepted": Chip(pgettext_lazy("task", "Accepted"), "user-check", "info"),
    "task.overdue": Chip(pgettext_lazy("task", "Overdue"), "clock-exclamation", "stop"),
    "task.done": Chip(pgettext_lazy("task", "Done"), "circle-check", "ok"),
    "task.closed": Chip(pgettext_lazy("task", "Closed: reason ended"), "circle-minus", "quiet"),
}

DUTIES: Mapping[str, Text] = {
    "grid-worker": _("Grid worker"),
    "registrar": _("Registrar"),
    "sampler": _("Sampler"),
    "courier": _("Courier"),
    "laboratory": _("Laboratory"),
    "cdc-duty-officer": _("CDC duty officer"),
    "cdc-investigator": _("CDC investigator"),
    "case-registrar": _("Case registrar"),
    "county-eoc-officer": _("County EOC officer"),
    "city-eoc-office": _("City EOC office"),
    "code-desk": _("County code desk"),
    "zone-lead": _("Zone lead"),
    "gate-guard": _("Gate guard"),
    "expert-group": _("Expert group"),
    "site-manager": _("Site manager"),
    "hospital": _("Hospital"),
    "community-secretary": _("Community secretary"),
    "appeals-reviewer": _("Appeals reviewer"),
    "auditor": _("Auditor"),
    "testing-force": _("Testing force"),
    "subdistrict-office": _("Subdistrict office"),
    "phone-operator": _("Phone operator"),
    "transfer-team": _("Transfer team"),
    "place-registrar": _("Place registrar"),
    "administrator": _("Administrator"),
    "procedure": _("Procedure"),
    "glass": _("Break-glass reader"),
}


def chip(kind: str, value: str = "") -> Chip:
    """How `kind.value` is shown. A class nobody has described is shown by its own word, in a quiet tone, never hidden."""
    word = f"{kind}.{value}" if value else kind
    return CHIPS.get(word) or Chip(value or word.rpartition(".")[2], "circle-dashed", "quiet")


def duty(word: str) -> Text:
    """The name of a duty; what is no key of a duty is a text already."""
    return DUTIES.get(word, word)
