"""Laboratory: specimens received with a count, readings of runs, re-runs, and an inbox for what matches no tube.

Words: specimen, run, reading, outcome (negative, positive, grey, single-target, invalid), inbox.
Says: ResultsImported, TubesNegative, TubePositive, RerunNeeded, TubeInvalid, TubeDoubtful, ResultUnmatched.
Hears (through playbooks): which tubes arrived.
Needs: organisation, policies. It knows tubes by label, never people.
"""
