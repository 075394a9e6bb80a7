"""The siting engine measured: known optima, bounds, and sizes of a city."""
