"""At most 60 first pages in any 30 seconds, whatever happens between taking a slot and the reply, in all processes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pd_optstat as po
from pd_optstat.opend import rate_limit, session_slots
from pd_optstat.opend.packets import ProtoId
from pd_optstat.opend.rate_limit import (
    LEASE,
    LIMIT,
    LIMITS,
    PERIOD,
    RENEWAL_INTERVAL,
    Account,
    SharedSlots,
    Slot,
    answered,
    in_use,
    next_free,
    renewed,
    shared_slots,
)
from pd_optstat.opend.session_slots import SessionSlots
from pd_optstat.simulator.server import SimulatorServer

ACCOUNT = Account(1, 1)
UNTIL = date(2026, 6, 12)
needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")


def taken(slots: SharedSlots, wanted: int, now: float) -> int:
    return len(slots.acquire(wanted, now))


# -- The rules -------------------------------------------------------------------------------------------------------


def test_the_limits_are_the_documented_ones():
    assert (LIMIT, PERIOD, LEASE) == (60, 30.0, 45.0)


def test_sixty_slots_and_not_one_more(tmp_path):
    slots = SharedSlots("host", 1, tmp_path)
    assert [taken(slots, 25, 0.0) for _ in range(4)] == [25, 25, 10, 0]
    assert taken(SharedSlots("host", 2, tmp_path), 5, 0.0) == 5


def test_a_slot_is_free_thirty_seconds_after_the_reply_and_not_before(tmp_path):
    slots = SharedSlots("host", 1, tmp_path)
    ids, now = slots.acquire(60, 0.0), 0.0
    while now < 1000.0:  # in flight for long: it is unknown when the server counts it
        now += RENEWAL_INTERVAL
        slots.renew(ids, now)
        assert taken(slots, 1, now) == 0
    slots.release({ids[0]: 1000.0}, 1000.0)
    assert slots.seconds_until_free(1000.0) == 30.0
    assert slots.seconds_until_free(1029.0) == 1.0
    assert taken(slots, 1, 1029.9) == 0
    assert [taken(slots, 1, 1030.0) for _ in range(2)] == [1, 0]


def test_a_slot_that_is_not_renewed_expires(tmp_path):
    slots = SharedSlots("host", 1, tmp_path)
    ids = slots.acquire(60, 0.0)
    slots.renew(ids[:20], 20.0)
    assert taken(slots, 60, LEASE - 0.1) == 0
    assert taken(slots, 60, LEASE) == 40
    assert slots.seconds_until_free(LEASE) == pytest.approx(20.0)


def test_a_reply_after_the_slot_expired_counts_all_the_same(tmp_path):
    """A process that was suspended for a minute: the server may have counted its request just now."""
    slots = SharedSlots("host", 1, tmp_path)
    ids = slots.acquire(60, 0.0)
    slots.release(dict.fromkeys(ids, 60.0), 60.0)
    assert taken(slots, 60, 89.9) == 0
    assert taken(slots, 60, 90.0) == 60


@pytest.mark.parametrize("expires_at", [0.0, 9.9, 10.0, 5000.0, float("nan"), float("inf"), -float("inf")])
def test_a_slot_of_another_clock_does_not_count(expires_at):
    """As after a restart of the machine, or in a file of zeros."""
    assert in_use([Slot(1, expires_at, ACCOUNT), Slot(2, 34.0, ACCOUNT)], 10.0) == [Slot(2, 34.0, ACCOUNT)]


def test_slots_are_shared_by_login_or_by_host(tmp_path):
    """TCP knows host and login, WebSocket the host, a vendor's context the login."""
    tcp = SharedSlots("localhost", 7, tmp_path)
    websocket = SharedSlots("localhost", None, tmp_path)
    context = SharedSlots("futu:OpenQuoteContext", 7, tmp_path)
    elsewhere = SharedSlots("192.0.2.1", 7, tmp_path)
    assert [taken(one, 20, 0.0) for one in (tcp, context, elsewhere, tcp)] == [20, 20, 20, 0]
    assert taken(websocket, 60, 0.0) == 40  # as far as it can know
    assert taken(tcp, 1, 0.0) == 0
    assert taken(SharedSlots("localhost", 8, tmp_path), 60, 0.0) == 20  # the websocket's may be its own
    assert taken(SharedSlots("192.0.2.1", None, tmp_path), 60, 0.0) == 40
    assert taken(SharedSlots("192.0.2.2", None, tmp_path), 60, 0.0) == 60


def test_each_protocol_has_a_limit_and_a_file_of_its_own(tmp_path):
    """That of 3301 is the file of version 0.1, which knows no other."""
    every = [SharedSlots("host", 1, tmp_path, proto_id) for proto_id in LIMITS]
    assert [taken(slots, 100, 0.0) for slots in every] == [60, 60, 60]
    assert [taken(SharedSlots("host", 1, tmp_path, proto_id), 1, 0.0) for proto_id in LIMITS] == [0, 0, 0]
    names = ["rate-limit-2-3302.slots", "rate-limit-2-3304.slots", "rate-limit-2.slots"]
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    assert len((tmp_path / "rate-limit-2.slots").read_bytes()) == 60 * 32
    assert taken(SharedSlots("host", 1, tmp_path), 1, 0.0) == 0  # 3301 is the default


def test_the_slots_of_a_session(tmp_path):
    """Those of each protocol apart: taken, renewed in time, and free a period after the replies."""
    statistic, volatility = list(LIMITS)[1:]
    held = SessionSlots("host", 1, 0.0)
    first, second = held.acquire(statistic, 60, 0.0), held.acquire(volatility, 60, 0.0)
    assert (held.acquire(statistic, 1, 0.0), len(first), len(second)) == ([], 60, 60)
    assert held.seconds_until_free([statistic, volatility], 0.0) == 30.0
    assert held.seconds_until_free([ProtoId.GET_OPTION_MARKET_STATISTIC, statistic], 0.0) == 0.0
    assert held.renew(first + second, 4.0) == 1.0
    assert held.renew(first + second, 5.0) == RENEWAL_INTERVAL
    held.answer(second[:2], 6.0)
    held.answer(first, 26.0)
    # Renewed at 5 s and not after: until 50 s. What was answered is free a period later, once that is written.
    assert held.seconds_until_free([volatility], 26.0) == 24.0
    held.release(26.0)
    assert held.seconds_until_free([volatility], 26.0) == 10.0
    assert held.seconds_until_free([statistic], 26.0) == 30.0
    assert len(held.acquire(volatility, 60, 36.0)) == 2
    assert len(held.acquire(volatility, 60, 50.0)) == 58
    assert len(held.acquire(statistic, 60, 55.9)) == 0
    assert len(held.acquire(statistic, 60, 56.0)) == 60


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["take", "take", "reply", "die"]), st.integers(1, 3), st.integers(0, 12), st.floats(0, 1)
    ),
    max_size=80,
)


@given(STEPS, st.integers(1, 4))
def test_no_thirty_seconds_at_the_server_ever_hold_more_than_the_limit(steps, limit):
    """Whenever the server counts a request: at any moment between taking the slot and the reply, or the death.

    Processes that live renew their slots at least every 12 seconds, less than the grace of 15.
    """
    slots: list[Slot] = []
    now, arrivals, serial = 0.0, [], 0
    in_flight: dict[int, dict[int, tuple[float, float]]] = {1: {}, 2: {}, 3: {}}
    for action, process, passed, share in steps:
        now += passed
        slots = in_use(slots, now)
        for requests in in_flight.values():
            slots = renewed(slots, requests, ACCOUNT, now + LEASE)
        if action == "take" and process in in_flight:
            if len(slots) < limit:
                serial += 1
                slots = renewed(slots, [serial], ACCOUNT, now + LEASE)
                in_flight[process][serial] = now, share
            else:
                assert next_free(slots, now, limit) > 0
        elif action == "reply" and in_flight.get(process):
            one, (took, when) = in_flight[process].popitem()
            slots = answered(slots, {one: now}, ACCOUNT)
            arrivals.append(took + when * (now - took))
        elif action == "die" and len(in_flight) > 1 and process in in_flight:
            arrivals += [took + when * (now - took) for took, when in in_flight.pop(process).values()]
    arrivals += [now for requests in in_flight.values() for _ in requests]
    arrivals.sort()
    for first, past in zip(arrivals, arrivals[limit:], strict=False):
        assert past - first >= PERIOD


@given(STEPS)
def test_a_slot_is_free_after_the_announced_wait(steps):
    """Once nothing is in flight: else it depends on replies."""
    slots: list[Slot] = []
    now, ids = 0.0, []
    for serial, (action, _, passed, _) in enumerate(steps, 1):
        now += passed
        slots = in_use(slots, now)
        if action == "take" and len(slots) < 3:
            slots, ids = renewed(slots, [serial], ACCOUNT, now + LEASE), [*ids, serial]
        elif ids:
            slots = answered(slots, {ids.pop(): now}, ACCOUNT)
    slots = answered(slots, dict.fromkeys(ids, now), ACCOUNT)
    later = now + next_free(in_use(slots, now), now, 3)
    assert len(in_use(slots, later)) < 3


@given(STEPS, st.integers(1, 3))
def test_every_slot_is_free_within_a_lease_of_the_last_sign_of_life(steps, limit):
    slots: list[Slot] = []
    now = 0.0
    for serial, (action, _, passed, _) in enumerate(steps, 1):
        now += passed
        slots = in_use(slots, now)
        if action == "take":
            slots = renewed(slots, [serial], ACCOUNT, now + LEASE)
        elif action == "reply":
            slots = answered(slots, {serial - 1: now}, ACCOUNT)
    assert in_use(slots, now + LEASE) == []
    assert next_free(in_use(slots, now), now, limit) <= PERIOD


# -- The file --------------------------------------------------------------------------------------------------------


def test_a_damaged_file_does_no_harm(tmp_path):
    slots = SharedSlots("host", 1, tmp_path)
    slots.acquire(3, 0.0)
    file = next(tmp_path.glob("*.slots"))
    whole = file.read_bytes()
    file.write_bytes(whole[:-5])
    assert taken(slots, 60, 0.0) == 58  # two whole slots are left
    for content in (os.urandom(100_000), bytes(2 * len(whole)), b""):
        file.write_bytes(content)
        assert 50 <= taken(SharedSlots("host", 1, tmp_path), 60, 0.0) <= 60


def test_a_folder_that_was_cleaned_up_is_made_again(tmp_path, monkeypatch):
    folder = tmp_path / "cleaned"

    def make() -> Path:
        folder.mkdir(exist_ok=True)
        return folder

    monkeypatch.setattr(rate_limit, "_own_folder", make)
    slots = SharedSlots("host", 1)
    slots.acquire(60, 0.0)
    next(folder.iterdir()).unlink()
    folder.rmdir()
    assert taken(slots, 60, 0.0) == 60
    assert taken(SharedSlots("host", 1), 60, 0.0) == 0


@pytest.mark.slow
def test_processes_share_the_slots_and_the_dead_give_theirs_back(tmp_path):
    code = textwrap.dedent("""
        import os, sys
        from pathlib import Path
        from pd_optstat.opend.rate_limit import SharedSlots
        print(len(SharedSlots("host", 1, Path(sys.argv[1])).acquire(20, 1000.0)), flush=True)
        os._exit(0)  # without a word
    """)
    processes = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(5)
    ]
    had = [int(process.communicate(timeout=60)[0]) for process in processes]
    slots = SharedSlots("host", 1, tmp_path)
    # Their requests may have been counted until shortly before they would have been renewed.
    assert sorted(had) == [0, 0, 20, 20, 20]
    assert taken(slots, 1, 1001.0) == 0
    assert taken(slots, 60, 1000.0 + LEASE) == 60


def test_the_shared_folder_is_the_users_own(tmp_path, monkeypatch):
    """If others can write to the one in the temporary folder, or made it, all processes of the user share another."""
    monkeypatch.undo()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(rate_limit.tempfile, "gettempdir", lambda: str(tmp_path))
    folder = rate_limit._own_folder()
    assert folder.parent == tmp_path
    assert folder.stat().st_mode & 0o777 == 0o700
    assert rate_limit._own_folder() == folder
    folder.chmod(0o777)
    other = rate_limit._own_folder()
    assert other == tmp_path / "cache" / "pd_optstat-rate-limit"
    if os.getuid() == 0:
        folder.chmod(0o700)
        os.chown(folder, 12345, 12345)
        assert rate_limit._own_folder() == other
    slots = SharedSlots("host", 1)
    slots.acquire(60, 0.0)
    assert taken(SharedSlots("host", 1), 1, 0.0) == 0


def test_without_a_temporary_folder_the_limit_is_shared_in_the_cache_folder(tmp_path, monkeypatch):
    monkeypatch.undo()

    def no_folder() -> str:
        raise FileNotFoundError("No usable temporary directory found")

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(rate_limit.tempfile, "gettempdir", no_folder)
    SharedSlots("host", 1).acquire(60, 0.0)
    assert taken(SharedSlots("host", 1), 1, 0.0) == 0


def test_a_warning_where_the_limit_cannot_be_shared(tmp_path, monkeypatch):
    monkeypatch.undo()
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(rate_limit.tempfile, "gettempdir", lambda: str(tmp_path / "file"))
    slots = SharedSlots("host", 1)
    with pytest.warns(po.OptStatWarning, match=r"rate limit.*cannot be shared"):
        ids = slots.acquire(50, 0.0)
    assert (len(ids), taken(slots, 20, 0.0)) == (50, 10)  # alone, it still keeps to the limit
    with pytest.warns(po.OptStatWarning, match=r"rate limit.*cannot be shared"):
        assert taken(SharedSlots("host", None), 1, 0.0) == 0  # another connection of this process to the same OpenD
    assert taken(slots, 60, LEASE) == 60
    with pytest.warns(po.OptStatWarning, match=r"rate limit.*cannot be shared"):
        assert taken(SharedSlots("host", 1, proto_id=ProtoId.GET_OPTION_UNDERLYING_HIS_STATISTIC), 60, LEASE) == 60
    rate_limit._own_slots.clear()


@pytest.fixture
def stop_in_the_lock(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Suspend a process while it holds the lock of the file."""
    code = textwrap.dedent("""
        import os, signal, sys
        from pathlib import Path
        from pd_optstat.opend import rate_limit
        def stop(*args):
            print("locked", flush=True)
            os.kill(os.getpid(), signal.SIGSTOP)
        rate_limit._decode = stop
        rate_limit.SharedSlots("host", 1, Path(sys.argv[1])).acquire(1, 0.0)
    """)
    process = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "locked\n"
    yield process
    process.kill()
    process.communicate()


@needs_posix
@pytest.mark.usefixtures("stop_in_the_lock")
def test_a_suspended_process_does_not_keep_the_lock_for_ever(tmp_path):
    slots = SharedSlots("host", 1, tmp_path)
    begun = time.monotonic()
    assert taken(slots, 60, 0.0) == 60
    assert taken(SharedSlots("host", 1, tmp_path), 1, 0.0) == 0  # and the limit is shared all the same
    assert time.monotonic() - begun < 5


@needs_posix
def test_a_forked_child_does_not_inherit_the_lock(tmp_path, monkeypatch):
    """A fork by another thread in the middle: the child has the descriptor as long as it lives."""
    children = []
    decode = rate_limit._decode

    def fork_and_decode(content: bytes) -> list[Slot]:
        if not children:
            child = os.fork()
            if not child:
                time.sleep(30)
                os._exit(0)
            children.append(child)
        return decode(content)

    monkeypatch.setattr(rate_limit, "_decode", fork_and_decode)
    slots = SharedSlots("host", 1, tmp_path)
    try:
        slots.acquire(1, 0.0)
        begun = time.monotonic()
        slots.acquire(1, 0.0)
        assert time.monotonic() - begun < 0.5
    finally:
        os.kill(children[0], signal.SIGKILL)
        os.waitpid(children[0], 0)


@needs_posix
def test_interrupts_leave_neither_the_lock_nor_a_slot(tmp_path):
    """200 interrupts of a process that lives on, as a notebook does."""
    code = textwrap.dedent("""
        import os, sys, time
        from pathlib import Path
        from pd_optstat.opend.rate_limit import SharedSlots
        slots = SharedSlots("host", 1, Path(sys.argv[1]))
        slots.acquire(1, 0.0)
        for _ in range(200):
            try:
                os.write(1, b".")
                while True:
                    now = time.monotonic()
                    ids = slots.acquire(5, now)
                    slots.release(dict.fromkeys(ids, now), now)
            except KeyboardInterrupt:
                pass
        os.write(1, b".")
        time.sleep(60)
    """)
    process = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
    draw = random.Random(4)
    try:
        assert process.stdout is not None
        for _ in range(200):
            assert process.stdout.read(1) == b"."
            time.sleep(draw.uniform(0.0005, 0.005))
            process.send_signal(signal.SIGINT)
        assert process.stdout.read(1) == b"."
        slots, now = SharedSlots("host", 1, tmp_path), time.monotonic()
        assert taken(slots, LIMIT, now + LEASE) == LIMIT
        assert time.monotonic() - now < rate_limit._LOCK_TIMEOUT / 2  # without waiting for the lock
    finally:
        process.kill()
        process.communicate()


# -- Loads -----------------------------------------------------------------------------------------------------------

LOAD = textwrap.dedent("""
    import sys
    import pd_optstat as po
    source = po.OpenD(port=int(sys.argv[1]), timeout=20.0)
    po.load("US_SECURITY", "VOLUME", "2000-01-01", "2016-06-12", source=source, cache=False, progress=False)
""")


@contextmanager
def load_in_a_process(server: SimulatorServer, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start a load of 17 windows, and wait until its first pages are in flight."""
    process = subprocess.Popen(
        [sys.executable, "-c", LOAD, str(server.port)], env=os.environ | {"TMPDIR": str(tmp_path)}
    )
    try:
        deadline = time.monotonic() + 60
        while not list(tmp_path.glob("pd_optstat-*/*.slots")):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        time.sleep(0.2)
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.mark.slow
@needs_posix
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGSTOP])
def test_slots_of_a_process_that_ends_or_stops_in_mid_load_are_free_in_time(end, tmp_path, monkeypatch):
    """Whatever its process id means here: it may be another container's."""
    monkeypatch.undo()
    monkeypatch.setattr(rate_limit.tempfile, "gettempdir", lambda: str(tmp_path))
    with SimulatorServer(until=UNTIL, latency=30.0) as server, load_in_a_process(server, tmp_path) as process:
        process.send_signal(end)
        now = time.monotonic()
        slots = SharedSlots("localhost", 0x53494D_00000CE5)  # the simulator's login
        assert 40 <= taken(slots, LIMIT, now) < LIMIT
        assert taken(slots, 1, now) == 0
        assert taken(slots, LIMIT, now + LEASE) == LIMIT


def test_a_load_keeps_its_slots_while_it_waits_for_replies(monkeypatch):
    """For longer than a lease, which is shorter here."""
    monkeypatch.setattr(rate_limit, "LEASE", 0.6)
    monkeypatch.setattr(session_slots, "RENEWAL_INTERVAL", 0.1)
    with SimulatorServer(until=UNTIL, latency=3.0) as server:
        load = threading.Thread(
            target=lambda: po.load("US_SECURITY", "VOLUME", "2025-06-13", UNTIL, source=server.url, cache=False)
        )
        load.start()
        slots, counts = shared_slots("localhost", 0x53494D_00000CE5), []
        while load.is_alive():
            time.sleep(0.1)
            counts.append(slots._update(lambda found: (found, len(found)), time.monotonic()))
        load.join()
    assert counts.count(1) >= 15


def test_tcp_and_websocket_to_one_opend_share_the_limit():
    with SimulatorServer(until=UNTIL, ws_port=0) as server:
        for source in (server.url, f"ws://127.0.0.1:{server.ws_port}", f"opend://localhost:{server.port}"):
            po.load("US_SECURITY", "VOLUME", "2007-06-13", "2016-06-12", source=source, cache=False, progress=False)
        assert server.service.first_pages_served == 27
        assert server.connections_seen == 3
        slots = shared_slots("localhost", 0x53494D_00000CE5)
        assert taken(slots, LIMIT, time.monotonic()) == LIMIT - 27
