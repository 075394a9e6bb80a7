"""Numeric and columnar computing. Knows neither Django nor persons: numbers in, numbers out."""
