"""Timings of several ways to do the same, taken by turns, so that a busy machine slows all of them alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Ratio:
    """Two rates measured side by side."""

    what: str
    ours: float
    theirs: float
    unit: str  # of both
    ratio: float  # median over the rounds of ours / theirs
    low: float  # the smallest and the largest of the rounds
    high: float


def by_turns(ways: Mapping[str, Callable[[], int]], rounds: int) -> dict[str, list[float]]:
    """Seconds per unit of work of each way, one value per round. Each way is called once before, to warm up.

    A way does its work and returns how many units that was.
    """
    for way in ways.values():
        way()
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            began = time.perf_counter()
            units = way()
            seconds[name].append((time.perf_counter() - began) / units)
    return seconds


def time_ratio(what: str, unit: str, ours: list[float], theirs: list[float]) -> Ratio:
    """How many times as long we take: seconds per unit, shown as microseconds."""
    ratios = [own / other for own, other in zip(ours, theirs, strict=True)]
    own, other = (1e6 * statistics.median(values) for values in (ours, theirs))
    return Ratio(what, own, other, unit, statistics.median(ratios), min(ratios), max(ratios))


def rate_ratio(what: str, unit: str, ours: list[float], theirs: list[float]) -> Ratio:
    """How many times as much we do in a second."""
    ratios = [other / own for own, other in zip(ours, theirs, strict=True)]
    own, other = (1 / statistics.median(values) for values in (ours, theirs))
    return Ratio(what, own, other, unit, statistics.median(ratios), min(ratios), max(ratios))
