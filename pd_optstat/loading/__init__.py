"""One load, from arguments to frame: replay, plan, fetch, record, build.

Imports every room below it; never `analysis`, `plotting` or `explorer`.
"""
