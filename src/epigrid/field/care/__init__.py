"""Care: what residents ask for and how it is answered; needs censuses; emergencies that nothing conditions.

Words: request, incident, census, emergency. Says: CareRequested, CareAccepted, CareDelivered, CareConfirmed, CareEscalated, CareAnswered, EmergencyCalled, IncidentOpened, CensusTaken.
Needs: people, places, policies.
"""
