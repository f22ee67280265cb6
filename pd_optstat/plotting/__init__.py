"""Figures drawn with matplotlib.

May import `analysis` and `core`.
"""
