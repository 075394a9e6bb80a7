"""Zones: measures on places. Proposed by the CDC, decided by the city office, served for, reviewed, downgraded, lifted, announced.

Words: zone, level (provisional, high, low), service plan, opening list, zone lead, barrier, member, notice, downgrade, lifting.
Says: ZoneProposed, ZoneDecided, ServicePlanSet, StayHomeStarted, StayHomeEnded, ZoneReportedUp, ZoneRestarted, SpreadQuestionOpen, DowngradeProposed, ZoneDowngraded, ZonesLapsed, ZoneLifted, NoticePublished.
Needs: people, places, policies, organisation, store.documents. No stay-home duty without an active service plan, a hotline and a zone lead.
"""
