"""Helpers that know nothing of options: argument checks, warnings, optional imports, progress, cancellation.

May import `errors` only.
"""
