"""Server for OpenD's protocol on loopback, with synthetic data and injected faults.

May import `errors`, `_util`, `core` and `opend`. The data alone (`dataset`, `generator`) also serves ``simulator:``
loads, without the protocol.
"""
