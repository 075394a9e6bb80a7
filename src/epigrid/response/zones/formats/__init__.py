"""Official notices of risk areas: text to plain values (`read`), plain values to text (`write`), and the machine-readable copy (`as_json`). Pure."""

from epigrid.response.zones.formats.notice import Change, Count, Notice, as_json, from_json
from epigrid.response.zones.formats.reader import read, read_all

__all__ = ["Change", "Count", "Notice", "as_json", "from_json", "read", "read_all"]
