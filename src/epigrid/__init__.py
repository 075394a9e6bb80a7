"""Epigrid: run an outbreak response on a community grid."""

__version__ = "0.1.0"
