"""How large the generated city is, and where its files lie."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2] / "var/bench/tracing"


@dataclass(frozen=True, kw_only=True)
class Scale:
    """One size of the city: people and places by kind. Crowding of a place does not depend on the size, except in `small` (a tenth of a district)."""

    name: str
    people: int
    workplaces: int
    vehicles: int
    districts: int
    venues: int

    @property
    def places(self) -> int:
        """All places: workplaces and schools, vehicles, venues."""
        return self.workplaces + self.vehicles + self.districts * self.venues

    @property
    def folder(self) -> Path:
        """Where the log, the indexes and the runs of this size lie; the folder may be deleted at any time."""
        return ROOT / self.name


SCALES = {
    scale.name: scale
    for scale in (
        Scale(name="small", people=26_500, workplaces=442, vehicles=8, districts=1, venues=1_143),
        Scale(name="tenth", people=530_000, workplaces=8_833, vehicles=154, districts=2, venues=11_435),
        Scale(name="city", people=5_300_000, workplaces=88_333, vehicles=1_541, districts=20, venues=11_435),
    )
}
"""`venues` is per district: 318,574 places in the city, 31,857 in its tenth, 1,593 in its two-hundredth."""
