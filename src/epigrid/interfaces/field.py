"""The field app's own addresses: its shell, its service worker and its manifest, as the build made them.

Everything else of it lies under /static/field/ with hashed names. The shell holds nobody's data: whoever opens it without a bound phone sees the form
for a code. It alone may compile WebAssembly (Argon2id of the lock, the scanner); `eval` stays forbidden.
"""

from pathlib import Path

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

BUILD = Path(__file__).resolve().parent / "static" / "field"
POLICY = {
    "script-src": ["'wasm-unsafe-eval'"],
    "worker-src": ["'self'"],
    "img-src": ["blob:"],
    "media-src": ["'self'", "blob:"],
}
"""What the shell may do beyond the policy of all pages."""


def _file(name: str, content_type: str, **headers: str) -> HttpResponse:
    """A file of the build, asked for again each time; 503 where nothing is built."""
    file = BUILD / name
    if not file.is_file():
        return HttpResponse("The field app is not built: run `make frontend`.\n", status=503, content_type="text/plain; charset=utf-8")
    return HttpResponse(file.read_bytes(), content_type=content_type, headers={"Cache-Control": "no-cache"} | headers)


@require_safe
@csp_update(POLICY)
def shell(request: HttpRequest) -> HttpResponse:
    """The app's only page."""
    return _file("index.html", "text/html; charset=utf-8", **{"Permissions-Policy": "camera=(self)", "Referrer-Policy": "no-referrer"})


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps the app on the phone; it governs /field/ and nothing else."""
    return _file("sw.js", "text/javascript; charset=utf-8", **{"Service-Worker-Allowed": "/field/"})


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Name, icons and colours for the home screen."""
    return _file("manifest.webmanifest", "application/manifest+json")


urlpatterns = [
    path("field/", shell, name="field"),
    path("field/sw.js", service_worker, name="field-worker"),
    path("field/manifest.webmanifest", manifest, name="field-manifest"),
]
