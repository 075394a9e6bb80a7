"""Visits: from door to door (敲门行动), temperatures that people at home tell, the day's routine of who is watched, and records that nobody can have made so fast.

Words: campaign, visit, attempt, coverage, reading, routine, item, series, recall. Says: CampaignOpened, VisitRecorded, HouseholdUnreached, CampaignClosed,
ReadingRecorded, RoutineSet, RoutineChanged, ItemDone, SeriesFlagged, RecallDrawn, ReviewDecided. Needs: people, places, policies, organisation.
Hears nothing: what follows stands in `playbooks/visits.py`. A routine ships empty and off: a county writes down its items, with basis and end.
"""
