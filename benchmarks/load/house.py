"""The server and the worker of the night, in processes of their own: started, killed at any moment, started again, and for a while with a full disk."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path


class House:
    """One server and one worker on loopback, as `epigrid serve` starts them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.process: subprocess.Popen[bytes] | None = None
        self.kills = 0

    def open(self, *, largest_file: int | None = None) -> None:
        """Start both; `largest_file` (bytes): as if the disk were full for every file beyond it. Returns when the server answers."""
        command = [sys.executable, "-m", "benchmarks.load.served", str(self.port)]
        if largest_file is not None:
            command.append(str(largest_file))
        with (self.folder / "house.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)  # noqa: S603 - our own program
        while not self._answers():
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/accounts/login/", timeout=5):
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False

    def kill(self) -> None:
        """SIGKILL to the server, the worker and whoever started them."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.kills += 1

    def close(self) -> None:
        """End both properly."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait()
