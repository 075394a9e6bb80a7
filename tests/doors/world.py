"""What the tests of the doors share: who knocks, every endpoint there is, and a digest of everything that a door may not change."""

import hashlib
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from epigrid.interfaces.api import api
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.registers.access.models import User
from epigrid.registers.organisation.models import Appointment
from tests import cast
from tests.cast import MONDAY

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NOT_COUNTED = {"store.CommandReceipt", "store.Read", "policies.Edition", "access.User", "access.Attempt", "organisation.Appointment"}
"""Receipts and reads are records of knocking itself; accounts and appointments are made by the tests."""
RESULTS = "管号,检测时间,ORF1ab Ct,N Ct,结果\nT404,2022-11-21 09:00,,,阴性\n"
FILES: dict[str, Callable[[dict[str, Any]], str]] = {
    "laboratory.import-results": lambda _body: RESULTS,
    "sampling.import-list": lambda body: f"档案号,情况,轮次编号\nmini-0001,外出,{UUID(body['round_id']).hex[-8:]}\n",
}
"""Operations that take a file, and what stands in it."""


PHONES = "/api/field/"
"""The door of phones has no session and tests of its own (tests/interfaces/test_sync.py, tests/registers/test_devices.py)."""


def operations() -> list[tuple[str, str, str]]:
    """(method, path, operation id) of everything in the OpenAPI document."""
    paths = api.get_openapi_schema(path_prefix="/api/")["paths"].items()
    return [(method, path, one["operationId"]) for path, each in sorted(paths) if PHONES not in path for method, one in sorted(each.items())]


POSTS = [(path, operation) for method, path, operation in operations() if method == "post"]
GETS = [path for method, path, _operation in operations() if method == "get"]
DOCUMENT = api.get_openapi_schema(path_prefix="/api/")["paths"]


def question(path: str) -> str:
    """The path of a question with a strange id in each place of the path and a value for each parameter that it must have."""
    needed = [one for one in DOCUMENT[path]["get"].get("parameters", []) if one["required"] and one["in"] == "query"]
    named = {one["name"]: one["schema"].get("minimum", uuid4()) for one in needed}
    while "{" in path:
        head, _brace, tail = path.partition("{")
        path = head + str(uuid4()) + tail.partition("}")[2]
    return f"{path}?{urlencode(named)}" if named else path


def client_of(*duties: Duty, area: Area | None = None) -> Client:
    """A client signed in as the holder of the duties, at home or elsewhere."""
    who = f"elsewhere {area}" if area else ""
    user_id = cast.user_id(*duties, who=who)
    if area is not None:
        body = cast.uid("body", "city")
        rows = [Appointment(id=uuid4(), area=area, holder_id=user_id, duty=duty, body_id=body, since=MONDAY) for duty in duties]
        Appointment.objects.bulk_create(rows)
    user, _made = User.objects.get_or_create(id=user_id, defaults={"username": str(user_id), "tree": "mini"})
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def plain(value: Any) -> Any:
    """A body as JSON has it."""
    if isinstance(value, UUID | Area):
        return "".join(str(value))
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value


def post(client: Client, path: str, operation: str, body: dict[str, Any], command_id: str = "c1") -> Any:
    """Send one act as JSON (a file as a form)."""
    sent = {"device": "d1", "command_id": command_id, **plain(body)}
    if operation in FILES:
        return client.post(path, {**sent, "file": SimpleUploadedFile("r.csv", FILES[operation](sent).encode())})
    return client.post(path, json.dumps(sent), content_type="application/json")


def digest() -> str:
    """Of every row of every table that a refused act may not touch."""
    content = hashlib.sha256()
    for model in apps.get_models():
        if model.__module__.startswith("epigrid.") and model._meta.label not in NOT_COUNTED:
            rows = sorted(repr(row) for row in model._base_manager.order_by().values_list())
            content.update(f"{model._meta.label}{rows}".encode())
    return content.hexdigest()


def answer(response: HttpResponse) -> Any:
    """The JSON of an answer."""
    return json.loads(response.content)
