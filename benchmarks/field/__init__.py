"""The field app: first load, packs, the roll-call of a large building, a person at the table, a full outbox (issue: speed)."""
