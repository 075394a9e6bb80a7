"""The human door of the laboratory: results, queue and plates, chain."""

from django.urls import path

from epigrid.field.laboratory.pages import benches, results

urlpatterns = [
    path("laboratory/", results.desk, name="laboratory"),
    path("laboratory/queue/", benches.queue, name="laboratory-queue"),
    path("laboratory/refused/", results.refused, name="laboratory-refused"),
    path("laboratory/chain/", benches.chain, name="laboratory-chain"),
    path("act/laboratory/upload/", results.upload, name="laboratory.upload"),
]
