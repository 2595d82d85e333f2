"""Ratios of timings: by hand, with a clock that the test turns."""

import pytest

from arena.bench import timing
from arena.bench.timing import by_turns, rate_ratio, time_ratio


@pytest.fixture
def clock(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(timing.time, "perf_counter", lambda: now[0])
    return now


def taking(clock, calls, name, seconds, units):
    def way():
        calls.append(name)
        clock[0] += seconds
        return units

    return way


def test_ways_are_taken_by_turns_after_one_call_each_to_warm_up(clock):
    calls = []
    ways = {"ours": taking(clock, calls, "ours", 2.0, 4), "theirs": taking(clock, calls, "theirs", 3.0, 10)}
    assert by_turns(ways, 2) == {"ours": [0.5, 0.5], "theirs": [0.3, 0.3]}
    assert calls == ["ours", "theirs"] * 3


def test_times_in_microseconds_and_their_ratio():
    ratio = time_ratio("a move", "us", [2e-6, 3e-6, 8e-6], [1e-6, 2e-6, 2e-6])
    assert (ratio.ours, ratio.theirs) == (pytest.approx(3), pytest.approx(2))
    assert (ratio.ratio, ratio.low, ratio.high) == (pytest.approx(2), pytest.approx(1.5), pytest.approx(4))


def test_rates_are_higher_where_less_time_is_taken():
    ratio = rate_ratio("matches", "matches/s", [0.01, 0.02], [0.02, 0.02])
    assert (ratio.ours, ratio.theirs) == (pytest.approx(1 / 0.015), pytest.approx(50))
    assert (ratio.ratio, ratio.low, ratio.high) == (pytest.approx(1.5), pytest.approx(1), pytest.approx(2))
