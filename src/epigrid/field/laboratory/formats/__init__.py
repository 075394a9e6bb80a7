"""Laboratory files <-> readings: tables in CSV and Excel (`tables`), FHIR R4 (`fhir`), HL7 v2 (`hl7`). Pure."""

from zoneinfo import ZoneInfo

from epigrid.field.laboratory.formats import fhir, hl7
from epigrid.field.laboratory.formats.messages import Messages, NotAMessage, Refused
from epigrid.field.laboratory.formats.tables import HEADINGS, NEEDED, STATED, csv_text, result_row

__all__ = ["HEADINGS", "NEEDED", "STATED", "Messages", "NotAMessage", "Refused", "csv_text", "is_message", "messages", "result_row"]


def is_message(content: bytes) -> bool:
    """Whether a file holds FHIR or HL7 messages rather than a table."""
    return _start(content).startswith((b"{", b"MSH"))


def messages(content: bytes, zone: ZoneInfo) -> Messages:
    """The readings of a file of messages; `NotAMessage` when it is none."""
    return fhir.read(content, zone) if _start(content).startswith(b"{") else hl7.read(content, zone)


def _start(content: bytes) -> bytes:
    return content[:64].removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n\x0b")
