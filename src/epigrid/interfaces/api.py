"""The machine door: OpenAPI 3.1 under /api/, assembled from the apps' routers. Refusals are `{"reason", "details"}` with the status that fits."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import django_auth

from epigrid.command.communication import api as communication
from epigrid.command.planning import api as planning
from epigrid.field.antigen import api as antigen
from epigrid.field.care import api as care
from epigrid.field.codes import api as codes
from epigrid.field.laboratory import api as laboratory
from epigrid.field.sampling import api as sampling
from epigrid.field.tasks import api as tasks
from epigrid.field.visits import api as visits
from epigrid.interfaces import gates, passes, sync
from epigrid.registers.access import api as access
from epigrid.registers.organisation import api as organisation
from epigrid.registers.people import api as people
from epigrid.registers.places import api as places
from epigrid.registers.policies import api as policies
from epigrid.registers.workforce import api as workforce
from epigrid.response.outbreaks import api as outbreaks
from epigrid.response.quarantine import api as quarantine
from epigrid.response.tracing import api as tracing
from epigrid.response.zones import api as zones
from epigrid.store.doors import Acts

APPS = (
    organisation,
    places,
    policies,
    people,
    workforce,
    access,
    sampling,
    laboratory,
    codes,
    tasks,
    care,
    antigen,
    gates,
    visits,
    outbreaks,
    tracing,
    quarantine,
    zones,
    communication,
    planning,
    passes,
)
ACTS: list[Acts] = [app.acts for app in APPS]
for acts in ACTS:
    sync.VERBS.update(acts.verbs)

api = NinjaAPI(title="Epigrid", version="0.1", auth=django_auth, docs_url=None, openapi_url="/openapi.json")
for app in APPS:
    api.add_router(f"/{app.acts.app}", app.router)
for door in (access.field, sync.router):
    api.add_router("/field", door)


def _refuse(request: HttpRequest, status: int, reason: str, **details: Any) -> HttpResponse:
    return api.create_response(request, {"reason": reason, "details": details}, status=status)


def nobody(request: HttpRequest, error: Any) -> HttpResponse:
    """Whoever is not signed in is told so, and nothing else."""
    return _refuse(request, 401, "access.not-signed-in")


def malformed(request: HttpRequest, error: Any) -> HttpResponse:
    """A body that is no body of this act: which field, and why; what was sent is not echoed."""
    faults = [{"field": ".".join(map(str, fault["loc"])), "why": fault["msg"]} for fault in error.errors]
    return _refuse(request, 422, "input.bad", fields=faults)


def broken(request: HttpRequest, error: Any) -> HttpResponse:
    """A body that is no JSON, or a request without the token of its own site."""
    if error.status_code == 403:
        return _refuse(request, 403, "access.cross-site")
    return _refuse(request, 422, "input.bad")


api.add_exception_handler(AuthenticationError, nobody)
api.add_exception_handler(ValidationError, malformed)
api.add_exception_handler(HttpError, broken)
