"""Passes as text, pure.

A CWT (RFC 8392) in a COSE_Sign1 (RFC 9052) by Ed25519 (RFC 8032), written in base45 (RFC 9285) behind `EG1:`, so that a QR code takes it in its alphanumeric
mode. Claims: 1 tree, 4 valid until, 6 issued, 7 id (16 bytes), -70001 status (place in `rules.EFFECTS`), -70002 last sample (left out where none is known);
moments are whole seconds since 1970.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

import base45
import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cwt import COSE, COSEKey

from epigrid.field.codes.rules import EFFECTS, Pass, PassForged

PREFIX = "EG1:"
LONGEST = 1_000
"""Characters; a pass has about 190."""
TREE, UNTIL, ISSUED, ID, STATUS, SAMPLED = 1, 4, 6, 7, -70001, -70002
KEY_TYPE, KEY_ID, ALGORITHM, CURVE, PUBLIC, SECRET = 1, 2, 3, -1, -2, -4
OKP, EDDSA, ED25519 = 1, -8, 6


def public_key(seed: bytes) -> bytes:
    """The 32 bytes by which passes of a signing key (seed of 32 bytes) are verified."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def written(content: Pass, *, key_id: str, seed: bytes) -> str:
    """A pass as signed text."""
    claims = {
        TREE: content.tree,
        UNTIL: int(content.until.timestamp()),
        ISSUED: int(content.issued_at.timestamp()),
        ID: content.id.bytes,
        STATUS: EFFECTS.index(content.status),
    }
    if content.sampled_at is not None:
        claims[SAMPLED] = int(content.sampled_at.timestamp())
    key = _key(key_id, public_key(seed)) | {SECRET: seed}
    signed: bytes = base45.b45encode(_cose().encode(cbor2.dumps(claims), COSEKey.new(key)))
    return PREFIX + signed.decode()


def read(text: str, *, keys: Mapping[str, bytes], tree: str) -> Pass:
    """What a pass of a tree says, if one of the keys (id -> 32 public bytes) has signed it. Raises `PassForged`, whatever is wrong with it."""
    if not text.startswith(PREFIX) or len(text) > LONGEST:
        raise PassForged(why="prefix")
    try:
        known = [COSEKey.new(_key(key_id, public)) for key_id, public in keys.items()]
        claims = cbor2.loads(_cose().decode(base45.b45decode(text.removeprefix(PREFIX)), known))
        sampled = claims.get(SAMPLED)
        found = Pass(
            id=UUID(bytes=claims[ID]),
            tree=claims[TREE],
            status=EFFECTS[claims[STATUS]],
            sampled_at=None if sampled is None else _moment(sampled),
            issued_at=_moment(claims[ISSUED]),
            until=_moment(claims[UNTIL]),
        )
    except Exception as error:
        raise PassForged(why=type(error).__name__) from error
    if found.tree != tree:
        raise PassForged(why="tree")
    return found


def _cose() -> COSE:
    made: COSE = COSE.new(alg_auto_inclusion=True, kid_auto_inclusion=True, verify_kid=True)
    return made


def _key(key_id: str, public: bytes) -> dict[int, object]:
    return {KEY_TYPE: OKP, KEY_ID: key_id.encode(), ALGORITHM: EDDSA, CURVE: ED25519, PUBLIC: public}


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
