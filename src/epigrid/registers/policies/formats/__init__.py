"""Pack files and tables: TOML <-> checked packs, regimes -> rows for people. Pure but for reading the named files."""

from epigrid.registers.policies.formats.packs import SHIPPED, assemble, check, parse, parse_content, read, read_folders
from epigrid.registers.policies.formats.schema import Field, Schema, schema
from epigrid.registers.policies.formats.tables import (
    diff_rows,
    explain_rows,
    pack_rows,
    reference,
    show_rows,
    shown,
)

__all__ = [
    "SHIPPED",
    "Field",
    "Schema",
    "assemble",
    "check",
    "diff_rows",
    "explain_rows",
    "pack_rows",
    "parse",
    "parse_content",
    "read",
    "read_folders",
    "reference",
    "schema",
    "show_rows",
    "shown",
]
