"""Tracing: cases, exposures, bounded venue queries, candidates with evidence, judgements person by person, referrals.

Words: case, exposure, venue query, candidate, contact, referral (协查函), spread.
Says: CaseOpened, OpinionRecorded, CaseClassified, ExposureRecorded, QueryApproved, CandidatesFound, CandidateJudged, ReferralSent, ReferralAcknowledged, ReferralAnswered, SpreadJudged, ScansImported.
Needs: people, places, policies, engine.tracing, store.extracts. The engine proposes; a CDC investigator judges each person.
"""
