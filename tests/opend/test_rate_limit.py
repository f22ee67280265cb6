"""At most 60 first pages in any 30 seconds, whatever happens between taking a slot and the reply, in all processes."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

from hypothesis import given
from hypothesis import strategies as st

from pd_optstat.opend import rate_limit
from pd_optstat.opend.rate_limit import LIMIT, PERIOD, SharedSlots, Slot, next_free, replied, taken, used

ALIVE = {1, 2, 3}.__contains__


def test_the_limits_are_the_documented_ones():
    assert (LIMIT, PERIOD) == (60, 30.0)


def test_sixty_slots_and_not_one_more(tmp_path):
    slots = SharedSlots("host", 1, tmp_path)
    assert [slots.take(25, 0.0) for _ in range(4)] == [25, 25, 10, 0]
    assert SharedSlots("host", 2, tmp_path).take(5, 0.0) == 5


def test_a_slot_is_free_thirty_seconds_after_the_reply_and_not_before(tmp_path):
    slots = SharedSlots("host", 1, tmp_path)
    slots.take(60, 0.0)
    assert slots.take(1, 1000.0) == 0  # in flight for long: nobody knows when the server counts it
    slots.give_back([1000.0])
    assert slots.wait(1000.0) == 30.0
    assert slots.wait(1029.0) == 1.0
    assert slots.take(1, 1029.9) == 0
    assert [slots.take(1, 1030.0) for _ in range(2)] == [1, 0]


def test_what_a_restart_of_the_machine_left_behind_does_not_count():
    assert used([Slot(1, 5000.0, 5030.0), Slot(1, 4.0, 34.0)], 10.0, ALIVE) == [Slot(1, 4.0, 34.0)]


def test_a_dead_process_holds_its_slots_for_a_period_more():
    assert used([Slot(99, 4.0)], 10.0, ALIVE) == [Slot(99, 4.0, 40.0)]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["take", "take", "reply", "die"]), st.integers(1, 3), st.integers(0, 12), st.floats(0, 1)
    ),
    max_size=80,
)


@given(STEPS, st.integers(1, 4))
def test_no_thirty_seconds_at_the_server_ever_hold_more_than_the_limit(steps, limit):
    """Whenever the server counts a request: at any moment between taking the slot and the reply, or the death."""
    slots, now, arrivals = [], 0.0, []
    in_flight = {1: [], 2: [], 3: []}
    for action, pid, passed, share in steps:
        now += passed
        slots = used(slots, now, in_flight.__contains__)
        if action == "take" and pid in in_flight:
            slots, had = taken(slots, 1, pid, now, limit)
            in_flight[pid] += [(now, share)] * had
            assert had or next_free(slots, now, limit) > 0
        elif action == "reply" and in_flight.get(pid):
            took, when = in_flight[pid].pop()
            slots = replied(slots, pid, [now])
            arrivals.append(took + when * (now - took))
        elif action == "die" and len(in_flight) > 1 and pid in in_flight:
            arrivals += [took + when * (now - took) for took, when in in_flight.pop(pid)]
            slots = used(slots, now, in_flight.__contains__)
    arrivals += [now for held in in_flight.values() for _ in held]
    arrivals.sort()
    for first, past in zip(arrivals, arrivals[limit:], strict=False):
        assert past - first >= PERIOD


@given(STEPS)
def test_waiting_as_long_as_told_gets_a_slot(steps):
    """Once nothing is in flight: else it depends on replies."""
    slots, now = [], 0.0
    for action, pid, passed, _ in steps:
        now += passed
        slots = used(slots, now, ALIVE)
        slots = taken(slots, 1, pid, now, 3)[0] if action == "take" else replied(slots, pid, [now])
    for pid in (1, 2, 3):
        slots = replied(slots, pid, [now] * 3)
    later = now + next_free(used(slots, now, ALIVE), now, 3)
    assert taken(used(slots, later, ALIVE), 1, 1, later, 3)[1] == 1


def test_a_damaged_file_does_no_harm(tmp_path):
    slots = SharedSlots("host", 1, tmp_path)
    slots.take(3, 0.0)
    file = next(tmp_path.glob("*.slots"))
    file.write_bytes(file.read_bytes()[:-5])
    assert slots.take(60, 0.0) == 58  # two whole slots are left
    file.write_bytes(os.urandom(100_000))
    assert 0 <= slots.take(60, 0.0) <= 60


def test_processes_share_the_slots_and_the_dead_give_theirs_back(tmp_path):
    code = textwrap.dedent("""
        import os, sys
        from pathlib import Path
        from pd_optstat.opend.rate_limit import SharedSlots
        print(SharedSlots("host", 1, Path(sys.argv[1])).take(20, 1000.0), flush=True)
        os._exit(0)  # without a word
    """)
    processes = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(5)
    ]
    had = [int(process.communicate(timeout=60)[0]) for process in processes]
    slots = SharedSlots("host", 1, tmp_path)
    # A process that was seen dead gave its slots up at 1000, for 1030: they all still count.
    assert sorted(had) == [0, 0, 20, 20, 20]
    assert slots.take(1, 1001.0) == 0
    assert slots.take(60, 1031.0) == 60


def test_the_shared_folder_is_the_users_own(tmp_path, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr(rate_limit.tempfile, "gettempdir", lambda: str(tmp_path))
    folder = rate_limit._own_folder()
    assert folder.parent == tmp_path
    assert folder.stat().st_mode & 0o777 == 0o700
    assert rate_limit._own_folder() == folder
    folder.chmod(0o777)  # anybody may write there: not to be trusted
    assert rate_limit._own_folder() != folder
