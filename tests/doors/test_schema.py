"""Schemathesis over the whole OpenAPI document, by somebody who holds every duty: no server error, only documented answers of the documented shape."""

import copy
import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.db import close_old_connections, transaction
from django.middleware.csrf import CSRF_SECRET_LENGTH
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from epigrid.interfaces.api import api
from epigrid.interfaces.wsgi import application
from epigrid.kernel.duties import Duty
from tests import cast
from tests.cast import CITY
from tests.doors.acts import CASES
from tests.doors.world import client_of, operations, plain

EXAMPLES = 2
"""Per operation and kind of data; with valid ids around one changed field as many again."""
TOKEN = "t" * CSRF_SECRET_LENGTH
CHECKS = [schemathesis.checks.not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EVERY_DUTY = [duty for duty in Duty if duty not in (Duty.PROCEDURE, Duty.GLASS)]
pytestmark = pytest.mark.slow
bounded = settings(max_examples=EXAMPLES, database=None, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.fixture
def document() -> Any:
    """The document as served, on the program itself without a network."""
    told = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/"), default=str))
    for each in told["paths"].values():
        for one in each.values():
            one.pop("security", None)  # the tests bring their own session
    schema = schemathesis.openapi.from_dict(told)
    schema.app = application
    return schema


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """Requests run in the test's own transaction, so they do not close its connection (Django's test client does the same)."""
    both = (signals.request_started, signals.request_finished)
    for signal in both:
        signal.disconnect(close_old_connections)
    yield
    for signal in both:
        signal.connect(close_old_connections)


@pytest.fixture
def ask(_one_connection: None, world: cast.World) -> Callable[[Any], int]:
    """Send a case as somebody with every duty over the city, with the token of the site, and check the answer."""
    session = client_of(*EVERY_DUTY, area=CITY).cookies["sessionid"].value

    def send(case: Any) -> int:
        cookies = {"sessionid": session, "csrftoken": TOKEN}
        response = case.call_and_validate(headers={"X-CSRFToken": TOKEN}, cookies=cookies, checks=CHECKS)
        assert "access.not-signed-in" not in response.text
        assert "access.cross-site" not in response.text
        return int(response.status_code)

    return send


def undone(work: Callable[[], None]) -> None:
    """Run in a transaction that is rolled back, so that every operation meets the same world."""
    with transaction.atomic():
        work()
        transaction.set_rollback(True)


def test_every_operation_answers_as_documented_to_fitting_and_unfitting_data(world: cast.World, document: Any, ask: Callable[[Any], int]) -> None:
    fitting, unfitting = 0, 0
    for operation in (result.ok() for result in document.get_all_operations()):
        undone(lambda operation=operation: _asked(operation, GenerationMode.POSITIVE, ask))
        fitting += 1
        try:
            undone(lambda operation=operation: _asked(operation, GenerationMode.NEGATIVE, ask))
            unfitting += 1
        except Unsatisfiable:  # an operation that takes nothing cannot be asked wrongly
            continue
    assert fitting == len(operations())
    assert unfitting >= len(CASES)


def _asked(operation: Any, mode: GenerationMode, ask: Callable[[Any], int]) -> None:
    @bounded
    @given(case=operation.as_strategy(generation_mode=mode))
    def run(case: Any) -> None:
        ask(case)

    run()


def test_an_act_with_one_field_changed_answers_as_documented(world: cast.World, document: Any, ask: Callable[[Any], int]) -> None:
    """Valid ids lead deep into the actions; one field at a time is then what the schema allows but nobody meant."""
    known = {result.ok().definition.raw["operationId"]: result.ok() for result in document.get_all_operations()}
    answers: Counter[int] = Counter()
    for name, wanted in CASES.items():
        if name == "laboratory.import-results":
            continue
        operation = known[name]

        def work(operation: Any = operation, wanted: Any = wanted) -> None:
            valid = plain(wanted.body(world))

            @bounded
            @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE), data=st.data())
            def run(case: Any, data: Any) -> None:
                made = case.body if isinstance(case.body, dict) else {}
                field = data.draw(st.sampled_from(sorted(made)))
                case.body = {**copy.deepcopy(valid), "device": "fuzz", "command_id": data.draw(st.uuids()).hex, field: made[field]}
                undone(lambda: answers.update([ask(case)]))

            run()

        undone(work)
    assert answers[200] > len(CASES) / 2
    assert set(answers) <= {200, 403, 404, 409, 422}
