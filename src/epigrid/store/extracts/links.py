"""Numbers that stand for persons and places; whom a number stands for is told only with the key file (decision 0013).

A row keeps a blind index of its subject (HMAC-SHA256), by which it is found, and the subject sealed (AES-256-GCM, AAD = tree|kind|number), both under keys of
the tree and kind, derived from the key that never rotates. Numbers are dense per tree and kind and never used again.
"""

import hashlib
import hmac
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

import numpy as np
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from numpy.typing import NDArray

from epigrid.kernel.areas import Area
from epigrid.store import keys, locks, series
from epigrid.store.acts import whole
from epigrid.store.models import Pseudonym

KINDS = ("person", "place")
CHUNK = 500
T = TypeVar("T")


def pseudonyms(*, area: Area, kind: str, subject_ids: Iterable[UUID]) -> dict[UUID, int]:
    """The numbers of persons or places in the tree's presence log, made where missing.

    Until the transaction ends nothing of the tree is forgotten: call it in the transaction that adds the presences.
    """
    wanted = set(subject_ids)
    with whole:
        locks.hold_shared(_lock(area))
        found = numbers(area=area, kind=kind, subject_ids=wanted)
        if wanted - found.keys():
            locks.hold(f"{_lock(area)}|{kind}")
            found |= numbers(area=area, kind=kind, subject_ids=wanted - found.keys())
            found |= _make(area.tree, kind, sorted(wanted - found.keys()))
    return found


def _make(tree: str, kind: str, fresh: Sequence[UUID]) -> dict[UUID, int]:
    if not fresh:
        return {}
    first = series.take_numbers(tree=tree, name=f"pseudonym|{kind}", count=len(fresh))
    made = dict(zip(fresh, range(first, first + len(fresh)), strict=True))
    cipher = cipher_of(tree, kind)
    rows = [
        Pseudonym(tree=tree, kind=kind, number=made[subject_id], blind=blind, sealed=seal(cipher, tree, kind, made[subject_id], subject_id))
        for blind, subject_id in blinds(tree, kind, fresh)
    ]
    Pseudonym.objects.bulk_create(rows, batch_size=CHUNK)
    return made


def numbers(*, area: Area, kind: str, subject_ids: Iterable[UUID]) -> dict[UUID, int]:
    """The numbers of those persons or places that have one; nothing is made."""
    known = dict(blinds(area.tree, kind, subject_ids))
    found: dict[UUID, int] = {}
    for chunk in _chunks(sorted(known)):
        rows = Pseudonym.objects.filter(tree=area.tree, kind=kind, blind__in=chunk).values_list("blind", "number")
        found |= {known[blind]: number for blind, number in rows}
    return found


def subjects(*, area: Area, kind: str, numbers: Iterable[int]) -> dict[int, UUID]:
    """The persons or places behind numbers; the caller keeps to its scope. Numbers whose subject was erased or forgotten are absent."""
    cipher = cipher_of(area.tree, kind)
    found: dict[int, UUID] = {}
    for chunk in _chunks(sorted(set(numbers))):
        rows = Pseudonym.objects.filter(tree=area.tree, kind=kind, number__in=chunk).values_list("number", "sealed")
        found |= {number: _open(cipher, area.tree, kind, number, bytes(sealed)) for number, sealed in rows}
    return found


def forget_subjects(*, area: Area, kind: str, subject_ids: Iterable[UUID]) -> int:
    """Delete the links of erased persons (or places): their presences stay as numbers that stand for nobody. Returns how many there were."""
    wanted = sorted(blind for blind, _ in blinds(area.tree, kind, subject_ids))
    return sum(Pseudonym.objects.filter(tree=area.tree, kind=kind, blind__in=chunk).delete()[0] for chunk in _chunks(wanted))


def hold_still(area: Area) -> None:
    """Wait for everybody who has numbers in hand and let nobody take any until the transaction ends."""
    locks.hold(_lock(area))


def forget_unused(area: Area, used: Mapping[str, NDArray[np.bool_]]) -> int:
    """Delete the links of all numbers that no presence names (kind -> flag per number); returns how many. Call `hold_still` before looking."""
    gone = 0
    for kind in KINDS:
        flags = used[kind]
        held = Pseudonym.objects.filter(tree=area.tree, kind=kind).order_by("number").values_list("number", flat=True)
        unused = [number for number in held.iterator() if number >= len(flags) or not flags[number]]
        gone += sum(Pseudonym.objects.filter(tree=area.tree, kind=kind, number__in=chunk).delete()[0] for chunk in _chunks(unused))
    return gone


def seal(cipher: AESGCM, tree: str, kind: str, number: int, subject_id: UUID) -> bytes:
    """Nonce and ciphertext of a subject."""
    nonce = os.urandom(12)
    return nonce + cipher.encrypt(nonce, subject_id.bytes, _aad(tree, kind, number))


def _open(cipher: AESGCM, tree: str, kind: str, number: int, sealed: bytes) -> UUID:
    return UUID(bytes=cipher.decrypt(sealed[:12], sealed[12:], _aad(tree, kind, number)))


def _aad(tree: str, kind: str, number: int) -> bytes:
    return f"{tree}|{kind}|{number}".encode()


def cipher_of(tree: str, kind: str) -> AESGCM:
    """What seals the subjects of a tree and kind."""
    return AESGCM(keys.derived(f"pseudonym|seal|{tree}|{kind}"))


def blinds(tree: str, kind: str, subject_ids: Iterable[UUID]) -> Iterator[tuple[str, UUID]]:
    """The blind index of each subject, beside it."""
    key = keys.derived(f"pseudonym|blind|{tree}|{kind}")
    return ((hmac.digest(key, subject_id.bytes, hashlib.sha256).hex(), subject_id) for subject_id in subject_ids)


def _lock(area: Area) -> str:
    return f"presences|{area.tree}"


def _chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))
