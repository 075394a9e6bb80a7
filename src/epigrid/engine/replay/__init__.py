"""Published risk-area lists against the rules of the packs: how long areas really stayed at a level, and what a rule would have said.

`snapshots` reads the lists, `spells` finds the stays of each area at each level, `texts` compares how places are written, `rules` says when a stay is
due to end, `judging` gives every stay one class with the evidence for it, `report` counts. Nothing here is fitted to the lists: numbers of days come
from outside as `rules.Rule`. `docs/reference/zone-replay.md` states every criterion.
"""
