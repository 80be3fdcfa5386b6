"""A few rows of the doctor matrix (`python -m tests.doctor_matrix` runs all): the real command, in its own process."""

from __future__ import annotations

import pytest

from tests.doctor_matrix.rows import ROWS
from tests.doctor_matrix.scene import Scene


@pytest.mark.parametrize("name", ["tickle: no session", "wrong port, the folder knows the right one"])
def test_the_command_names_the_cause(name: str) -> None:
    scene = Scene(name)
    try:
        ROWS[name](scene)
    finally:
        scene.close()
