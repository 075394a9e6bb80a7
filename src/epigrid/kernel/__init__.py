"""Words that every layer speaks: areas, actors, duties, events, verdicts, periods, errors. Standard library only."""
