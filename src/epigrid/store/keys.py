"""The vault's key file: outside the database and its backup.

A JSON file `{"current": id, "keys": {id: hex of 32 bytes}, "blind": hex of 32 bytes, "demo": bool, "signer": id, "signing": {id: hex of 32 bytes}}`,
readable by its owner only. Rotation adds a key and makes it current; old keys stay until nothing is wrapped by them. The blind-index key never rotates
(look-up would be lost). Signing keys (Ed25519 seeds) sign passes; an old one stays until the last pass that it signed has ended.
"""

import hashlib
import hmac
import json
import os
import secrets
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from epigrid.kernel.errors import DomainError


class KeyFileMissing(DomainError):
    """No key file where the settings point; identity values can be neither written nor read."""

    reason = "vault.key-file-missing"


class KeyFileExists(DomainError):
    """A key file is never overwritten: what it wraps would be lost."""

    reason = "vault.key-file-exists"


class KeyInUse(DomainError):
    """The current key, a key that something is wrapped by, and a key that is not in the file cannot be retired."""

    reason = "vault.key-in-use"


@dataclass(frozen=True, kw_only=True)
class KeyRing:
    """The vault keys by id, the current one, the key of the blind index, and the signing keys by id with the one in use (none in a file of old: `""`)."""

    current: str
    keys: dict[str, bytes]
    blind: bytes
    demo: bool
    signer: str
    signing: dict[str, bytes]


def make(path: Path, *, demo: bool) -> None:
    """Write a new key file with one fresh key and one fresh signing key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"current": "k1", "keys": {"k1": secrets.token_hex(32)}, "blind": secrets.token_hex(32), "demo": demo}
    content |= {"signer": "s1", "signing": {"s1": secrets.token_hex(32)}}
    aside = _aside(path, content)
    try:
        os.link(aside, path)
    except FileExistsError:
        raise KeyFileExists(path=path.name) from None
    finally:
        aside.unlink()


def rotate(path: Path) -> str:
    """Add a fresh key, make it current and return its id."""
    content = json.loads(path.read_text())
    key_id = f"k{max(int(known.removeprefix('k')) for known in content['keys']) + 1}"
    content["keys"][key_id] = secrets.token_hex(32)
    content["current"] = key_id
    _aside(path, content).replace(path)
    return key_id


def renew_signer(path: Path) -> str:
    """Add a fresh signing key, sign with it from now on, and return its id."""
    content = json.loads(path.read_text())
    known = content.setdefault("signing", {})
    key_id = f"s{max((int(one.removeprefix('s')) for one in known), default=0) + 1}"
    known[key_id], content["signer"] = secrets.token_hex(32), key_id
    _aside(path, content).replace(path)
    return key_id


def retire(path: Path, key_id: str) -> None:
    """Remove an old key, and with it whatever is still wrapped or signed by it. The caller has made sure that nothing in use is."""
    content = json.loads(path.read_text())
    held: dict[str, str] = next((content[part] for part in ("keys", "signing") if key_id in content.get(part, {})), {})
    if key_id not in held or key_id in (content["current"], content.get("signer")):
        raise KeyInUse(key=key_id)
    del held[key_id]
    _aside(path, content).replace(path)


def _aside(path: Path, content: dict[str, object]) -> Path:
    """The content in a fresh file beside `path`, safely on disk, readable by its owner only."""
    descriptor, name = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)


@lru_cache(maxsize=4)
def _ring(path: str, _version: tuple[int, int, int]) -> KeyRing:
    content = json.loads(Path(path).read_text())
    return KeyRing(
        current=content["current"],
        keys={key_id: bytes.fromhex(value) for key_id, value in content["keys"].items()},
        blind=bytes.fromhex(content["blind"]),
        demo=bool(content.get("demo")),
        signer=content.get("signer", ""),
        signing={key_id: bytes.fromhex(value) for key_id, value in content.get("signing", {}).items()},
    )


def ring() -> KeyRing:
    """The key ring of the settings' key file; read again when another process has rotated it."""
    path = Path(settings.EPIGRID_KEY_FILE)
    try:
        state = path.stat()
        return _ring(str(path), (state.st_ino, state.st_mtime_ns, state.st_size))
    except FileNotFoundError:
        raise KeyFileMissing(path=path.name) from None


def derived(purpose: str) -> bytes:
    """A key of 32 bytes for one purpose, derived from the key that never rotates."""
    return hmac.digest(ring().blind, purpose.encode(), hashlib.sha256)
