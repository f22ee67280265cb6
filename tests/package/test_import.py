"""`import pd_optstat` registers the accessor and imports nothing heavy."""

from __future__ import annotations

import subprocess
import sys
import warnings

import pytest

import pd_optstat as po

HEAVY = [
    "google.protobuf", "diskcache", "ipywidgets", "matplotlib", "exchange_calendars", "tqdm", "asyncio.events",
    "platformdirs", "filelock", "futu", "moomoo", "fsspec", "arch", "joblib", "scipy", "statsmodels",
]  # fmt: skip


def test_import_loads_no_heavy_packages():
    code = (
        "import sys, pandas; before = set(sys.modules); import pd_optstat; new = set(sys.modules) - before\n"
        f"print(sorted(set({HEAVY!r}) & new))\n"
        "assert pandas.DataFrame().optstat is not None"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_unknown_attribute_raises():
    with pytest.raises(AttributeError, match="no attribute 'lod'"):
        _ = po.lod


def test_importing_twice_does_not_warn():
    import importlib

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        importlib.reload(po)


def test_request_rejected_can_be_pickled():
    import pickle

    error = pickle.loads(pickle.dumps(po.RateLimited("message", ret_type=-1, ret_msg="no", err_code=7)))  # noqa: S301
    assert (type(error), str(error), error.ret_type, error.ret_msg, error.err_code) == (
        po.RateLimited,
        "message",
        -1,
        "no",
        7,
    )


def test_the_version_is_that_of_the_installed_package():
    from importlib.metadata import PackageNotFoundError, version

    try:
        installed = version("pd-optstat")
    except PackageNotFoundError:
        pytest.skip("not installed: run from the checkout")
    assert po.__version__ == installed


def test_simulator_load_imports_no_protocol_code():
    code = (
        "import sys, pd_optstat as po\n"
        "po.load('US_SECURITY', 'VOLUME', '2026-06-01', '2026-06-12', source='simulator:', cache=False)\n"
        "print(sorted(name for name in sys.modules if name.startswith('pd_optstat.opend.') or 'opend_pb2' in name))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
