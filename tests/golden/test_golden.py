"""The games are what they were when their traces were written."""

import pytest

from tests.golden.traces import GAMES, file_of, trace


@pytest.mark.parametrize("game", GAMES)
def test_trace(game):
    assert trace(game) == file_of(game).read_text(), "read the diff; if it is meant: python tests/golden/traces.py"


def test_a_trace_shows_wins_and_what_a_seat_may_not_know():
    assert "returns (1.0, -1.0)" in file_of("tictactoe").read_text()
    rps = file_of("rps:max_cycles=4").read_text()
    pending = rps.split("ply 1, seat 1")[1].split("plays")[0]
    assert "knows ()" in pending
    assert "sees 3" in pending
