"""FHIR R4 laboratory results: a Bundle, Parameters or a lone Observation -> readings. Pure.

A tolerant reader: it takes observations with their specimens, and lists every other part. People are never read: the laboratory knows tubes.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from epigrid.field.laboratory.formats.messages import Messages, NotAMessage, Refused, gene_of
from epigrid.field.laboratory.formats.tables import label_of, sane
from epigrid.field.laboratory.rules.readings import MAX_CQ, ResultRow

CODES: Mapping[str, str] = {
    "POS": "positive", "DET": "positive", "NEG": "negative", "ND": "negative", "IND": "grey", "E": "grey",
    "260373001": "positive", "10828004": "positive", "260415000": "negative", "260385009": "negative", "419984006": "grey",
    "pathogenDetected": "positive", "pathogenNotDetected": "negative",
}  # fmt: skip
"""v3-ObservationInterpretation, SNOMED CT, and the conclusion codes of notifications."""
READ = frozenset({"Bundle", "Parameters", "Observation", "Specimen", "DiagnosticReport"})
VOID = frozenset({"entered-in-error", "cancelled", "registered", "preliminary"})
"""An observation in such a state is no result."""
SILENT = frozenset(
    {"resourceType", "id", "meta", "text", "identifier", "status", "category", "code", "subject", "performer", "note", "method", "type"}
)
PARTS: Mapping[str, frozenset[str]] = {
    "Observation": SILENT | {
        "effectiveDateTime", "effectiveInstant", "effectivePeriod", "issued", "valueQuantity", "valueCodeableConcept", "interpretation",
        "dataAbsentReason", "specimen", "component",
    },
    "Specimen": SILENT | {"accessionIdentifier", "receivedTime", "collection", "container"},
    "DiagnosticReport": SILENT | {"basedOn", "issued", "effectiveDateTime", "result", "specimen", "conclusion", "conclusionCode"},
}  # fmt: skip
"""Elements that are read, or that say nothing about the result."""
TIMES = ("effectiveDateTime", "effectiveInstant", "issued")
LIMIT = 200_000
"""Parts of one document; a larger one is refused."""


@dataclass
class _Reader:
    zone: ZoneInfo
    specimens: dict[str, dict[str, Any]] = field(default_factory=dict)
    reports: list[dict[str, Any]] = field(default_factory=list)
    observations: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    unknown: dict[str, None] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)


def read(content: bytes, zone: ZoneInfo) -> Messages:
    """The readings of a document. Observations of one specimen and moment are one reading; `NotAMessage` when it is no FHIR document at all."""
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise NotAMessage(kind="fhir", why=str(error)[:80]) from None
    if not isinstance(document, dict) or "resourceType" not in document:
        raise NotAMessage(kind="fhir", why="no resourceType")
    it = _Reader(zone)
    for number, (path, resource, names) in enumerate(_resources(document, str(document["resourceType"]), ())):
        if number > LIMIT:
            raise NotAMessage(kind="fhir", why="too many resources")
        _sort_in(it, path, resource, names)
    rows: dict[tuple[str, datetime], ResultRow] = {}
    for number, (path, observation) in enumerate(it.observations, start=1):
        found = _row(it, number, path, observation)
        if isinstance(found, Refused):
            it.refused.append(found)
        else:
            known = rows.get((found.label, found.tested_at))
            rows[found.label, found.tested_at] = _merged(known, found) if known else found
    return Messages(rows=tuple(rows.values()), refused=tuple(it.refused), unknown=tuple(it.unknown))


def _resources(part: Any, path: str, names: tuple[str, ...]) -> Iterator[tuple[str, dict[str, Any], tuple[str, ...]]]:
    """Every resource of a document with its path and the names by which others refer to it."""
    if not isinstance(part, dict):
        return
    yield path, part, names
    for key in ("entry", "parameter", "part", "contained"):
        listed = part.get(key)
        for place, one in enumerate(listed if isinstance(listed, list) else ()):
            inner = one if key == "contained" else one.get("resource") if isinstance(one, dict) else None
            if isinstance(inner, dict):
                kind, own = str(inner.get("resourceType", "?")), str(inner.get("id", ""))
                given = str(one.get("fullUrl", "")) if key == "entry" else ""
                yield from _resources(inner, f"{path}.{key}[{place}].{kind}", (given, f"{kind}/{own}", f"#{own}"))
            elif key == "parameter" and isinstance(one, dict) and "part" in one:
                yield from _resources({"resourceType": "Parameters", "parameter": one["part"]}, f"{path}.{key}[{place}]", ())
            elif key != "part":
                yield f"{path}.{key}[{place}]", {"resourceType": "?"}, ()


def _sort_in(it: _Reader, path: str, resource: dict[str, Any], names: tuple[str, ...]) -> None:
    kind = str(resource.get("resourceType", "?"))
    if kind not in READ:
        it.unknown.setdefault(kind)
        return
    known = PARTS.get(kind)
    for name in resource if known is not None else ():
        if name not in (known or ()):
            it.unknown.setdefault(f"{kind}.{name}")
    if kind == "Specimen":
        it.specimens |= {name: resource for name in names if name}
    elif kind == "DiagnosticReport":
        it.reports.append(resource)
    elif kind == "Observation":
        it.observations.append((path, resource))


def _row(it: _Reader, number: int, path: str, observation: dict[str, Any]) -> ResultRow | Refused:
    if str(observation.get("status", "")) in VOID:
        return Refused(row=number, column=f"{path}.status", reason="result.not-final")
    specimen = _specimen(it, observation)
    label = _label(specimen)
    if not label:
        return Refused(row=number, column=f"{path}.specimen", reason="result.label-missing")
    tested_at = _tested_at(it, observation, specimen)
    if tested_at is None:
        return Refused(row=number, column=f"{path}.effectiveDateTime", reason="result.time-unreadable", label=label)
    cts: dict[str, float] = {}
    for part in (observation, *_dicts(observation.get("component"))):
        ct = _cycles(part)
        if isinstance(ct, str):
            return Refused(row=number, column=f"{path}.valueQuantity", reason=ct, label=label)
        if ct is not None:
            cts[gene_of(_said(part.get("code"))) or "orf"] = ct
    stated = _stated(it, observation)
    if not stated and not cts:
        return Refused(row=number, column=f"{path}.interpretation", reason="result.nothing-read", label=label)
    targets = 2 if gene_of(_said(observation.get("code"))) or len(cts) > 1 else 1
    return ResultRow(row=number, label=label, tested_at=tested_at, orf_ct=cts.get("orf"), n_ct=cts.get("n"), targets=targets, stated=stated)


def _merged(one: ResultRow, other: ResultRow) -> ResultRow:
    """Two observations of one specimen and moment: the targets stand together; of two statements that differ, the doubt."""
    stated = one.stated if one.stated == other.stated or not other.stated else other.stated if not one.stated else "grey"
    if {one.stated, other.stated} == {"positive", "negative"} and one.targets == other.targets == 2:
        stated = "single-target"
    first = one.orf_ct if one.orf_ct is not None else other.orf_ct
    second = one.n_ct if one.n_ct is not None else other.n_ct
    return ResultRow(
        row=one.row, label=one.label, tested_at=one.tested_at, orf_ct=first, n_ct=second, targets=max(one.targets, other.targets), stated=stated
    )


def _specimen(it: _Reader, observation: dict[str, Any]) -> dict[str, Any]:
    told = observation.get("specimen")
    reference = str(told.get("reference", "")) if isinstance(told, dict) else ""
    if not reference:
        return told if isinstance(told, dict) else {}
    ending = "/".join(reference.split("/")[-2:])
    return it.specimens.get(reference) or it.specimens.get(ending) or {}


def _label(specimen: dict[str, Any]) -> str:
    """The tube's label: the accession number, else an identifier of specimen or container, else the resource's own id."""
    identifiers = [specimen.get("accessionIdentifier"), *_dicts(specimen.get("identifier")), specimen.get("identifier")]
    for container in _dicts(specimen.get("container")):
        identifiers += _dicts(container.get("identifier"))
    given = (label_of(str(one.get("value", ""))) for one in identifiers if isinstance(one, dict))
    return next((one for one in given if one), label_of(str(specimen.get("id", ""))))


def _tested_at(it: _Reader, observation: dict[str, Any], specimen: dict[str, Any]) -> datetime | None:
    """When the test was done: the observation's own moment, else its report's, else when the specimen was received."""
    period = observation.get("effectivePeriod")
    mine = [observation.get(name) for name in TIMES] + ([period.get("end"), period.get("start")] if isinstance(period, dict) else [])
    texts = [*mine, *(report.get("issued") for report in it.reports), specimen.get("receivedTime")]
    for text in texts:
        if isinstance(text, str) and len(text) >= 16:
            try:
                moment = datetime.fromisoformat(text)
            except ValueError:
                continue
            return sane(moment if moment.tzinfo else moment.replace(tzinfo=it.zone))
    return None


def _stated(it: _Reader, observation: dict[str, Any]) -> str:
    if "dataAbsentReason" in observation:
        return "invalid"
    listed = observation.get("interpretation")
    concepts = [*_dicts(listed), listed, observation.get("valueCodeableConcept")]
    if not it.reports or len(it.observations) > 1:
        reports: list[Any] = []
    else:
        reports = [concept for report in it.reports for concept in _dicts(report.get("conclusionCode"))]
    for concept in [*concepts, *reports]:
        for coding in _dicts(concept.get("coding")) if isinstance(concept, dict) else ():
            code = str(coding.get("code", ""))
            if code in CODES:
                return CODES[code]
            it.unknown.setdefault(f"code {code[:40]}")
    return ""


def _cycles(part: dict[str, Any]) -> float | str | None:
    quantity = part.get("valueQuantity")
    if not isinstance(quantity, dict):
        return None
    value = quantity.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "result.ct-unreadable"
    if not 0 <= value <= MAX_CQ:
        return "result.ct-impossible"
    return float(value) or None


def _said(code: Any) -> str:
    """The words of a code: its text and the display of its codings."""
    if not isinstance(code, dict):
        return ""
    return " ".join([str(code.get("text", "")), *(str(coding.get("display", "")) for coding in _dicts(code.get("coding")))]).strip()


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
