"""Exercises: the plan of an exercise (community, script, laws) and its runs. The playbook performs the script; people are played through the same verbs.

Words: exercise, run, inject, law, debrief. Says: RunStarted, RunEnded. Needs: engine.spread.
"""
