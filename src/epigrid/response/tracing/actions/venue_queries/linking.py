"""How the people whom a query found are linked to its cases, by the registers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from epigrid.kernel.actors import Actor
from epigrid.registers.people import queries as people
from epigrid.response.tracing import rules
from epigrid.response.tracing.models import Case


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What the registers know of the cases: in which household and workplace each case's person is (None: in none that is known), and who works there."""

    households: Mapping[UUID, UUID | None]
    workplaces: Mapping[UUID, UUID | None]
    works: Mapping[UUID, UUID]

    @classmethod
    def of(cls, *, actor: Actor, case_ids: Collection[UUID]) -> "Ground":
        """Ask the registers once for all cases."""
        cases = dict(Case.objects.seen_by(actor).filter(id__in=list(case_ids)).values_list("id", "person_id"))
        homes = {card.id: card.household_id for card in people.people(actor=actor, ids=cases.values())}
        own = people.working_at(actor=actor, person_ids=cases.values())
        return cls(
            households={case_id: homes.get(person_id) for case_id, person_id in cases.items()},
            workplaces={case_id: own.get(person_id) for case_id, person_id in cases.items()},
            works=people.working_at(actor=actor, place_ids=own.values()) if own else {},
        )

    def link(self, *, case_id: UUID, card: people.PersonCard, source: str, kinds: Collection[str]) -> str:
        """The link of one person to one case."""
        home, work = self.households.get(case_id), self.workplaces.get(case_id)
        return rules.link_of(
            source=source,
            kinds=kinds,
            household=home is not None and card.household_id == home,
            workplace=work is not None and self.works.get(card.id) == work,
        )
