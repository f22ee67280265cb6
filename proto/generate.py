"""Generate the Python modules and type stubs of `pd_optstat/proto/` from the .proto files.

python proto/generate.py            # writes the files that changed
python proto/generate.py --check    # writes nothing; exits with 1 if a file is out of date
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

# protoc 25.1. Newer compilers emit a version check that older protobuf runtimes fail.
COMPILER = "grpcio-tools==1.62.3"
# grpcio-tools imports pkg_resources, which setuptools dropped in 81.
BUILD_TOOLS = "setuptools<81"

SOURCES = Path(__file__).resolve().parent
ROOT = SOURCES.parent


def generate(into: Path) -> list[Path]:
    """Compile every .proto below `proto/` into the folder `into`; return the files written, relative to it."""
    with tempfile.TemporaryDirectory() as scratch:
        venv.create(scratch, with_pip=True)
        python = Path(scratch) / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
        subprocess.run([python, "-m", "pip", "install", "--quiet", COMPILER, BUILD_TOOLS], check=True)
        protos = sorted(str(path.relative_to(SOURCES)) for path in SOURCES.rglob("*.proto"))
        outputs = [f"--python_out={into}", f"--pyi_out={into}"]
        command = [python, "-m", "grpc_tools.protoc", f"--proto_path={SOURCES}", *outputs, *protos]
        subprocess.run(command, check=True, cwd=SOURCES)
    return sorted(path.relative_to(into) for path in into.rglob("*_pb2.py*"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, exit with 1 if a file is out of date")
    check = parser.parse_args().check
    with tempfile.TemporaryDirectory() as scratch:
        files = generate(Path(scratch))
        stale = [
            file
            for file in files
            if not (ROOT / file).exists() or (ROOT / file).read_bytes() != (Path(scratch) / file).read_bytes()
        ]
        if not check:
            for file in stale:
                (ROOT / file).write_bytes((Path(scratch) / file).read_bytes())
    for file in stale:
        print(f"{'out of date' if check else 'written'}: {file}")
    print(f"{len(files)} files, {len(stale)} {'out of date' if check else 'changed'}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
