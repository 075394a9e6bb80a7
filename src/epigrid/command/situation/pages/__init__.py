"""The pages that join apps: the situation, the outbreak's story, a person's page. Their buttons post to the owning app's door."""

from epigrid.command.situation.pages import outbreak, overview, person, resident

urlpatterns = [*overview.urlpatterns, *outbreak.urlpatterns, *person.urlpatterns, *resident.urlpatterns]
