"""Laboratory: specimens received with a count, plates and queue, readings of runs, re-runs, second persons, corrections, an inbox for what matches no tube.

Words: specimen, run, reading, outcome (negative, positive, grey, single-target, invalid), correction, inbox, bench, plate, consignment.
Says: ResultsImported, TubesNegative, TubePositive, RerunNeeded, CheckNeeded, ResultCorrected, TubeInvalid, TubeDoubtful, ResultsUnmatched, TubesSentOn ...
Hears (through playbooks): which tubes arrived, and of which round.
Needs: organisation, policies. It knows tubes by label, never people.
"""
