"""Policies: dated packs of rules as data, who decides what, and the law that carries each measure.

Words: pack (a national regime that inherits and amends), overlay (province, city, county, exercise), clause (one table of a pack, typed by the app that
needs it), regime (pack + overlays merged), edition (digest of a regime, kept for ever), source, confidence, unset, delegation.
Says: HoldDelegated, DelegationEnded. Hears: nothing. Needs: store (clock, journal). `schema.toml` names every table, field and unit that a pack may hold.
"""
