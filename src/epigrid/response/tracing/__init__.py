"""Tracing: cases, exposures, bounded venue queries, candidates with evidence, judgements person by person, referrals, sector sweeps.

Words: case, exposure, venue query, candidate, contact, referral (协查函), spread, sector sweep (重点行业排查).
Says: CaseOpened, OpinionRecorded, CaseClassified, ExposureRecorded, QueryApproved, CandidatesFound, CandidateJudged, ReferralSent, ReferralAcknowledged, ReferralAnswered, SpreadJudged, ScansImported, SweepAsked, SweepApproved,
SweepNamed, SweepDrawn, SweepResultsNoted, SweepClosed, PlaceDecided.
Hears through playbooks: served orders, arrived transfers, ended orders (a contact's moments).
Needs: people, places, policies, sampling (results), engine.tracing, store.extracts. The engine proposes; a CDC investigator judges each person.
"""
