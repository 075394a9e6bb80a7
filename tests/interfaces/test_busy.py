"""On a big night the server says at once that it is busy; phones keep what they have, and pages do not wait."""

import threading

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from epigrid.interfaces import middleware

UPLOAD = "/api/sampling/table/upload"


def test_of_more_uploads_than_work_at_once_the_others_are_told_when_to_come_again(settings: object) -> None:
    settings.EPIGRID_UPLOADS_AT_ONCE = 2  # type: ignore[attr-defined]
    inside, go_on = threading.Semaphore(0), threading.Event()

    def respond(request: HttpRequest) -> HttpResponse:
        if request.path == UPLOAD:
            inside.release()
            assert go_on.wait(20)
        return HttpResponse("done")

    door, ask = middleware.BusyMiddleware(respond), RequestFactory()
    answers: list[HttpResponse] = []
    at_work = [threading.Thread(target=lambda: answers.append(door(ask.post(UPLOAD)))) for _ in range(2)]
    for thread in at_work:
        thread.start()
        assert inside.acquire(timeout=20)
    told = door(ask.post(UPLOAD))
    first, last = middleware.COME_AGAIN
    assert (told.status_code, first <= int(told["Retry-After"]) <= last) == (429, True)
    assert b"server.busy" in told.content
    assert [door(ask.get("/situation/")).status_code, door(ask.post("/api/tasks/done")).status_code] == [200, 200]
    go_on.set()
    for thread in at_work:
        thread.join(timeout=20)
    assert [answer.status_code for answer in answers] == [200, 200]
    assert door(ask.post(UPLOAD)).status_code == 200


def test_an_upload_that_fails_gives_its_place_back(settings: object) -> None:
    settings.EPIGRID_UPLOADS_AT_ONCE = 1  # type: ignore[attr-defined]

    def respond(_request: HttpRequest) -> HttpResponse:
        raise ZeroDivisionError

    door = middleware.BusyMiddleware(respond)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            door(RequestFactory().post(UPLOAD))
