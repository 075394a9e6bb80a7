"""Organisation: bodies, task forces, duties entrusted to people over areas, and directives that authorise acts.

Words: body, task force, appointment, directive (指令), receipt.
Says: BodyFounded, Appointed, AppointmentEnded, DirectiveIssued, DirectiveAcknowledged, DirectiveWithdrawn. Needs: policies, places.
"""
