"""Helpers without a domain: argument checks, warnings, optional imports, progress, cancellation.

Imports `errors` only.
"""
