"""A load's waits end as soon as another thread cancels it."""

from __future__ import annotations

import contextvars
import socket
import threading
import time

import pytest

from pd_optstat._util import cancellation
from pd_optstat._util.cancellation import Cancellation, Cancelled


@pytest.fixture
def active():
    with Cancellation() as made, made.active():
        yield made


def test_without_a_cancellation_waits_are_plain():
    assert cancellation.current() is None
    cancellation.check()
    cancellation.sleep(-1.0)
    receiver, sender = socket.socketpair()
    with receiver, sender:
        assert not cancellation.wait_for(receiver, 0.0)
        assert cancellation.wait_for(sender, 0.0, write=True)
        sender.send(b"!")
        assert cancellation.wait_for(receiver, 10.0)


def test_check_raises_once_it_is_set(active):
    assert cancellation.current() is active
    cancellation.check()
    active.set()
    active.set()  # setting it twice is allowed
    with pytest.raises(Cancelled):
        cancellation.check()


@pytest.mark.parametrize("wait", ["sleep", "wait_for"])
def test_a_wait_ends_when_another_thread_cancels(active, wait):
    receiver, sender = socket.socketpair()
    timer = threading.Timer(0.05, active.set)
    with receiver, sender:
        timer.start()
        began = time.monotonic()
        with pytest.raises(Cancelled):
            cancellation.sleep(30.0) if wait == "sleep" else cancellation.wait_for(receiver, 30.0)
        assert time.monotonic() - began < 10.0
        timer.join()


def test_it_belongs_to_its_context():
    with Cancellation() as made:
        with made.active():
            inside = contextvars.copy_context()
        assert cancellation.current() is None
        assert inside.run(cancellation.current) is made


def test_cancelled_is_not_an_ordinary_exception():
    assert not issubclass(Cancelled, Exception)


def test_its_sockets_are_closed():
    with Cancellation() as made:
        assert made.fileno() >= 0
    assert made.fileno() == -1
