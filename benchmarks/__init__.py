"""Measure what the package promises about speed: ``python -m benchmarks`` from a checkout.

Each promise is a ratio of two measurements taken in turn in one run on one machine, so that it is comparable between
machines. The benchmarks need the vendor's SDK (``pip install -e .[test]``), but not a real OpenD.
"""
