import json
import os
import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def lurectl():
    program = Path(os.environ.get("top_builddir", "build")).resolve() / "lurectl"
    if not os.access(program, os.X_OK):
        pytest.exit(f"{program} is not built", 1)

    def run(*arguments, status=0, stdin=None):
        done = subprocess.run([program, *map(str, arguments)], input=stdin, capture_output=True, timeout=120,
                              env={**os.environ, "LC_ALL": "C"})
        # status None: scan's 0 or 1
        assert done.returncode == status or (status is None and done.returncode <= 1), (done.returncode, done.stderr.decode())
        return [json.loads(line) for line in done.stdout.splitlines()] if "--json" in arguments else done.stdout.decode()
    return run
