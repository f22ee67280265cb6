"""What the package promises about speed, measured: ``python -m benchmarks`` from a checkout.

Each promise is a ratio of two things that are measured in one run, in turn, on the same machine, so it means the
same on a fast and on a slow one. The vendor's SDK is needed (``pip install -e .[test]``), a real OpenD is not.
"""
