"""In CI, the tests import the installed package, not the checkout that they are in."""

from __future__ import annotations

import os
import sysconfig
from importlib.metadata import distribution
from pathlib import Path

import pytest

import pd_optstat as po

PACKAGE = Path(po.__file__).resolve().parent

pytestmark = pytest.mark.skipif(not os.environ.get("CI"), reason="outside CI, a checkout may be tested in place")


def test_package_is_in_site_packages():
    assert PACKAGE.parent == Path(sysconfig.get_paths()["purelib"]).resolve()


def test_data_files_are_installed():
    assert (PACKAGE / "py.typed").is_file()
    for name in ("widget.js", "page.js", "LICENSE.uplot.txt"):
        assert (PACKAGE / "explorer" / "static" / name).stat().st_size > 0
    assert any(path.name == "LICENSE" for path in distribution("pd-optstat").files or ())
