"""Clauses of the shipped packs for tests of rules, without a database."""

from datetime import date
from functools import lru_cache
from typing import TypeVar

from epigrid.kernel.verdicts import Clause
from epigrid.registers.policies import formats, rules

C = TypeVar("C", bound=Clause)


@lru_cache(maxsize=1)
def shipped() -> rules.Library:
    """The shipped files."""
    return formats.assemble(formats.read_folders(formats.SHIPPED))


def clause(of: type[C], on: date, *, area: str = "real/", disease: str = "covid-19") -> C:
    """The clause in force for an area on a day."""
    return rules.build(of, rules.regime(rules.stack(shipped(), disease=disease, on=on, paths=(area,))))
