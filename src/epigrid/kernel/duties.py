"""Duties: what a person may be entrusted with over an area. Names only; what each may decide is data of the policy pack."""

from enum import StrEnum


class Duty(StrEnum):
    """One word per duty. A role at sign-in is a set of duties over areas."""

    GRID_WORKER = "grid-worker"
    REGISTRAR = "registrar"
    SAMPLER = "sampler"
    COURIER = "courier"
    LABORATORY = "laboratory"
    CDC_DUTY_OFFICER = "cdc-duty-officer"
    CDC_INVESTIGATOR = "cdc-investigator"
    CASE_REGISTRAR = "case-registrar"
    COUNTY_EOC_OFFICER = "county-eoc-officer"
    CITY_EOC_OFFICE = "city-eoc-office"
    CODE_DESK = "code-desk"
    ZONE_LEAD = "zone-lead"
    GATE_GUARD = "gate-guard"
    EXPERT_GROUP = "expert-group"
    SITE_MANAGER = "site-manager"
    HOSPITAL = "hospital"
    COMMUNITY_SECRETARY = "community-secretary"
    APPEALS_REVIEWER = "appeals-reviewer"
    AUDITOR = "auditor"
    TESTING_FORCE = "testing-force"
    SUBDISTRICT_OFFICE = "subdistrict-office"
    PHONE_OPERATOR = "phone-operator"
    TRANSFER_TEAM = "transfer-team"
    PLACE_REGISTRAR = "place-registrar"
    ADMINISTRATOR = "administrator"
    GLASS = "glass"
    """Broken glass: sees rows of one area for three hours, may do nothing."""
    PROCEDURE = "procedure"
    """The playbooks' own duty: may propose, plan, remind and end what is over; never decides."""


DECIDING = frozenset(
    {
        Duty.CDC_DUTY_OFFICER,
        Duty.CDC_INVESTIGATOR,
        Duty.CASE_REGISTRAR,
        Duty.COUNTY_EOC_OFFICER,
        Duty.CITY_EOC_OFFICE,
        Duty.EXPERT_GROUP,
        Duty.APPEALS_REVIEWER,
        Duty.AUDITOR,
        Duty.ADMINISTRATOR,
    }
)
"""Duties that issue, judge, break glass or audit: in a real tree they need a second factor at sign-in."""
