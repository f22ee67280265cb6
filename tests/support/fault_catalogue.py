"""All faults that tests inject, described once: those of the simulator, and those that only tests can inject.

`Fault.expected` is what a load must end with when it meets the fault once. The proxy (`proxy_faults`), the independent
OpenD (`independent_faults`) and the checks of the simulator's bytes (`fault_checks`) refer to faults by name.
"""

from __future__ import annotations

import pd_optstat as po
from pd_optstat.simulator.faults import FAULTS as SIMULATED
from pd_optstat.simulator.responses import Fault

__all__ = ["CATALOGUE"]

_MORE = [
    # The connection
    Fault("reset-after", "The connection is reset after a packet.", None),
    Fault("half-close", "The sender closes its side of the connection, and goes on reading.", None),
    Fault("refuse-briefly", "The connection is closed, and new ones are refused for a quarter of a second.", None),
    Fault("gone", "The connection is reset, and new ones are refused.", po.ConnectionFailed),
    Fault("deaf", "The connection is closed; new ones are accepted and never answered.", po.ConnectionFailed),
    Fault("stall-before", "Nothing is sent any more, from a packet on.", po.ConnectionFailed),
    Fault("stall-in-header", "Half of a header is sent, and then nothing more.", po.ConnectionFailed),
    Fault("delay", "A packet is sent 0.2 s late.", None),
    Fault("dribble", "A packet is sent byte by byte.", None),
    Fault("close-frame", "WebSocket's close frame is sent after a packet, and the socket stays open.", None),
    Fault("another-opend", "The connection is closed; new ones lead to another simulator.", po.ConnectionFailed),
    Fault("late-login", "OpenD restarts, and is not logged in for a quarter of a second.", None),
    # Packets
    Fault("replay", "Older pages are sent again before a packet.", None),
    Fault("push-flood", "Pushes are sent without end, and never the page.", po.ConnectionFailed),
    Fault("push-flood-serial", "As push-flood, with the page's serial number.", po.ConnectionFailed),
    Fault("ping-flood", "WebSocket pings are sent without end, and never the page.", po.ConnectionFailed),
    Fault("garbage-before", "A byte is sent before a packet.", po.ProtocolError),
    # More bytes than there are are waited for; fewer are a body that does not match its SHA-1.
    Fault("wrong-length", "The length in a packet's header is wrong.", po.OptStatError),
    Fault("wrong-frame", "The reserved bits of a WebSocket frame are set.", po.ProtocolError),
    Fault("changed-body", "A bit of a packet's body is flipped.", po.ProtocolError),
    Fault("broken-json", "The body of a page is incomplete JSON.", po.ProtocolError),
    Fault("json-shape", "The body of a page is JSON with a number in place of the rows.", po.ProtocolError),
    # Rows
    Fault("empty-date", "A row's day is an empty string.", po.InvalidData),
    Fault("negative-puts", "A row has a negative number of puts.", po.InvalidData),
]

#: Every fault, by its name.
CATALOGUE: dict[str, Fault] = {**SIMULATED, **{fault.name: fault for fault in _MORE}}
