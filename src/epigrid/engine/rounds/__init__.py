"""A testing round in figures before, while and after it runs: sites, trips and laboratories minute by minute.

`schemas` says what a plan is, `forecast` plays it forward and names what will fail where and when, `remedies` says what more would hold the window,
`simulation` plays the same plan person by person with random times as an independent check. `slots` calls people down so that no site overflows,
`effort` and `needs` count people, hours and things, `progress` corrects the forecast by what has happened, `links` finds the late link of real tubes.

Every number comes from the caller; moments are minutes from the start of the round. `docs/reference/round-forecast.md` states methods and figures.
"""
