"""The pages that join apps: the situation, the outbreak's story, a positive tube's course, a person's page. Their buttons post to the owning app's door."""

from epigrid.command.situation.pages import course, outbreak, overview, person, resident

urlpatterns = [*course.urlpatterns, *overview.urlpatterns, *outbreak.urlpatterns, *person.urlpatterns, *resident.urlpatterns]
