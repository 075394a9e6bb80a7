"""The human door of planning: plans and checklists (`plans`); sites with their map, teams, slots, doors, sheets, assets (`ground`)."""

from django.urls import path

from epigrid.command.planning.pages.plans import assets, plan, plans

urlpatterns = [
    path("plans/", plans, name="plans"),
    path("plans/<uuid:plan_id>/", plan, name="plan"),
    path("plans/assets/", assets, name="plan-assets"),
]
