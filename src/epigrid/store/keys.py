"""The vault's key file: outside the database and its backup.

A JSON file `{"current": id, "keys": {id: hex of 32 bytes}, "blind": hex of 32 bytes, "demo": bool}`, readable by its owner only. Rotation adds a
key and makes it current; old keys stay until nothing is wrapped by them. The blind-index key never rotates (look-up would be lost).
"""

import json
import os
import secrets
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


@dataclass(frozen=True, kw_only=True)
class KeyRing:
    """The vault keys by id, the current one, and the key of the blind index."""

    current: str
    keys: dict[str, bytes]
    blind: bytes
    demo: bool


def make(path: Path, *, demo: bool) -> None:
    """Write a new key file with one fresh key."""
    if path.exists():
        raise KeyFileExists(path=path.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"current": "k1", "keys": {"k1": secrets.token_hex(32)}, "blind": secrets.token_hex(32), "demo": demo}
    _write(path, content)


def rotate(path: Path) -> str:
    """Add a fresh key, make it current and return its id."""
    content = json.loads(path.read_text())
    key_id = f"k{len(content['keys']) + 1}"
    content["keys"][key_id] = secrets.token_hex(32)
    content["current"] = key_id
    _write(path, content)
    forget()
    return key_id


def _write(path: Path, content: dict[str, object]) -> None:
    aside = path.with_suffix(".new")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


@lru_cache(maxsize=4)
def _ring(path: str) -> KeyRing:
    try:
        content = json.loads(Path(path).read_text())
    except FileNotFoundError:
        raise KeyFileMissing(path=Path(path).name) from None
    return KeyRing(
        current=content["current"],
        keys={key_id: bytes.fromhex(value) for key_id, value in content["keys"].items()},
        blind=bytes.fromhex(content["blind"]),
        demo=bool(content.get("demo")),
    )


def ring() -> KeyRing:
    """The key ring of the settings' key file."""
    return _ring(str(settings.EPIGRID_KEY_FILE))


def forget() -> None:
    """Read the file again at the next use."""
    _ring.cache_clear()
