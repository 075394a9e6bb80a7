"""Compiled loops of the siting engine: numbers in, numbers out; compiled when first used and kept in the cache."""

from typing import Any

from numba import njit

compiled: Any = njit(nogil=True, cache=True)
