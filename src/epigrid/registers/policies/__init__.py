"""Policies: dated packs of rules as data, who decides what, and the law that carries each measure.

Words: pack, overlay, clause, edition (digest of pack + overlays in force for an area on a day), source, confidence, delegation.
Says: HoldsDelegated. Needs: places (area paths), store.
`packs/*.toml` are national regimes that inherit and amend; `overlays/*.toml` are local and exercise values, applied in order of the area path.
"""
