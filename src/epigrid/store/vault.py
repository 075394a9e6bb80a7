"""Identity values (name, document number, phone, free-text address), encrypted with a key per person.

AES-256-GCM, AAD = person|field|key id. The person's key is wrapped by the vault key: destroying it makes every copy of the person's values
unreadable; a copy of the wrapped key in an old backup dies with the vault key it was wrapped by (rotate, wrap anew, remove the old one). Exact
search goes through a blind index: HMAC-SHA256 with a key per field and tree over the normalised value.
"""

import hashlib
import hmac
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from epigrid.kernel import written
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import BadInput, DomainError, NotAllowed
from epigrid.store import keys, reads
from epigrid.store.acts import whole
from epigrid.store.models import PersonKey, Secret

FIELDS = ("name", "document", "phone", "address")
SEARCHED = frozenset({"name", "document", "phone"})

PURPOSES: Mapping[str, frozenset[Duty]] = {
    "registration": frozenset({Duty.COMMUNITY_SECRETARY, Duty.GRID_WORKER, Duty.REGISTRAR}),
    "sampling": frozenset({Duty.REGISTRAR, Duty.SAMPLER, Duty.GRID_WORKER}),
    "result": frozenset({Duty.LABORATORY, Duty.CDC_DUTY_OFFICER}),
    "hold": frozenset({Duty.CDC_DUTY_OFFICER, Duty.GRID_WORKER}),
    "investigation": frozenset({Duty.CDC_DUTY_OFFICER, Duty.CDC_INVESTIGATOR, Duty.CASE_REGISTRAR}),
    "order": frozenset({Duty.COUNTY_EOC_OFFICER, Duty.CDC_INVESTIGATOR}),
    "serving": frozenset({Duty.GRID_WORKER, Duty.COMMUNITY_SECRETARY, Duty.SITE_MANAGER}),
    "transfer": frozenset({Duty.TRANSFER_TEAM, Duty.SITE_MANAGER, Duty.COMMUNITY_SECRETARY}),
    "treatment": frozenset({Duty.HOSPITAL}),
    "care": frozenset({Duty.GRID_WORKER, Duty.COMMUNITY_SECRETARY, Duty.ZONE_LEAD, Duty.PHONE_OPERATOR}),
    "code": frozenset({Duty.CODE_DESK}),
    "appeal": frozenset({Duty.APPEALS_REVIEWER}),
    "audit": frozenset({Duty.AUDITOR}),
}
"""The closed list of purposes and the duties that may state each. A resident's own purpose is `own`."""


class PurposeMissing(NotAllowed):
    """An identity is shown only for a purpose that one of the reader's duties carries in that area."""

    reason = "vault.purpose-missing"


class Erased(DomainError):
    """The person's key has been destroyed: nothing can be read any more."""

    reason = "vault.erased"


def normalise(field: str, value: str) -> str:
    """The form under which a value is searched: width-folded; numbers without separators and China's country code; documents in capitals."""
    forms = {"phone": written.phone, "document": written.document}
    return forms.get(field, written.folded)(value)


def put(*, area: Area, values: Mapping[UUID, Mapping[str, str]]) -> None:
    """Write identity values of persons (person -> field -> value), replacing what was there. Unknown fields are `BadInput`."""
    with whole:
        person_keys = _keys_of(values, make=True)
        fresh = [
            _secret(person_id, field, value, person_keys[person_id], area.tree)
            for person_id, fields in sorted(values.items())
            for field, value in fields.items()
            if value
        ]
        Secret.objects.bulk_create(
            fresh,
            batch_size=500,
            update_conflicts=True,
            unique_fields=["person_id", "field"],
            update_fields=["nonce", "ciphertext", "key_id", "tree", "blind"],
        )


def _secret(person_id: UUID, field: str, value: str, key: tuple[bytes, str], tree: str) -> Secret:
    if field not in FIELDS:
        raise BadInput(field=field, why="not an identity field")
    nonce = os.urandom(12)
    sealed = AESGCM(key[0]).encrypt(nonce, value.encode(), _aad(person_id, field, key[1]))
    blind = blind_index(tree, field, value) if field in SEARCHED else ""
    return Secret(person_id=person_id, field=field, nonce=nonce, ciphertext=sealed, key_id=key[1], tree=tree, blind=blind)


def read(*, actor: Actor, area: Area, person_ids: Sequence[UUID], fields: Iterable[str], now: datetime) -> dict[UUID, dict[str, str]]:
    """Identity values of persons that the caller has already found in the actor's scope; recorded as reads, one per person.

    `PurposeMissing` (recorded too, after the rollback, by the door) unless the actor's purpose is carried by a duty over `area`.
    Erased persons are absent from the answer.
    """
    wanted = sorted(fields)
    _require_purpose(actor, area, person_ids, wanted)
    ring_keys = _keys_of(person_ids, make=False)
    found: dict[UUID, dict[str, str]] = {}
    for secret in Secret.objects.filter(person_id__in=list(ring_keys), field__in=wanted).order_by("person_id", "field"):
        found.setdefault(secret.person_id, {})[secret.field] = _open(secret, ring_keys[secret.person_id])
    reads.record(actor=actor, area=area, person_ids=list(found), fields=wanted, at=now)
    return found


def _require_purpose(actor: Actor, area: Area, person_ids: Sequence[UUID], fields: Sequence[str]) -> None:
    own = actor.person_id is not None and set(person_ids) <= {actor.person_id}
    if not own and not actor.holds(*PURPOSES.get(actor.purpose, ()), area=area):
        raise PurposeMissing(purpose=actor.purpose, area=area, person_ids=list(person_ids), fields=list(fields))


def note_denial(*, actor: Actor, refusal: PurposeMissing, at: datetime) -> None:
    """Write down whose values were asked for without a purpose; call it after what was refused has been rolled back."""
    asked = refusal.details
    if "area" in asked:
        reads.record(actor=actor, area=asked["area"], person_ids=asked["person_ids"], fields=asked["fields"], at=at, denied=True)


def find(*, tree: str, field: str, value: str) -> list[UUID]:
    """Ids of the persons of one tree whose `field` is exactly `value` (normalised). The caller filters by scope and limits the rate."""
    if field not in SEARCHED:
        raise BadInput(field=field, why="not searchable")
    return list(
        Secret.objects.filter(tree=tree, field=field, blind=blind_index(tree, field, value)).order_by("person_id").values_list("person_id", flat=True)
    )


def find_many(*, tree: str, field: str, values: Iterable[str]) -> dict[str, list[UUID]]:
    """As `find` for many values at once (imports): normalised value -> ids."""
    by_blind = {blind_index(tree, field, value): normalise(field, value) for value in values}
    found: dict[str, list[UUID]] = {}
    blinds = sorted(by_blind)
    for start in range(0, len(blinds), 500):
        rows = Secret.objects.filter(tree=tree, field=field, blind__in=blinds[start : start + 500])
        for person_id, blind in rows.order_by("person_id").values_list("person_id", "blind"):
            found.setdefault(by_blind[blind], []).append(person_id)
    return found


def blind_index(tree: str, field: str, value: str) -> str:
    """HMAC-SHA256 (hex) of the normalised value under the key of this field and tree."""
    return hmac.new(_field_key(keys.ring().blind, tree, field), normalise(field, value).encode(), hashlib.sha256).hexdigest()


@lru_cache(maxsize=64)
def _field_key(blind: bytes, tree: str, field: str) -> bytes:
    return hmac.new(blind, f"{tree}|{field}".encode(), hashlib.sha256).digest()


def erase(person_ids: Sequence[UUID]) -> int:
    """Destroy the persons' keys and values; return how many persons had a key. Nothing brings them back."""
    with whole:
        Secret.objects.filter(person_id__in=person_ids).delete()
        return PersonKey.objects.filter(person_id__in=person_ids).delete()[0]


def erased(person_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the persons that have no key (any more)."""
    held = set(PersonKey.objects.filter(person_id__in=person_ids).values_list("person_id", flat=True))
    return set(person_ids) - held


def rewrap() -> int:
    """Wrap every person's key with the current vault key (after `keys.rotate`); return how many changed."""
    ring = keys.ring()
    changed = 0
    for row in PersonKey.objects.exclude(key_id=ring.current).order_by("person_id").iterator():
        wrapped = _wrap(row.person_id, _unwrap(row), ring.current)
        changed += PersonKey.objects.filter(person_id=row.person_id, key_id=row.key_id).update(wrapped=wrapped, key_id=ring.current)
    return changed


def wrapped_by(key_id: str) -> int:
    """How many people's keys are wrapped by this vault key."""
    return PersonKey.objects.filter(key_id=key_id).count()


def _keys_of(person_ids: Collection[UUID], *, make: bool) -> dict[UUID, tuple[bytes, str]]:
    """Person -> (key, label). The label is part of each value's AAD and stays the same when the key is wrapped anew."""
    found = _kept_keys(sorted(person_ids))
    missing = [person_id for person_id in sorted(person_ids) if person_id not in found]
    if make and missing:
        current = keys.ring().current
        fresh = [PersonKey(person_id=person_id, wrapped=_wrap(person_id, os.urandom(32), current), key_id=current) for person_id in missing]
        PersonKey.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=500)
        found |= _kept_keys(missing)
    return found


def _kept_keys(person_ids: Sequence[UUID]) -> dict[UUID, tuple[bytes, str]]:
    found: dict[UUID, tuple[bytes, str]] = {}
    for start in range(0, len(person_ids), 500):
        for row in PersonKey.objects.filter(person_id__in=person_ids[start : start + 500]):
            found[row.person_id] = (_unwrap(row), "p1")
    return found


def _wrap(person_id: UUID, key: bytes, key_id: str) -> bytes:
    nonce = os.urandom(12)
    return nonce + AESGCM(keys.ring().keys[key_id]).encrypt(nonce, key, _aad(person_id, "key", key_id))


def _unwrap(row: PersonKey) -> bytes:
    wrapped = bytes(row.wrapped)
    return AESGCM(keys.ring().keys[row.key_id]).decrypt(wrapped[:12], wrapped[12:], _aad(row.person_id, "key", row.key_id))


def _open(secret: Secret, key: tuple[bytes, str]) -> str:
    aad = _aad(secret.person_id, secret.field, secret.key_id)
    return AESGCM(key[0]).decrypt(bytes(secret.nonce), bytes(secret.ciphertext), aad).decode()


def _aad(person_id: UUID, field: str, key_id: str) -> bytes:
    return f"{person_id}|{field}|{key_id}".encode()


def hand_over(*, area: Area, files: Mapping[UUID, UUID]) -> None:
    """Write the identity values of people anew under keys of their own fresh files (old id -> new id). Nobody reads them; the old ones are erased next."""
    held = _keys_of(files, make=False)
    values: dict[UUID, dict[str, str]] = {}
    ids = list(held)
    for start in range(0, len(ids), 500):
        for secret in Secret.objects.filter(person_id__in=ids[start : start + 500]):
            values.setdefault(files[secret.person_id], {})[secret.field] = _open(secret, held[secret.person_id])
    put(area=area, values=values)
