"""What tables and doors share: scoped rows, journal, vault, reads, commands, clock, extracts, documents, sheets, paging, locks."""
