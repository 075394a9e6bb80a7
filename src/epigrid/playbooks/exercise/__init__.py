"""Performs the script of an exercise: each step plays people through the same actions that pages and API call."""
