"""Formulas on counts: ratios, windows, extremes, seasonality, returns after signals, sweeps.

Pure; imports `core` and `_util`.
"""
