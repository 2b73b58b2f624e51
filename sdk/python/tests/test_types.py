"""The package's types hold."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent.parent


def test_mypy_strict(tmp_path):
    # By the sources' path: what is installed beside the tests does not matter.
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path), str(FOLDER / "src/fourfold")]
    answer = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
