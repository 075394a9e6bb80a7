"""Identifiers: time-ordered UUIDs, and in a tree with a namespace UUIDv5 of the natural key, so that two runs make the same ids."""

from uuid import UUID, uuid5

import uuid_utils

from epigrid.kernel.areas import Area


def uuid7() -> UUID:
    """A time-ordered id (RFC 9562, version 7), rising within one process."""
    return UUID(int=uuid_utils.uuid7().int)


def natural_id(namespace: UUID, kind: str, *key: object) -> UUID:
    """UUIDv5 of a natural key within a tree's namespace."""
    return uuid5(namespace, "|".join([kind, *map(str, key)]))


def new_id(area: Area, kind: str, *key: object) -> UUID:
    """An id for a new row: natural where the tree has a namespace and the row a key, else time-ordered."""
    from epigrid.store.clock import namespace

    space = namespace(area)
    return natural_id(space, kind, *key) if space is not None and key else uuid7()


def repeated_id(area: Area, kind: str, *key: object) -> UUID:
    """An id for an act that may be done again with the same key: natural with the act's number where the tree has a namespace, else time-ordered.

    Call it inside the transaction of the act.
    """
    from epigrid.store.clock import namespace
    from epigrid.store.series import next_number

    space = namespace(area)
    if space is None:
        return uuid7()
    number = next_number(tree=area.tree, name=f"{kind}|{natural_id(space, kind, *key)}")
    return natural_id(space, kind, *key, number)
