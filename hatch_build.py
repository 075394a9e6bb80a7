"""Build hook: the front end is built and the catalogues are compiled into wheel and sdist."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Hook(BuildHookInterface):
    """Runs `npm ci`, `vite build` and the catalogue compiler.

    An editable install builds nothing (`make setup` and `make frontend` do), and neither does a wheel made from an sdist,
    which carries the built files: whoever installs from it needs no Node.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build unless it is not needed; fails aloud when npm is missing or a step fails."""
        root = Path(self.root)
        if version == "editable" or (root / "PKG-INFO").is_file():
            return
        npm = shutil.which("npm")
        if npm is None:
            raise RuntimeError("building Epigrid needs Node 20.19 or newer with npm")
        for command in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
            subprocess.run([npm, *command], cwd=root / "frontend", check=True)
        subprocess.run([sys.executable, "-m", "epigrid.interfaces.locale_build", "compile"], cwd=root / "src", check=True)
