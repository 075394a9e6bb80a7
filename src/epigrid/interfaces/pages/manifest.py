"""The front end's built files: which hashed name belongs to which entry.

The build writes them under `interfaces/static/desk/` with a manifest; they are not in the repository. Pages work without them
(no style, no script), so a missing build is a warning, never a failure.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

DESK = Path(__file__).resolve().parent.parent / "static" / "desk"
ENTRY = "src/main.ts"
SPRITE = "sprite.svg"

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Built:
    """Names under `static/desk/`: style sheets, scripts and the sprite of icons (empty when nothing is built)."""

    styles: Sequence[str] = field(default_factory=tuple)
    scripts: Sequence[str] = field(default_factory=tuple)
    sprite: str = ""


def read(manifest: Mapping[str, Any]) -> Built:
    """What a manifest says. A manifest without the entry is refused: KeyError names what is missing."""
    entry = manifest[ENTRY]
    return Built(styles=tuple(entry.get("css", ())), scripts=(entry["file"],), sprite=manifest[SPRITE]["file"])


@lru_cache(maxsize=1)
def built() -> Built:
    """The built files of this installation, read once."""
    path = DESK / "manifest.json"
    if not path.exists():
        log.warning("The front end is not built: pages come without style and script. Run `make frontend`.")
        return Built()
    return read(json.loads(path.read_text(encoding="utf-8")))
