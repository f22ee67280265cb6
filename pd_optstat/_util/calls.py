"""Whether code calls the attribute that it reads: ``x.name()`` instead of ``x.name``."""

from __future__ import annotations

import opcode
import sys
from types import FrameType

__all__ = ["is_calling"]

_CACHE = 0  # the code of the empty instructions after each one that the interpreter specialises
#: Python 3.11 has an instruction of its own for the attribute of a call; later versions flag it in the lowest bit.
_LOAD_METHOD = opcode.opmap.get("LOAD_METHOD") if sys.version_info < (3, 12) else None
_LOAD_ATTR = opcode.opmap.get("LOAD_ATTR")


def is_calling(frame: FrameType) -> bool:
    """Return whether the instruction that `frame` executes reads an attribute in order to call it.

    The compiler of CPython marks such an instruction, so that no bound method is created. Without that mark (another
    interpreter, ``getattr``, an attribute that is kept and called later), the answer is False.
    """
    code, offset = frame.f_code.co_code, frame.f_lasti
    while offset > 0 and code[offset] == _CACHE:
        offset -= 2
    if not 0 <= offset < len(code) - 1:
        return False
    if _LOAD_METHOD is not None:
        return code[offset] == _LOAD_METHOD
    return code[offset] == _LOAD_ATTR and bool(code[offset + 1] & 1)
