"""A server for OpenD's protocol on loopback, with synthetic data and faults on request.

Imports `core` and `opend`.
"""
