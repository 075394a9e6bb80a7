"""Facts that apps tell each other. An event is a frozen dataclass of ids, times and counts, never of personal data."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from enum import Enum
from types import UnionType
from typing import Any, ClassVar, Generic, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from epigrid.kernel.areas import Area

E = TypeVar("E", bound="Event", covariant=True)


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all facts. A subclass names its `kind` ("sampling.tube-closed"), the field that is its `subject`, and its own fields.

    `begins` marks what may stand without a cause: a named human decision, a file that came in, a resident's own word.
    `heard_by_nobody` gives the reason when no playbook listens; a test holds that each event is heard or says why not.
    """

    kind: ClassVar[str]
    subject: ClassVar[str]
    begins: ClassVar[bool] = False
    heard_by_nobody: ClassVar[str] = ""
    kinds: ClassVar[dict[str, type["Event"]]] = {}

    area: Area

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        kind = cls.__dict__.get("kind")
        if kind is None:
            return
        known = Event.kinds.setdefault(kind, cls)
        if (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"two events are called {kind!r}")

    @property
    def subject_id(self) -> UUID:
        """Id of what the fact is about; facts of one subject are heard in order."""
        value = getattr(self, self.subject)
        if not isinstance(value, UUID):
            raise TypeError(f"{self.kind}: subject {self.subject} is no id")
        return value

    def payload(self) -> dict[str, Any]:
        """The fields but the area, as JSON values."""
        values = asdict(self)
        del values["area"]
        return {name: _plain(value) for name, value in values.items()}

    @classmethod
    def load(cls, kind: str, area: str, payload: Mapping[str, Any]) -> "Event":
        """Build the event again from its stored form; unknown kinds are a KeyError."""
        event_class = Event.kinds[kind]
        hints = get_type_hints(event_class)
        values = {field.name: _typed(hints[field.name], payload[field.name]) for field in fields(event_class) if field.name in payload}
        return event_class(area=Area(area), **values)


@dataclass(frozen=True, kw_only=True)
class Fact(Generic[E]):
    """An event as the journal holds it: who told it, when, and which fact caused it."""

    id: UUID
    event: E
    at: datetime
    position: int | None
    actor_kind: str
    actor_id: UUID | None
    caused_by: UUID | None


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(_plain(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value


_FROM_TEXT: dict[type, Callable[[str], Any]] = {
    UUID: UUID,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    Area: Area,
}


def _typed(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return _typed(next(arg for arg in get_args(hint) if arg is not type(None)), value)
    if origin is tuple:
        return tuple(_typed(get_args(hint)[0], item) for item in value)
    if origin is dict:
        key_hint, item_hint = get_args(hint)
        return {_typed(key_hint, key): _typed(item_hint, item) for key, item in value.items()}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    return _FROM_TEXT[hint](value) if hint in _FROM_TEXT else value
