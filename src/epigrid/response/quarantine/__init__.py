"""Quarantine: holds that await a retest, orders with served papers, sites and rooms, transfers, treatment, appeals.

Words: hold (就地等待复核), order (隔离医学观察告知书), site, room, transfer (转运), release, treatment (隔离治疗), appeal, talk.
Says: HoldsProposed, HoldsIssued, HoldExtended, HoldsEnded, OrderProposed, OrdersIssued, OrderServed, OrderEnded, ReleasesProposed, SiteOpened, TransferPlanned, TransferDeparted, TransferArrived,
AmbulanceCalled, PatientAdmitted, PatientDischarged, AppealFiled, AppealDecided, RefusalRecorded.
Needs: people, places, policies, organisation, store.documents. Each measure has basis, decider, start, end, served notice, appeal; past its end it is over even if nobody acts.
"""
