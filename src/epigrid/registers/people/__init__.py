"""People: one person - one file; households, care needs, the day's register, corrections, erasure.

Words: resident register (底册), household, care need, day register, claim, ledger (a saved view), correction.
Says: ResidentsImported, PersonRegistered, CareNeedRecorded, DayRegisterEntered, EntriesClaimed, EntriesUnclaimed, CorrectionAsked, CorrectionDecided,
PersonMoved, PersonDeparted, PeopleErased. Needs: places, policies, vault. Names, documents, phones and addresses live in the vault only.
"""
