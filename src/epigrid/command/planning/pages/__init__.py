"""The human door of planning: plans and checklists (`plans`); sites with their map, teams, slots, doors, sheets, assets (`ground`); a round's report (`report`)."""

from django.urls import path

from epigrid.command.planning.pages.plans import assets, plan, plans
from epigrid.command.planning.pages.report import report

urlpatterns = [
    path("plans/", plans, name="plans"),
    path("plans/<uuid:plan_id>/", plan, name="plan"),
    path("plans/assets/", assets, name="plan-assets"),
    path("rounds/<uuid:round_id>/report/", report, name="round-report"),
]
