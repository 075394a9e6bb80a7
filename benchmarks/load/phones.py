"""The phones of the tables: each keeps its closed tubes until they are acknowledged, sends them in batches of any cut, again where no answer came, and mixed."""

import http.client
import json
import random
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

TOKEN = "n" * 32
TUBES = (3, 8)
"""Tubes of a batch, at least and at most."""
SENT_AGAIN, REENTERED = 0.03, 0.01
"""Shares of batches that are sent again although they were acknowledged, and of tubes that somebody else enters from paper."""
PATIENCE = 20.0


@dataclass
class Night:
    """What the phones found out together."""

    port: int
    round_id: UUID
    area: str
    acknowledged: dict[str, list[str]] = field(default_factory=dict)
    refused: list[tuple[str, str]] = field(default_factory=list)
    answered: list[tuple[float, float]] = field(default_factory=list)
    """When each acknowledged batch was sent (monotonic seconds) and how long its answer took."""
    busy: int = 0
    unanswered: int = 0
    failed: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Phone(threading.Thread):
    """One phone. Its tubes are commands of its own; a tube that is entered again from paper is another command with the same label and people."""

    def __init__(self, night: Night, number: int, session: str, tubes: list[tuple[str, list[str]]]) -> None:
        super().__init__(daemon=True)
        self.night, self.number, self.session = night, number, session
        self.rng = random.Random(number)
        self.queue = [self._command(label, papers) for label, papers in tubes]
        self.batches = 0
        self.line: http.client.HTTPConnection | None = None

    def _command(self, label: str, papers: list[str], hand: str = "p") -> dict[str, Any]:
        return {"command_id": f"{hand}{self.number}-{label}", "label": label, "pool_size": 10, "file_nos": papers}

    def run(self) -> None:
        """Work until nothing is left."""
        while self.queue:
            batch = self.queue[: self.rng.randint(*TUBES)]
            if self.rng.random() < SENT_AGAIN:
                self.rng.shuffle(batch)
            if self._sent(batch):
                if self.rng.random() < SENT_AGAIN:
                    self._sent(batch)
                again = [self._command(one["label"], one["file_nos"], "r") for one in batch if self.rng.random() < REENTERED]
                done = {one["command_id"] for one in batch}
                self.queue = [one for one in self.queue if one["command_id"] not in done] + [one for one in again if batch[0]["command_id"][0] == "p"]

    def _sent(self, batch: list[dict[str, Any]]) -> bool:
        """Send a batch and note its outcomes; False when it must be sent again."""
        began = time.monotonic()
        try:
            status, again, answer = self._ask(batch)
        except (OSError, http.client.HTTPException):
            self.line = None
            with self.night.lock:
                self.night.unanswered += 1
            time.sleep(self.rng.uniform(0.5, 2))
            return False
        if status == 200:
            self._note(batch, json.loads(answer)["rows"], (began, time.monotonic() - began))
            return True
        with self.night.lock:
            self.night.busy += status == 429
            self.night.failed += status != 429
        time.sleep(float(again or 2) * self.rng.uniform(0.5, 1))
        return False

    def _note(self, batch: list[dict[str, Any]], rows: list[str], answered: tuple[float, float]) -> None:
        with self.night.lock:
            self.night.answered.append(answered)
            for tube, row in zip(batch, rows, strict=True):
                outcome, _colon, why = row.partition(":")
                if outcome == "done":
                    self.night.acknowledged[tube["label"]] = tube["file_nos"]
                else:
                    self.night.refused.append((tube["command_id"], why))

    def _ask(self, batch: list[dict[str, Any]]) -> tuple[int, str, bytes]:
        self.batches += 1
        self.line = self.line or http.client.HTTPConnection("127.0.0.1", self.night.port, timeout=PATIENCE)
        body = {"device": f"phone{self.number}", "command_id": f"b{self.batches}-{batch[0]['command_id']}", "round_id": str(self.night.round_id)}
        sent = json.dumps(body | {"area": self.night.area, "table": str(self.number), "tubes": batch})
        cookies = f"sessionid={self.session}; csrftoken={TOKEN}"
        headers = {"Content-Type": "application/json", "Cookie": cookies, "X-CSRFToken": TOKEN}
        self.line.request("POST", "/api/sampling/table/upload", sent, headers)
        answer = self.line.getresponse()
        return answer.status, answer.headers.get("Retry-After", ""), answer.read()
