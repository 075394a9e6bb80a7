"""Compiled loops of the tracing engine (numba). Imported only when a question is asked: loading the compiler takes half a second.

Each kernel is a plain function over arrays, releases the interpreter's lock and is compiled once into a cache beside its file. `numpy` answers the same
questions in `reference`, and tests compare the two.
"""
