"""The tracing benchmark: our index and its peers ask one generated city log the same questions, and every answer must be equal.

Command: `make bench-tracing SCALE=small|tenth|city`, or `python -m benchmarks.tracing --scale small --engines index,duckdb --sets 1,100`. How to read it:
docs/reference/performance.md. Everybody in the log is invented, from a seed.
"""
