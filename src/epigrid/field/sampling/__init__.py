"""Sampling: rounds with a frozen population, tubes, hand-overs with counts, and the tests that people owe or are owed.

Words: round, roll-call (清楼表), tube, swab, box, hand-over (标本交接), test due, appointment, sampling code, refusal, exclusion.
Says: RoundOpened, RollReported, TubeClosed, BoxSent, BoxReceived, TubeMissing, PooledPositive, SinglePositive, NegativesNoted ...
Hears (through playbooks): what the laboratory read, what quarantine and zones need tested.
Needs: people, places, policies, organisation (directive), workforce.
The class of a person in a round is the highest of sampled > exempt > away > declined > unreachable > open over all facts, so that the
order of arrival cannot matter; a missed test can only remind.
"""
