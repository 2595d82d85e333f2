"""Newton finds the maximum that closed forms and an independent optimiser find, and its curvature."""

import math

import numpy as np
import pytest

from arena.ratings import Outcome
from arena.ratings.davidson import Games, Parameters, gradient, information, tally
from arena.ratings.newton import Maximum, maximise


def played(first: str, second: str, wins: int, draws: int, losses: int) -> list[Outcome]:
    results = [1.0] * wins + [0.5] * draws + [0.0] * losses
    return [Outcome(first, second, score) for score in results]


def best(games: Games, *, advantage: bool = False) -> Maximum:
    draws = bool(games.draws.any())
    start = Parameters(np.zeros(len(games.names)), 0.0, float(draws))
    return maximise(games, start, advantage=advantage, draw=draws)


def test_a_saturated_match_with_draws() -> None:
    """Two entrants, seats never swapped: three frequencies, matched exactly; var(log w/l) = 1/w + 1/l."""
    found = best(tally(played("a", "b", 8, 6, 2)))
    a, b = found.at.theta
    assert a - b == pytest.approx(math.log(8 / 2), abs=1e-9)
    assert found.at.draw == pytest.approx(6 / math.sqrt(8 * 2), abs=1e-9)
    contrast = np.array([1.0, -1.0, 0.0, 0.0])
    assert contrast @ found.covariance @ contrast == pytest.approx(1 / 8 + 1 / 2, abs=1e-9)


def test_a_saturated_match_with_seats_swapped() -> None:
    """Two log-odds, each matched: the advantage is half their sum and its variance a quarter of all 1/count."""
    found = best(tally(played("a", "b", 9, 0, 2) + played("b", "a", 5, 0, 4)), advantage=True)
    assert found.at.advantage == pytest.approx((math.log(9 / 2) + math.log(5 / 4)) / 2, abs=1e-9)
    assert found.at.theta[0] - found.at.theta[1] == pytest.approx((math.log(9 / 2) - math.log(5 / 4)) / 2, abs=1e-9)
    assert found.covariance[2, 2] == pytest.approx((1 / 9 + 1 / 2 + 1 / 5 + 1 / 4) / 4, abs=1e-9)


ROUND = (
    played("a", "b", 7, 3, 2)
    + played("b", "a", 4, 2, 5)
    + played("b", "c", 6, 1, 3)
    + played("c", "a", 2, 4, 6)
    + played("d", "a", 1, 2, 8)
    + played("c", "d", 5, 2, 2)
)


def davidson_beaver(x: np.ndarray, games: list[Outcome]) -> float:
    """Minus the log-likelihood in the papers' multiplicative form, one game at a time; x: log strengths of b, c, d
    (a: 0), log order effect, log nu."""
    strength = dict(zip("abcd", np.exp(np.append(0.0, x[:3])), strict=True))
    order, nu = math.exp(x[3]), math.exp(x[4])
    total = 0.0
    for game in games:
        one, other = strength[game.first], strength[game.second]
        weights = {1.0: one, 0.5: nu * math.sqrt(one * other), 0.0: order * other}
        total -= math.log(weights[game.score] / sum(weights.values()))
    return total


def test_an_independent_optimiser_agrees() -> None:
    optimise = pytest.importorskip("scipy.optimize")
    theirs = optimise.minimize(davidson_beaver, np.zeros(5), args=(ROUND,), method="BFGS", options={"gtol": 1e-7}).x
    ours = best(tally(ROUND), advantage=True).at
    assert ours.theta[1:] - ours.theta[0] == pytest.approx(theirs[:3], abs=1e-5)
    assert ours.advantage == pytest.approx(-theirs[3], abs=1e-5)
    assert ours.draw == pytest.approx(math.exp(theirs[4] + ours.advantage / 2), abs=1e-5)


def test_at_the_maximum_the_gradient_is_zero_and_the_strengths_sum_to_zero() -> None:
    games = tally(ROUND)
    found = best(games, advantage=True)
    np.testing.assert_allclose(gradient(games, found.at), 0, atol=1e-9)
    assert found.at.theta.sum() == pytest.approx(0, abs=1e-12)


def test_the_covariance_is_the_inverse_information_on_differences() -> None:
    """Fixing one strength instead of the sum must give the same variance of every difference."""
    games = tally(ROUND)
    found = best(games, advantage=True)
    reduced = np.linalg.inv(information(games, found.at)[1:, 1:])
    for i in range(1, 4):
        contrast = np.zeros(6)
        contrast[[0, i]] = -1, 1
        assert contrast @ found.covariance @ contrast == pytest.approx(reduced[i - 1, i - 1], rel=1e-9)
    np.testing.assert_allclose(found.covariance[4:, 4:], reduced[3:, 3:], rtol=1e-9)
    np.testing.assert_allclose(found.covariance[:, :4].sum(axis=1), 0, atol=1e-12)


def test_what_is_held_fixed_stays_and_has_no_variance() -> None:
    games = tally(ROUND)
    found = maximise(games, Parameters(np.zeros(4), 0.25, 0.5), advantage=False, draw=False)
    assert (found.at.advantage, found.at.draw) == (0.25, 0.5)
    np.testing.assert_array_equal(found.covariance[4:], 0)
    np.testing.assert_allclose(gradient(games, found.at)[:4], 0, atol=1e-9)


def test_a_lopsided_match_is_found_from_a_far_start() -> None:
    games = tally(played("a", "b", 100_000, 0, 1))
    found = maximise(games, Parameters(np.array([-15.0, 15.0]), 0.0, 0.0), advantage=False, draw=False)
    assert found.at.theta[0] - found.at.theta[1] == pytest.approx(math.log(100_000), abs=1e-6)


def test_no_maximum_is_an_error_and_no_endless_loop() -> None:
    with pytest.raises(ArithmeticError, match="2 entrants"):
        best(tally(played("a", "b", 5, 3, 0)))
