"""Paths in the responsibility tree: city > county > subdistrict > community > grid > microgrid."""

from collections.abc import Iterable, Iterator


class Area(str):
    """A path such as `huaiyuan/ty/xd/`: segments joined by `/`, closed by `/`, the first one naming the tree.

    The closing slash makes "this area and all beneath it" one half-open range of strings: `[path, path.end)`.
    """

    __slots__ = ()

    def __new__(cls, path: str) -> "Area":
        if not path or not path.endswith("/") or path.startswith("/") or "//" in path:
            raise ValueError(f"not an area path: {path!r}")
        return super().__new__(cls, path)

    @property
    def end(self) -> str:
        """The first string after every descendant ("0" is the character after "/")."""
        return self[:-1] + "0"

    @property
    def tree(self) -> str:
        """The name of the tree's root segment."""
        return self.split("/", 1)[0]

    @property
    def root(self) -> "Area":
        """The path of the tree's root."""
        return Area(self.tree + "/")

    @property
    def level(self) -> int:
        """Number of segments; the root has 1."""
        return self.count("/")

    @property
    def parent(self) -> "Area | None":
        """The area above, or None at the root."""
        head = self[:-1].rpartition("/")[0]
        return Area(head + "/") if head else None

    def child(self, slug: str) -> "Area":
        """The area `slug` directly beneath."""
        return Area(f"{self}{slug}/")

    def covers(self, other: str) -> bool:
        """Whether `other` is this area or lies beneath it."""
        return other.startswith(self)

    def ancestors(self) -> Iterator["Area"]:
        """This area and every area above it, from the root down."""
        parts = self[:-1].split("/")
        for count in range(1, len(parts) + 1):
            yield Area("/".join(parts[:count]) + "/")

    @staticmethod
    def over(areas: Iterable["Area"]) -> "Area":
        """The deepest area that covers all of these (at least one, all of one tree): where a fact about several rows stands."""
        first, *others = areas
        return next(area for area in reversed(list(first.ancestors())) if all(area.covers(other) for other in others))
