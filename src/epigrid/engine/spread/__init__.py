"""Truth for exercises: invented communities with people, places and presences, made from a seed.

Everybody here is invented and says so: the generation character 演 in every name, document numbers of the region 999999, which does not exist, and phone
numbers of a range that nobody can be given.
"""
