"""Workforce: workers, who answers for which grid, shifts and rest, contact persons of households.

Words: worker, grid assignment, shift, care span (包联). Says: GridAssigned, ShiftStarted, ShiftEnded, RestOverdue, SpansAssigned. Needs: organisation.
"""
