"""Where sites go and who is served where: p-median, covering, assignment within capacities, each with a bound on what it could miss.

`near` lists candidates per building, `median` and `covering` choose sites, `assignment` sends buildings to them, `exact` proves small cases by HiGHS.
Methods, sources and figures: docs/reference/siting.md.
"""
