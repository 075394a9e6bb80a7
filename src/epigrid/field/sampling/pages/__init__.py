"""The human door of sampling: roll-call and desk (`desk`), on paper (`rolls`), the table (`table`), hand-overs and the close-out (`handover`), labels (`labels`), who is due."""

from django.urls import path

from epigrid.field.sampling.pages import code, desk, due, handover, labels, lists, rolls, table

urlpatterns = [
    path("roll-call/", desk.roll_call, name="roll-call"),
    path("roll-call/<uuid:building_id>/", desk.building, name="building"),
    path("roll-call/scan/", rolls.scan_back, name="roll-call-scan"),
    path("roll-call/lists/", lists.lists, name="roll-call-lists"),
    path("act/sampling/list/", lists.list_file, name="sampling.list"),
    path("act/sampling/list-upload/", lists.upload_list, name="sampling.upload-list"),
    path("sampling/", desk.desk, name="sampling"),
    path("boxes/", desk.boxes, name="boxes"),
    path("table/", table.at_table, name="table"),
    path("due/", due.due, name="due"),
    path("labels/", labels.labels, name="labels"),
    path("hand-over/", handover.hand_over, name="hand-over"),
    path("me/code/", code.own, name="me-code"),
]
