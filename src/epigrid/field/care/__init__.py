"""Care: what residents ask for and how it is answered; needs censuses; emergencies that nothing conditions; ways to hospital; telephone rounds.

Words: request, incident, census, emergency, medical exit, call round. Says: CareRequested, CareAnswered, CareEscalated, RequestLinked, EmergencyCalled, IncidentOpened,
CensusTaken, MedicalExitChanged, CallsPlanned, CallsClosed, CallRecorded. Needs: people, organisation, places, policies.
A request has one helper at a time; nobody's receipt is photographed; whoever calls sees his own list only.
"""
