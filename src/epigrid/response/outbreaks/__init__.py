"""Outbreaks: when an outbreak began, its clocks with start and end events, the report of a positive and who acknowledged it.

Words: outbreak, milestone, clock, positive report. Says: OutbreakOpened, CaseJoined, ClockStarted, ClockMet, ClocksMissed, PositiveReported, ReportAcknowledged, ReportsUnacknowledged, OutbreakClosed.
Needs: policies, organisation.
"""
