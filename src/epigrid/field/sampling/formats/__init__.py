"""Formats of sampling: a round's roster as subdistricts keep it in Excel (`lists`). Pure."""

from epigrid.field.sampling.formats.lists import CLASSES, HEADINGS, LISTS, NEEDED, RESULTS, Line, headings, read_line, written

__all__ = ["CLASSES", "HEADINGS", "LISTS", "NEEDED", "RESULTS", "Line", "headings", "read_line", "written"]
