"""The presence log: rows of a buffer, moved to Parquet, sealed day by day into day indexes, deleted by unlinking files.

Persons and places are pseudonymous numbers (`links`); files hold no identity. A presence belongs to the local day on which it began. When the buffer of
open days is full, it settles into files of theirs (`sealing`): Parquet write-aside, fsync, rename, manifest (`files`), then the rows are deleted. A day that
closes is sealed: its files and rows become one file (two, where stays go on), then the index of every closed day that they touch is built (`days`); a late
presence goes to a late file of its day. Whatever was cut off is finished by the next run. Questions (`days.index_of`) are answered from day indexes, files of
open days (`opened`) and buffer together; a presence that is in several counts once. Forgetting (`forgetting`) unlinks days and deletes the links of numbers
that no presence names any more. One sealing, forgetting or building of a tree at a time.
"""

from epigrid.store.extracts.days import index_of
from epigrid.store.extracts.files import LogDamaged
from epigrid.store.extracts.forgetting import forget_before
from epigrid.store.extracts.links import forget_subjects, numbers, pseudonyms, subjects
from epigrid.store.extracts.sealing import add, seal_before, seal_day, settle, visits

__all__ = [
    "LogDamaged",
    "add",
    "forget_before",
    "forget_subjects",
    "index_of",
    "numbers",
    "pseudonyms",
    "seal_before",
    "seal_day",
    "settle",
    "subjects",
    "visits",
]
