"""OpenD's protocol: packets and messages without I/O, then connections and sessions on top.

May import `errors`, `_util`, `core` and `proto`.
"""
