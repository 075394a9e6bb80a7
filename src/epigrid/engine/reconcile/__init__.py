"""Building roll-call as set algebra: who of a round's people has been sampled, who is accounted for, whose name is missing, in every building.

`rollcall.RollCall` takes facts batch by batch and keeps the counts; `recount` counts again from the facts alone and from a second source (tube lists
and hand-over counts) and names what differs. Law: frozen + late-added - struck-off = sum of the classes (procedures 2, laws of counting).
"""
