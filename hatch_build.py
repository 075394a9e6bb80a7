"""Build hook: the front end is built and the catalogues are compiled into wheel and sdist."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Hook(BuildHookInterface):
    """Runs `npm ci`, `vite build` and the catalogue compiler; an editable install builds nothing."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build unless this is an editable install."""
        if version == "editable":
            return
        root = Path(self.root)
        for command in (["npm", "ci"], ["npm", "run", "build"]):
            subprocess.run(command, cwd=root / "frontend", check=True)
        subprocess.run([sys.executable, "-m", "epigrid.interfaces.locale_build", "compile"], cwd=root / "src", check=True)
