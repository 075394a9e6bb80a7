"""Tables of exercises: none yet; runs are folders under var/exercises, trees carry their own clock."""
