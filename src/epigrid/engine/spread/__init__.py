"""An invented community and an invented spread in it, made from a seed: places, people, staff, presences, and the hidden truth about who met whom.

`generate.generate(plan, tree=..., split=...)` answers a `Scene`: what a county's files may say (`community`) and what only the driver of an exercise and
the tests may know (`truth`, `cast`). Nothing in the files is made from the truth. The same seed gives the same scene; the tree's name changes ids only.
"""
