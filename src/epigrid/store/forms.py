"""Forms of pages as the bodies of acts: the same schema that the machine door reads."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypeVar, get_args, get_origin
from uuid import uuid4

from django.http import QueryDict
from pydantic import BaseModel, ValidationError

from epigrid.kernel.areas import Area
from epigrid.kernel.errors import BadInput
from epigrid.store import clock

B = TypeVar("B", bound=BaseModel)
LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?")
"""What a browser's field for date and time sends: local time of the reader's tree."""


DAY = re.compile(r"20\d\d-\d\d-\d\d")


def day(text: str, *, field: str) -> date:
    """A day of this century as a browser's field and a command line write it (`2022-11-22`); anything else is `BadInput` with the field."""
    try:
        if DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise BadInput(field=field, why=f"not a day like 2022-11-22: {text[:20]}")


def body(schema: type[B], given: QueryDict, *, root: Area, device: str) -> B:
    """The body of an act from a form. A list takes every value of its name, line by line; `rows.x`, `rows.y` are columns of a list of rows; `map.x` one key.

    What cannot be taken is `BadInput` with the field; fields left empty are absent.
    """
    values: dict[str, Any] = {"device": device, "command_id": given.get("command_id") or str(uuid4())}
    for name, field in schema.model_fields.items():
        if name in values:
            continue
        found = _value(name, field.annotation, given, root)
        if found not in (None, [], {}):
            values[name] = found
    try:
        return schema.model_validate(values)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise BadInput(field=".".join(map(str, fault["loc"])), why=fault["msg"]) from None


def _value(name: str, annotation: Any, given: QueryDict, root: Area) -> Any:
    origin = get_origin(annotation)
    if origin is dict:
        return {key.partition(".")[2]: given[key] for key in given if key.startswith(f"{name}.") and given[key]}
    if origin is list:
        inner = get_args(annotation)[0]
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            return _rows(name, list(inner.model_fields), given, root)
        return [_text(line.strip(), root) for text in given.getlist(name) for line in text.splitlines() if line.strip()]
    text = given.get(name, "")
    return _text(text, root) if text else None


def _rows(name: str, columns: Sequence[str], given: QueryDict, root: Area) -> list[dict[str, str]]:
    listed = {column: given.getlist(f"{name}.{column}") for column in columns}
    length = max((len(values) for values in listed.values()), default=0)
    rows = [
        {column: _text(values[place], root) for column, values in listed.items() if place < len(values) and values[place]} for place in range(length)
    ]
    return [row for row in rows if row]


def _text(text: str, root: Area) -> str:
    if not LOCAL.fullmatch(text):
        return text
    try:
        return datetime.fromisoformat(text).replace(tzinfo=clock.zone(root)).isoformat()
    except ValueError:
        return text
