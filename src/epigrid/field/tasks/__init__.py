"""Tasks: who does what until when, closed by its fact, checked by a second person where it matters, ended with the reason that made it.

Words: task, list (清单), evidence, give back, escalate (上报), call for support (吹哨报到), loan of a grid.
Says: TasksOpened, TaskAccepted, TaskDone, TaskExcepted, TaskVerified, TasksEscalated, TaskSentUp, TasksEnded, TaskReopened, SupportCalled, SupportAnswered,
SupportUnanswered, GridLent. Needs: people, places, policies, organisation, access.
No photo closes a task: a scan, a reading, a count or a signature does (procedures 4).
"""
