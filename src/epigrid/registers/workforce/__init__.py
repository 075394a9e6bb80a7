"""Workforce: workers, who answers for which grid, shifts and rest, contact persons of households, the one gate for helpers.

Words: worker, grid assignment, shift, care span (包联), fitness check, exception, staff test.
Says: GridAssigned, ShiftStarted, ShiftEnded, RestOverdue, FitnessChecked, FitnessExcepted, StaffTested, SpansAssigned. Needs: people, organisation, policies.
"""
