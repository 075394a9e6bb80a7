"""A fixed CPU and disk loop. Its figure beside the recorded one tells how noisy, or how different, the machine is.

Command: `python -m benchmarks.calibrate`. A figure of this folder counts when the ratio printed here is within 0.8 and 1.2 (performance limits are set
for a machine with 2 cores; see README.md).
"""

import json
import os
import statistics
import tempfile
import time

RECORDED = {"cpu_s": 0.265, "disk_s": 0.019}
"""Medians on the machine of README.md, with nothing else running."""
ROUNDS = 10_000
WRITES = 200


def calibrate(repeats: int = 5) -> dict[str, float]:
    """Median seconds of the CPU loop (dictionaries, and JSON of them, as the exercise spends its time; one thread) and of the disk loop (4 KiB appended and fsynced), and their ratios to the record."""
    cpu = statistics.median(_cpu() for _ in range(repeats))
    disk = statistics.median(_disk() for _ in range(repeats))
    return {
        "cpu_s": round(cpu, 3),
        "disk_s": round(disk, 3),
        "cpu_ratio": round(cpu / RECORDED["cpu_s"], 2),
        "disk_ratio": round(disk / RECORDED["disk_s"], 2),
    }


def _cpu() -> float:
    began = time.perf_counter()
    for number in range(ROUNDS):
        row = {str(key): (number, key) for key in range(20)}
        json.loads(json.dumps(row))
    return time.perf_counter() - began


def _disk() -> float:
    with tempfile.TemporaryFile() as file:
        began = time.perf_counter()
        for _ in range(WRITES):
            file.write(b"\0" * 4096)
            file.flush()
            os.fsync(file.fileno())
        return time.perf_counter() - began


if __name__ == "__main__":
    print(calibrate())
