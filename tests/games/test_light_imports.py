"""Listing the games must stay fast: no view imports a rules engine before a game is played."""

import subprocess
import sys

import pytest

HEAVY = {"chess", "pettingzoo", "pygame", "pyspiel", "rlcard", "shimmy", "torch"}


@pytest.mark.parametrize("module", ["chess_view", "go_view", "hanabi_view", "poker_views"])
def test_a_view_imports_no_rules_engine(module):
    program = f"import sys, games.{module}; print(*sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
