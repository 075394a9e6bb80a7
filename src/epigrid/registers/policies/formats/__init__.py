"""Pack files and tables: TOML <-> checked packs, regimes -> rows for people. Pure but for reading the named files."""

from epigrid.registers.policies.formats.packs import SHIPPED, assemble, check, parse, parse_content, read, read_folders
from epigrid.registers.policies.formats.schema import Field, Schema, schema
from epigrid.registers.policies.formats.tables import (
    Difference,
    Explanation,
    ShownValue,
    diff_rows,
    differences,
    explain_rows,
    pack_rows,
    reference,
    show_rows,
    shown,
)
from epigrid.registers.policies.formats.words import dictionary, field_about, in_order, said, spoken, table_about

__all__ = [
    "SHIPPED",
    "Difference",
    "Explanation",
    "Field",
    "Schema",
    "ShownValue",
    "assemble",
    "check",
    "dictionary",
    "diff_rows",
    "differences",
    "explain_rows",
    "field_about",
    "in_order",
    "pack_rows",
    "parse",
    "parse_content",
    "read",
    "read_folders",
    "reference",
    "said",
    "schema",
    "show_rows",
    "shown",
    "spoken",
    "table_about",
]
