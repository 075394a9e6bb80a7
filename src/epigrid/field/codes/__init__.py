"""Codes: a person's own status `clear / hold / stay` as a function of the set of active reasons, and the province's colour as request and answer.

Words: status, reason, pass, colour request, gate answer (pass, call the desk, medical), entrance (what it asks for on a day).
Says: StatusChanged, ColoursRequested, ColourAnswered, ColoursLate, GateAnswered, PassIssued. Needs: people, places, policies.
Epigrid never sets a colour. A gate sees neither reason nor name; the way home and an emergency are never refused; a release paper beats a late code.
"""
