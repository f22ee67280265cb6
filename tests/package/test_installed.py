"""Where CI runs, the tests try what was installed, as a user has it, and not the checkout that they lie in."""

from __future__ import annotations

import os
import sysconfig
from importlib.metadata import distribution
from pathlib import Path

import pytest

import pd_optstat as po

PACKAGE = Path(po.__file__).resolve().parent

pytestmark = pytest.mark.skipif(not os.environ.get("CI"), reason="a checkout may be tested in place")


def test_the_package_lies_in_site_packages():
    assert PACKAGE.parent == Path(sysconfig.get_paths()["purelib"]).resolve()


def test_what_is_no_module_was_installed_too():
    assert (PACKAGE / "py.typed").is_file()
    assert (PACKAGE / "explorer" / "page.js").stat().st_size > 0
    assert any(path.name == "LICENSE" for path in distribution("pd-optstat").files or ())
