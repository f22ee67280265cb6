"""OpenD's protocol: packets and messages without I/O, then connections and sessions on top.

Imports `core`, `_util` and `proto`.
"""
