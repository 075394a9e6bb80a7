"""The field app as it is served: shell, service worker, manifest, files with hashed names."""

import gzip
import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from epigrid.interfaces import field

ASSETS = field.BUILD / "assets"
FIRST_LOAD = 300 * 1024
"""Target of the issue: bytes (gzip) until the app is there, without the scanner's WebAssembly."""

built = pytest.mark.skipif(not (field.BUILD / "index.html").is_file(), reason="the front end is not built")


def directives(answer: object) -> dict[str, list[str]]:
    policy = answer["Content-Security-Policy"]  # type: ignore[index]
    return {name: values for name, *values in (each.split() for each in policy.split(";"))}


@built
@pytest.mark.django_db
def test_the_shell_may_compile_webassembly_and_nothing_else_beyond_other_pages(client: Client) -> None:
    shell, other = directives(client.get("/field/")), directives(client.get("/accounts/login/"))
    assert shell["script-src"] == ["'self'", "'wasm-unsafe-eval'"]
    assert other["script-src"] == ["'self'"]
    assert shell["connect-src"] == shell["worker-src"] == shell["style-src"] == ["'self'"]
    assert not any("unsafe-inline" in value or value == "'unsafe-eval'" for values in shell.values() for value in values)


@built
def test_the_shell_opens_without_a_sign_in_or_the_database_and_holds_no_inline_script_or_style(client: Client) -> None:
    answer = client.get("/field/")
    page = answer.content.decode()
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-cache")
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))
    assert "<style" not in page and "style=" not in page
    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", page), "everything comes from our own origin"


@built
def test_the_service_worker_governs_the_app_and_keeps_every_file_of_the_build(client: Client) -> None:
    answer = client.get("/field/sw.js")
    assert (answer["Service-Worker-Allowed"], answer["Content-Type"].split(";")[0]) == ("/field/", "text/javascript")
    kept = set(re.findall(r'\[\\"(/[^"\\]+)\\",\\"[0-9a-f]{12}\\"\]', answer.content.decode()))
    files = {f"/static/field/{file.relative_to(field.BUILD)}" for file in field.BUILD.rglob("*") if file.is_file() and file.suffix != ".gz"}
    served = {"/static/field/index.html": "/field/", "/static/field/manifest.webmanifest": "/field/manifest.webmanifest", "/static/field/sw.js": None}
    assert kept == {address for file in files if (address := served.get(file, file))}


@built
def test_the_manifest_makes_it_installable(client: Client) -> None:
    answer = client.get("/field/manifest.webmanifest")
    told = json.loads(answer.content)
    assert answer["Content-Type"] == "application/manifest+json"
    assert (told["start_url"], told["scope"], told["display"]) == ("/field/", "/field/", "standalone")
    for icon in told["icons"]:
        assert (field.BUILD / Path(icon["src"]).name).is_file()
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in told["icons"]}


@built
def test_the_first_load_is_at_most_300_kb_without_the_scanner() -> None:
    page = (field.BUILD / "index.html").read_text(encoding="utf-8")
    first = {Path(name).name for name in re.findall(r'(?:src|href)="/static/field/(assets/[^"]+)"', page)}
    reached = set(first)
    while reached:
        named = {other for name in reached if name.endswith(".js") for other in static_imports((ASSETS / name).read_text(encoding="utf-8"))}
        reached = named - first
        first |= named
    size = sum(len(gzip.compress((ASSETS / name).read_bytes())) for name in first) + len(gzip.compress(page.encode()))
    assert any(name.endswith(".css") for name in first)
    assert size <= FIRST_LOAD, f"{size} bytes"


def static_imports(script: str) -> set[str]:
    """Files that a script imports before it runs; what it fetches later by `import()` does not count."""
    return set(re.findall(r'(?:from|import)\s*["\'`]\./([\w.-]+\.js)["\'`]', script))


@built
def test_files_with_hashed_names_are_kept_for_ever_and_others_are_not() -> None:
    immutable = re.compile(settings.WHITENOISE_IMMUTABLE_FILE_TEST)
    assert all(immutable.match(f"/static/field/assets/{file.name}") for file in ASSETS.iterdir() if file.suffix != ".gz")
    assert not immutable.match("/static/field/icon.svg")
    assert not immutable.match("/static/field/index.html")


def test_where_nothing_is_built_the_page_says_so(client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(field, "BUILD", tmp_path)
    assert client.get("/field/").status_code == 503
