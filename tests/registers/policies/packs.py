"""Small packs for the tests of policies, as text."""

from datetime import date
from pathlib import Path

from epigrid.registers.policies import formats, rules

REFERENCE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "policy-packs.md"
"""The page that is generated from the packs."""
HEAD = """
[pack]
id = "p1"
disease = "measles"
title = "A test pack"
kind = "pack"
valid_from = 2022-01-01
legal_class = "B"
"""
"""A national pack of class B: exclusion advice is all its law carries."""
ADVICE = """
[sources]
school = "county paper on schools, 2022"
[legal."exclusion.advise"]
value = { article = "School rules, Art. 1" }
source = "school"
confidence = "S"
[exposed]
tests = { value = 0, source = "school", clause = "item 2", confidence = "S" }
days = { value = 21, source = "school", clause = "item 2", confidence = "S" }
"""
OVERLAY = """
[pack]
id = "{id}"
disease = "measles"
title = "An overlay"
kind = "overlay"
area = "{area}"
level = "{level}"
valid_from = 2022-01-01
[exposed]
days = {{ value = {days}, source = "local paper No. 1 of 2022", confidence = "S" }}
"""


def overlay(name: str, area: str, level: str, days: int) -> rules.Pack:
    """An overlay that sets `exposed.days`."""
    return formats.parse(OVERLAY.format(id=name, area=area, level=level, days=days), f"{name}.toml")


def library(*more: rules.Pack) -> rules.Library:
    """The class B pack and the given files."""
    return formats.assemble([formats.parse(HEAD + ADVICE, "p1.toml"), *more])


def regime(*more: rules.Pack, paths: tuple[str, ...] = ("real/a/b/",), on: date = date(2022, 6, 1)) -> rules.Regime:
    """What applies there on the day."""
    return rules.regime(rules.stack(library(*more), disease="measles", on=on, paths=paths))
