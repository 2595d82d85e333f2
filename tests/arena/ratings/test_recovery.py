"""Planted strengths come back, and the 95 % intervals hold them about 95 times in a hundred."""

import numpy as np
import pytest

from arena.ratings import Outcome, fit
from arena.ratings.core import fit_core
from arena.ratings.davidson import tally

ELO = 400 / np.log(10)
STRENGTH = np.array([0.9, 0.4, 0.1, -0.2, -0.4, -0.8])
ADVANTAGE, DRAW = 0.35, 0.6


def simulated(strength: np.ndarray, games: int, rng: np.random.Generator) -> list[Outcome]:
    """Games between random pairs in random seats, drawn from the model."""
    n = len(strength)
    first = rng.integers(0, n, games)
    second = (first + rng.integers(1, n, games)) % n
    margin = strength[first] - strength[second] + ADVANTAGE
    win, loss = np.exp(margin / 2), np.exp(-margin / 2)
    drawn = rng.random(games) * (win + loss + DRAW)
    score = np.where(drawn < win, 1.0, np.where(drawn < win + DRAW, 0.5, 0.0))
    triples = zip(first.tolist(), second.tolist(), score.tolist(), strict=True)
    return [Outcome(f"e{i:02}", f"e{j:02}", value) for i, j, value in triples]


@pytest.fixture(scope="module")
def tables() -> list:
    return [fit(simulated(STRENGTH, 400, np.random.default_rng(seed)), anchor="e02") for seed in range(200)]


def test_intervals_of_differences_cover_as_often_as_they_say(tables: list) -> None:
    truth = {f"e{i:02}": 1500 + ELO * (x - STRENGTH[2]) for i, x in enumerate(STRENGTH)}
    inside = [row.low <= truth[row.name] <= row.high for table in tables for row in table.ratings if row.name != "e02"]
    assert len(inside) == 1000 and 0.93 <= np.mean(inside) <= 0.97


def test_the_first_mover_interval_covers_too(tables: list) -> None:
    inside = [table.first_mover.low <= ELO * ADVANTAGE <= table.first_mover.high for table in tables]
    assert 0.90 <= np.mean(inside) <= 0.99


def test_intervals_around_the_mean_cover_too() -> None:
    truth = 1500 + ELO * (STRENGTH - STRENGTH.mean())
    inside = []
    for seed in range(100):
        table = fit(simulated(STRENGTH, 400, np.random.default_rng(1000 + seed)))
        inside += [row.low <= truth[int(row.name[1:])] <= row.high for row in table.ratings]
    assert 0.92 <= np.mean(inside) <= 0.98


def test_the_estimates_are_nearly_unbiased(tables: list) -> None:
    """Their means over 200 tables lie within the error of the mean, and a little for the bias of maximum likelihood."""
    assert np.mean([table.first_mover.value for table in tables]) == pytest.approx(ELO * ADVANTAGE, abs=5)
    assert np.mean([table.draw for table in tables]) == pytest.approx(DRAW, abs=0.02)
    best = [row.rating for table in tables for row in table.ratings if row.name == "e00"]
    assert np.mean(best) == pytest.approx(1500 + ELO * 0.8, abs=10)


def test_a_hundred_thousand_games_take_a_handful_of_steps_and_find_the_planted() -> None:
    strength = np.linspace(1.5, -1.5, 50)
    outcomes = simulated(strength, 100_000, np.random.default_rng(7))
    games = tally(outcomes)
    core = fit_core(games)
    assert len(games.first) <= 50 * 49 and core.maximum.steps <= 10
    assert np.abs(core.maximum.at.theta - strength).max() < 0.15
    assert core.maximum.at.advantage == pytest.approx(ADVANTAGE, abs=0.03)
    assert core.maximum.at.draw == pytest.approx(DRAW, abs=0.03)


def test_four_times_the_games_halve_the_intervals() -> None:
    widths = []
    for games in (2_000, 8_000):
        row = fit(simulated(STRENGTH, games, np.random.default_rng(3))).ratings[0]
        widths.append(row.high - row.low)
    assert widths[0] / widths[1] == pytest.approx(2.0, rel=0.1)


def test_with_draws_as_halves_intervals_cover_at_least_as_often_as_they_say() -> None:
    """Equal entrants that mostly draw: where nu has no finite estimate, the intervals may be wide but not narrow."""
    inside, halves = [], 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        score = rng.choice([1.0, 0.5, 0.0], size=8, p=[0.1, 0.8, 0.1])
        table = fit([Outcome("ab"[k % 2], "ba"[k % 2], value) for k, value in enumerate(score)], anchor="a")
        (row,) = (row for row in table.ratings if row.name == "b")
        halves += table.draw is None
        inside.append(row.low <= 1500 <= row.high)
    assert halves > 100 and np.mean(inside) >= 0.95
