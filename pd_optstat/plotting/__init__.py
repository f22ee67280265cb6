"""Pictures with matplotlib. Imports `core` and `analysis`."""
