"""Planning: how a round of testing is prepared before sampling opens it: checklist, sites, teams, slots, call-down, next day's sheet.

Words: plan, preparation and link (4+6), step, site, asset (tent, cabin, hut), lane, zone of a site, team, allocation, slot, call-down (喊楼), sheet.
Says: PlanMade, PlanStarted, SitesPlaced, TeamsAllocated, SiteOpened, RolesMissing, UnitCalled, SheetDrafted, ColdNoted ...
Hears (through playbooks): that a round was opened.
Needs: people, places, workforce, policies, sampling (the round itself, its frozen population and its lists live there).
Two objectives stay apart: the sites of a round stand inside compounds and take so many people each; routine testing is reached on foot.
"""
