"""Tasks: who does what until when, closed by its fact, checked by a second person where it matters, ended with the reason that made it.

Words: task, list (清单), evidence, give back, escalate (上报), call for support (吹哨报到).
Says: TasksOpened, TaskAccepted, TaskDone, TaskExcepted, TaskVerified, TasksEscalated, TasksEnded, TaskReopened. Needs: people, places, policies, organisation,
workforce.
No photo closes a task: a scan, a reading, a count or a signature does (procedures 4).
"""
