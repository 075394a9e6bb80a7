"""At every door: who acts, at what moment of which tree; and refusals in the reader's language."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from threading import BoundedSemaphore
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from epigrid.interfaces.refusals import status_of, words
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.errors import DomainError, NotFound, TooOften
from epigrid.registers.access import actions as guards
from epigrid.registers.access import queries as access
from epigrid.store import reads
from epigrid.store.doors import present, reader
from epigrid.store.vault import PurposeMissing

Respond = Callable[[HttpRequest], HttpResponse]


COME_AGAIN = (1, 5)
"""Seconds after which a phone is asked to come again, drawn for each, so that they do not all come at once."""


class BusyMiddleware:
    """Of the uploads that phones keep and send again so many work at once; another is told at once when to come again (429, `Retry-After`).

    It stands before everything that asks the database. Pages and all other acts are not counted: a night's uploads do not hold them up.
    """

    def __init__(self, respond: Respond) -> None:
        self.respond = respond
        self.free = BoundedSemaphore(settings.EPIGRID_UPLOADS_AT_ONCE)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not (request.path.startswith("/api/") and request.path.endswith("/upload")):
            return self.respond(request)
        if not self.free.acquire(blocking=False):
            again = random.randint(*COME_AGAIN)
            return JsonResponse({"reason": "server.busy", "details": {"again_in_seconds": again}}, status=429, headers={"Retry-After": str(again)})
        try:
            return self.respond(request)
        finally:
            self.free.release()


class ChosenLanguageMiddleware:
    """Chinese unless the reader has switched: the browser's own preference does not count."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.META.pop("HTTP_ACCEPT_LANGUAGE", None)
        return self.respond(request)


PHONES = "/api/field/"
"""Where phones speak: there a phone's own secret counts and no session, elsewhere a session and no secret."""


class ActorMiddleware:
    """Sets `request.actor` and `request.now`: the present moment of the tree of the signed-in user, or of the phone that speaks (`request.device`)."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        door: Any = request
        door.actor, door.now, door.root, door.factor_at, door.device = None, datetime.now(UTC), None, None, None
        if request.path.startswith(PHONES):
            try:
                _take_phone(door)
            except DomainError as refusal:
                return _refused(request, refusal)
            return self.respond(request)
        user: Any = request.user
        if user.is_authenticated:
            door.root = Area(f"{user.tree}/")
            door.now, door.running = present(door.root)
            door.factor_at = _second_factor_at(request, user)
            purpose = str(request.headers.get("X-Purpose", ""))
            door.actor = access.actor_for(user=user, now=door.now, purpose=purpose, second_factor=door.factor_at is not None)
        return self.respond(request)


def _take_phone(door: Any) -> None:
    """Who acts by the phone's secret, if one was sent; `DeviceUnknown`, `DeviceRevoked`, `DeviceEnded`."""
    scheme, _space, token = str(door.headers.get("Authorization", "")).partition(" ")
    if scheme != "Device":
        return
    user, door.device = access.device_for(token=token.strip(), origin=door.META.get("REMOTE_ADDR", ""), wall=door.now)
    door.root = Area(f"{user.tree}/")
    door.now, door.running = present(door.root)
    door.actor = access.actor_of_phone(user=user, now=door.now, purpose=str(door.headers.get("X-Purpose", "")))


def _second_factor_at(request: HttpRequest, user: Any) -> datetime | None:
    """When the second factor was given in this session, the last time; None when it was not."""
    given = [record["at"] for record in get_authentication_records(request, user) if record.get("method") == "mfa"]
    return datetime.fromtimestamp(max(given), UTC) if given else None


class RefusalMiddleware:
    """Turns refusals of the domain into answers: reason key and words, the status that fits, as page or JSON."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.respond(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer `DomainError`; unknown and foreign ids are the same 404."""
        if isinstance(error, ObjectDoesNotExist):
            error = NotFound()
        if not isinstance(error, DomainError):
            return None
        actor: Actor | None = getattr(request, "actor", None)
        if isinstance(error, PurposeMissing) and actor is not None:
            _note_denial(request, actor, error)
        if isinstance(error, TooOften) and actor is not None and error.details["first"]:
            guards.note_look_ups_limited(actor=actor, area=(*actor.areas(), reader(request).root)[0], now=reader(request).now)
        return _refused(request, error)


def _refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    status, details = status_of(error), dict(error.details)
    if request.path.startswith("/api/"):
        answer: HttpResponse = JsonResponse({"reason": error.reason, "details": details}, status=status)
    else:
        answer = render(request, "refusal.html", {"reason": error.reason, "words": words(error), "details": details}, status=status)
    if "again_in_seconds" in details:
        answer["Retry-After"] = str(details["again_in_seconds"])
    return answer


def _note_denial(request: Any, actor: Actor, error: PurposeMissing) -> None:
    """Write the denial after the rollback of what was refused."""
    reads.record(
        actor=actor,
        area=error.details.get("area") or request.root,
        person_ids=error.details.get("person_ids", ()),
        fields=error.details.get("fields", ()),
        at=request.now,
        denied=True,
    )
