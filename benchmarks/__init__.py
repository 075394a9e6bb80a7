"""Benchmarks: ratios and absolute figures of one run, with command, machine and date; never timed tests."""
