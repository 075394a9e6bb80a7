"""What the doors of all apps share: who asks and when, one function behind the machine's and the human's door, and every act done once.

An app writes each act once, as a function of the reader and a body. `Acts` offers it as JSON under /api/ (its OpenAPI comes from the body) and
as a form under /act/; both go through `store.commands.once`, so a button pressed twice and a command sent again have one effect.
"""

from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar, cast, get_args, get_origin, get_type_hints
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from ninja import Router, Schema
from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints, create_model

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.errors import DomainError, NotFound
from epigrid.store import clock, commands, forms
from epigrid.store.models import Fact, Tree

View = Callable[..., HttpResponse]
RESIDENT = "resident"
"""Where a session keeps whose page is open."""
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class Reader(HttpRequest):
    """A request after the middleware: who acts, at what moment of which tree, and when he last gave his second factor in this session."""

    actor: Actor
    now: datetime
    root: Area
    factor_at: datetime | None


def reader(request: HttpRequest) -> Reader:
    """The request as the middleware left it."""
    return cast(Reader, request)


def _clean(text: str) -> str:
    if "\x00" in text:
        raise ValueError("NUL is no text")
    return text


def _sane(moment: datetime) -> datetime:
    if not EARLIEST <= moment < LATEST:
        raise ValueError("outside 2000-2099")
    return moment


Word = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9._:-]+$")]
"""A key of a closed list."""
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40), AfterValidator(_clean)]
"""A label, a number, the name of a vehicle."""
Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60), AfterValidator(_clean)]
Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), AfterValidator(_clean)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_clean)]
"""What a person wrote: a reason, an answer, an expert line."""
Maybe = Annotated[str, StringConstraints(strip_whitespace=True, max_length=60), AfterValidator(_clean)]
"""As `Short`, or nothing."""
Path = Annotated[str, StringConstraints(max_length=200, pattern=r"^([a-z0-9-]+/)+$")]
"""The path of an area."""
Moment = Annotated[AwareDatetime, AfterValidator(_sane)]
"""A zone aware moment of this century."""
Count = Annotated[int, Field(ge=0, le=100_000)]
Ids = Annotated[list[UUID], Field(min_length=1, max_length=1000)]


class Command(Schema):
    """What every act carries: the device and an id of the device's own making; sent again, it gets the first answer."""

    device: Line
    command_id: Line


class Outcome(Schema):
    """What became of a command, and the ids (or labels) of what it made."""

    outcome: str
    rows: list[str]
    replayed: bool


class Refusal(Schema):
    """Why something was refused: the stable key and plain details."""

    reason: str
    details: dict[str, Any] = {}


REFUSALS: dict[int, Any] = {401: Refusal, 403: Refusal, 404: Refusal, 409: Refusal, 422: Refusal}
C = TypeVar("C", bound=Command)
Rows = Sequence[UUID | str]
Verb = Callable[[Reader, C], Rows]


class _Absent(Exception):
    """What is not there for this actor leaves nothing behind, not even a receipt."""


def perform(it: Reader, act: str, command: Command, do: Callable[[], Rows], **more: str) -> commands.Outcome:
    """Do a command once; a refusal is kept and raised, also when the command is sent again. Unknown and foreign ids change nothing.

    What makes two commands the same is the act, its body, and `more` (the digest of a file that came with it).
    """
    refused: list[DomainError] = []

    def guarded() -> Sequence[UUID]:
        try:
            return cast(Sequence[UUID], do())
        except (ObjectDoesNotExist, NotFound) as absent:
            raise _Absent from absent
        except DomainError as refusal:
            refused.append(refusal)
            raise

    body = {"act": act, "body": command.model_dump(mode="json", exclude={"device", "command_id"}), **more}
    try:
        outcome = commands.once(actor=it.actor, device=command.device, command_id=command.command_id, body=body, now=it.now, do=guarded)
    except _Absent:
        raise NotFound from None
    if outcome.outcome == "refused":
        raise refused[0] if refused else _known(DomainError, outcome.reason)()
    return outcome


def _known(base: type[DomainError], reason: str) -> type[DomainError]:
    """The refusal with this key, or a plain one that carries it."""
    for kind in base.__subclasses__():
        if kind.reason == reason:
            return kind
        below = _known(kind, reason)
        if below.reason == reason:
            return below
    return type("Refused", (base,), {"reason": reason}) if base is DomainError else base


class Acts:
    """The acts of one app: `@acts("/holds/issue")` puts a function `(reader, body) -> rows` behind both doors."""

    def __init__(self, app: str, router: Router) -> None:
        self.app, self.router = app, router
        self.urls: list[URLPattern] = []
        self.verbs: dict[str, tuple[Verb[Any], type[Command]]] = {}

    def __call__(self, address: str, *, then: str = "") -> Callable[[Verb[C]], Verb[C]]:
        """Offer the decorated function; its second parameter's class is the body. `then`: where the form leads, with the `{rows}` it answered."""
        return self._offering(address, login_required, then)

    def for_residents_too(self, address: str) -> Callable[[Verb[C]], Verb[C]]:
        """As a call, and a resident who showed his slip may press the button about himself."""
        return self._offering(address, _somebody, "")

    def _offering(self, address: str, gate: Callable[[View], View], then: str) -> Callable[[Verb[C]], Verb[C]]:
        def offer(verb: Verb[C]) -> Verb[C]:
            schema = cast("type[C]", get_type_hints(verb)["body"])
            name = verb.__name__.replace("_", "-")
            self.verbs[f"{self.app}.{name}"] = (verb, schema)
            self.router.post(address, response={200: Outcome, **REFUSALS}, operation_id=f"{self.app}.{name}")(
                _machine(f"{self.app}.{name}", verb, schema)
            )
            self.urls.append(path(f"{self.app}/{name}/", gate(_human(f"{self.app}.{name}", verb, schema, then)), name=f"{self.app}.{name}"))
            return verb

        return offer


def _machine(act: str, verb: Verb[C], schema: type[C]) -> Callable[..., commands.Outcome]:
    """The act as JSON. Its body bears the app's name too: in one document bodies of two apps must not have the same."""

    def view(request: HttpRequest, body: Any) -> commands.Outcome:
        it = reader(request)
        return perform(it, act, body, lambda: verb(it, body))

    own = "".join(part.title() for part in act.partition(".")[0].split("-"))
    view.__name__, view.__doc__ = verb.__name__, verb.__doc__
    view.__annotations__ = {"request": HttpRequest, "body": create_model(f"{own}{schema.__name__}", __base__=schema, __doc__=schema.__doc__)}
    return view


def _human(act: str, verb: Verb[C], schema: type[C], then: str) -> View:
    @require_POST
    def view(request: HttpRequest) -> HttpResponse:
        it = reader(request)
        body = forms.body(schema, request.POST, root=it.root, device=f"p-{it.actor.id}")
        done = perform(it, act, body, lambda: verb(it, body))
        if then:
            return HttpResponseRedirect(then.format(rows=quote(",".join(done.rows))))
        return back(request, _("Done."))

    return view


def _somebody(view: View) -> View:
    """Whoever is signed in, or a resident with his slip, about himself."""

    def gate(request: HttpRequest) -> HttpResponse:
        about = resident(request)
        if about is None or request.user.is_authenticated:
            return login_required(view)(request)
        it = reader(request)
        it.actor, it.root = about[0], about[1].root
        it.now = clock.now(it.root)
        return view(request)

    return gate


def resident(request: HttpRequest) -> tuple[Actor, Area] | None:
    """The resident whose page is open in this session (by his slip, or by a worker), and his area."""
    known = request.session.get(RESIDENT)
    return (Actor.resident(UUID(known["person"])), Area(known["area"])) if known else None


def at_home(request: HttpRequest) -> Actor | None:
    """The resident whose page is open; the request then stands at the present moment of his tree, unless somebody is signed in."""
    about = resident(request)
    if about is None:
        return None
    it: Any = reader(request)
    if it.actor is None:
        it.root = about[1].root
        it.now, it.running = present(it.root)
    return about[0]


def present(root: Area) -> tuple[datetime, bool]:
    """The present moment of a tree, and whether an exercise clock runs: what every page asks, at once."""
    tree = Tree.objects.get(root=root)
    return clock._moment(tree, datetime.now(UTC)), tree.running


def back(request: HttpRequest, said: str) -> HttpResponse:
    """Return to the page that the button stands on, and say what was done."""
    messages.success(request, said)
    origin = request.META.get("HTTP_REFERER", "/")
    return HttpResponseRedirect(origin if origin.startswith(f"{request.scheme}://{request.get_host()}/") else "/")


def cause_of(*subjects: UUID, otherwise: UUID | None = None) -> UUID:
    """The newest fact about the first of the subjects that has one: what an act about it follows from. The caller has found them in his scope."""
    for subject in subjects:
        newest = Fact.objects.filter(subject_id=subject).order_by("-seq").values_list("id", flat=True).first()
        if newest is not None:
            return newest
    if otherwise is None:
        raise NotFound
    return otherwise


def area_of(actor: Actor, text: str) -> Area:
    """An area named by its path; one that the actor's duties neither cover nor lie above is not there for him."""
    area = Area(text)
    if not any(grant.area.covers(area) or area.covers(grant.area) for grant in actor.grants):
        raise NotFound(area=text)
    return area


def card(shape: type, *, without: Sequence[str] = ()) -> Any:
    """The schema of a card (a frozen dataclass of an app's queries), as the machine door shows it."""
    hints = get_type_hints(shape)
    columns: Any = {field.name: (_plain(hints[field.name]), ...) for field in fields(shape) if field.name not in without}
    return create_model(shape.__name__, __base__=Schema, __doc__=shape.__doc__, __module__=shape.__module__, **columns)


def listed(shape: Any) -> dict[int, Any]:
    """The responses of a question that answers with several cards."""
    return {200: list[shape], **REFUSALS}


def _plain(hint: Any) -> Any:
    if hint is Area:
        return str
    if isinstance(hint, type) and is_dataclass(hint):
        return card(hint)
    origin = get_origin(hint)
    if origin is tuple and is_dataclass(get_args(hint)[0]):
        return list[_plain(get_args(hint)[0])]  # type: ignore[misc]
    return hint
