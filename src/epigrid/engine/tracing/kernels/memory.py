"""Days in memory as the kernels see them: one line of addresses and sizes a day, and the bits of an eight-byte row."""

from typing import Any

import numpy as np
from numba import carray, njit, types  # type: ignore[attr-defined]
from numba.extending import intrinsic

START, END, PLACES, PERSONS, BY_PLACE, PLACE_OFFSETS, LONGEST, BY_PERSON, PERSON_OFFSETS = range(9)
"""Columns of a line: first and last moment (epoch seconds, half-open), how many numbers the offsets cover, and addresses of five arrays."""
FIELDS = 9

STAY = np.int64((1 << 17) - 1)
NUMBER = np.int64((1 << 29) - 1)
compiled: Any = njit(nogil=True, cache=True)
inlined: Any = njit(nogil=True, cache=True, inline="always")


def _pointer(kind: Any) -> Any:
    """An address as a pointer to `kind`: the arrays outlive the call because the index holds them."""

    @intrinsic
    def pointer(_typing: Any, _address: Any) -> Any:
        def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            return builder.inttoptr(args[0], context.get_value_type(signature.return_type))

        return types.CPointer(kind)(types.int64), code  # type: ignore[no-untyped-call]

    return pointer


_rows, _numbers = _pointer(types.int64), _pointer(types.uint32)


@inlined
def rows_at(address: int, length: int) -> Any:
    """Eight-byte rows at an address."""
    return carray(_rows(address), (length,))


@inlined
def numbers_at(address: int, length: int) -> Any:
    """Four-byte numbers at an address."""
    return carray(_numbers(address), (length,))
