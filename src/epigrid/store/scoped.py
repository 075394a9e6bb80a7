"""Row scope: a row belongs to an area, and an actor sees it only through a duty that covers the area.

`Model.objects.seen_by(actor)` is the only way to rows. Scope is one half-open range per granted area, so that an index answers it.
"""

from functools import lru_cache, reduce
from operator import or_
from typing import Any, ClassVar, Self, TypeVar, cast

from django.db import models
from django.db.models import Lookup, Q
from django.db.models.sql.compiler import SQLCompiler

from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty

M = TypeVar("M", bound="ScopedModel", covariant=True)


class AreaField(models.CharField):  # type: ignore[type-arg]
    """An area path, compared byte by byte on every database (collation "C" on PostgreSQL)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 200)
        super().__init__(*args, **kwargs)

    def db_parameters(self, connection: Any) -> Any:
        """Byte order, which half-open ranges need, whatever the database's locale."""
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters

    def from_db_value(self, value: str | None, *_: Any) -> Area | None:
        """Rows carry `Area`, not bare text."""
        return None if value is None else Area(value)

    def to_python(self, value: Any) -> Any:
        """Forms and fixtures carry `Area` too."""
        return value if value is None or isinstance(value, Area) else Area(str(value))


@AreaField.register_lookup
class Within(Lookup):
    """`area__within=path`: the path itself and all beneath it, as one half-open range."""

    lookup_name = "within"

    def get_prep_lookup(self) -> Any:
        return Area(str(self.rhs))

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> Any:
        """`col >= path AND col < path.end`."""
        column, params = self.process_lhs(compiler, connection)
        return f"({column} >= %s AND {column} < %s)", [*params, str(self.rhs), *params, self.rhs.end]


class ScopedQuerySet(models.QuerySet[M]):
    """Rows that know who may see them."""

    def seen_by(self, actor: Actor) -> Self:
        """The rows of the areas in which the actor holds a duty that reads this table; a resident: the rows about himself."""
        if actor.person_id is not None:
            lookup = self.model.person_lookup
            return self.filter(**{lookup: actor.person_id}) if lookup else self.none()
        areas = actor.areas(_readers(self.model))
        return self.filter(_scope(areas, self.model.visible_below)) if areas else self.none()


def _readers(model: type["ScopedModel"]) -> frozenset[Duty] | None:
    return None if model.readers is None else model.readers | {Duty.PROCEDURE, Duty.GLASS}


@lru_cache(maxsize=1024)
def _scope(areas: tuple[Area, ...], visible_below: bool) -> Q:
    conditions = [Q(area__within=area) for area in areas]
    if visible_below:
        conditions.append(Q(area__in=sorted({str(above) for area in areas for above in area.ancestors()})))
    return reduce(or_, conditions)


class ScopedManager(models.Manager[M]):
    """The door to scoped rows; everything but `seen_by`, `create` and the bulk verbs is refused by a shape test."""

    def get_queryset(self) -> ScopedQuerySet[M]:
        """All rows, for Django's own use."""
        return ScopedQuerySet(self.model, using=self._db)

    def seen_by(self, actor: Actor) -> ScopedQuerySet[M]:
        """Rows that `actor` may see."""
        areas = () if actor.person_id is not None else actor.areas(_readers(self.model))
        if areas and type(self) is ScopedManager and self._db is None:
            return cast("ScopedQuerySet[M]", _seen(self.model, areas, self.model.visible_below).all())
        return self.get_queryset().seen_by(actor)


@lru_cache(maxsize=4096)
def _seen(model: type["ScopedModel"], areas: tuple[Area, ...], visible_below: bool) -> ScopedQuerySet[Any]:
    """The question made once; who asks gets a copy. A related manager, which adds a condition of its own, does not come here."""
    return model.objects.get_queryset().filter(_scope(areas, visible_below))


class ScopedModel(models.Model):
    """Base of every table with rows of an area.

    `readers`: duties that may see rows at all (None: any duty). `visible_below`: also seen by actors beneath the row's area.
    `person_lookup`: the column by which a resident finds the rows about himself.
    """

    readers: ClassVar[frozenset[Duty] | None] = None
    visible_below: ClassVar[bool] = False
    person_lookup: ClassVar[str | None] = None

    area = AreaField(db_index=True)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager()

    class Meta:
        abstract = True
