"""Questions about tracing: cases (`cases`), candidates, contacts and referrals (`contacts`), exposure records and venue queries (`venue_queries`)."""

from epigrid.response.tracing.queries.cases import CaseCard, SeatCard, case, cases, chains, open_spread_questions, seat
from epigrid.response.tracing.queries.contacts import (
    CandidateCard,
    ContactCard,
    ReferralCard,
    candidate,
    candidates,
    candidates_of_person,
    contacts,
    last_judgements,
    next_due,
    referrals,
)
from epigrid.response.tracing.queries.venue_queries import QueryCard, case_of_exposure, exposures, venue_queries

__all__ = [
    "CandidateCard",
    "CaseCard",
    "ContactCard",
    "QueryCard",
    "ReferralCard",
    "SeatCard",
    "candidate",
    "candidates",
    "candidates_of_person",
    "case",
    "case_of_exposure",
    "cases",
    "chains",
    "contacts",
    "exposures",
    "last_judgements",
    "next_due",
    "open_spread_questions",
    "referrals",
    "seat",
    "venue_queries",
]
