"""Identifiers of an invented community: UUIDv5 of (tree, seed, kind, natural key), the same that the store makes in such a tree."""

from uuid import UUID, uuid5


def natural_id(space: UUID, kind: str, *key: object) -> UUID:
    """UUIDv5 of a natural key within a tree's namespace."""
    return uuid5(space, "|".join([kind, *map(str, key)]))


def namespace(tree: str, seed: int) -> UUID:
    """The namespace of a tree made with a seed; `tree` is the root segment without slash."""
    return natural_id(UUID(int=0), "tree", f"{tree}/", seed)
