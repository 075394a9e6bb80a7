"""Places: the tree of physical places and the responsibility tree, joined by dated assignments.

Words: place, compound, building, unit, floor, room, alias, area, microgrid.
Says: PlacesRegistered, AliasConfirmed, ResponsibilityAssigned, PlaceSplit, PlacesMerged, AreaRecut. Needs: store.
A name in a notice is never merged silently: candidates are offered, a person confirms (S-048).
"""
