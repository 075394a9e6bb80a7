"""Official notices of risk areas: text to plain values (`read`), plain values to text (`write`), and the machine-readable copy (`as_json`). Pure."""

from epigrid.response.zones.formats.measures import LANGUAGES, sentences
from epigrid.response.zones.formats.notice import LEVELS, Change, Count, Level, Notice, as_json, from_json
from epigrid.response.zones.formats.reader import read, read_all
from epigrid.response.zones.formats.writer import write

__all__ = ["LANGUAGES", "LEVELS", "Change", "Count", "Level", "Notice", "as_json", "from_json", "read", "read_all", "sentences", "write"]
