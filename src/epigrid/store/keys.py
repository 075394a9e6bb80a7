"""The vault's key file: outside the database and its backup.

A JSON file `{"current": id, "keys": {id: hex of 32 bytes}, "blind": hex of 32 bytes, "demo": bool}`, readable by its owner only. Rotation adds a
key and makes it current; old keys stay until nothing is wrapped by them. The blind-index key never rotates (look-up would be lost).
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
    """The vault keys by id, the current one, and the key of the blind index."""

    current: str
    keys: dict[str, bytes]
    blind: bytes
    demo: bool


def make(path: Path, *, demo: bool) -> None:
    """Write a new key file with one fresh key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"current": "k1", "keys": {"k1": secrets.token_hex(32)}, "blind": secrets.token_hex(32), "demo": demo}
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


def retire(path: Path, key_id: str) -> None:
    """Remove an old key, and with it whatever copies are still wrapped by it. The caller has made sure that nothing in use is (`vault.wrapped_by`)."""
    content = json.loads(path.read_text())
    if key_id == content["current"] or key_id not in content["keys"]:
        raise KeyInUse(key=key_id)
    del content["keys"][key_id]
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
