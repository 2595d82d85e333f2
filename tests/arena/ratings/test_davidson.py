"""The likelihood is Davidson's, and its derivatives are its derivatives."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.ratings import Outcome
from arena.ratings.davidson import (
    Games,
    Parameters,
    chances,
    gradient,
    halved,
    information,
    log_likelihood,
    mirrored,
    tally,
    within,
)

PLAYED = (
    [Outcome("a", "b", 1.0)] * 3
    + [Outcome("a", "b", 0.5)] * 2
    + [Outcome("b", "a", 0.0)]
    + [Outcome("c", "a", 0.5), Outcome("c", "b", 1.0), Outcome("b", "c", 0.0), Outcome("b", "c", 1.0)]
)
AT = Parameters(np.array([0.3, -0.8, 0.5]), 0.4, 0.7)


def as_vector(at: Parameters) -> np.ndarray:
    return np.append(at.theta, [at.advantage, math.log(at.draw)])


def as_point(x: np.ndarray) -> Parameters:
    return Parameters(x[:-2], float(x[-2]), math.exp(x[-1]))


def central_differences(function, x: np.ndarray, h: float = 1e-5) -> np.ndarray:
    return np.array([(function(x + h * unit) - function(x - h * unit)) / (2 * h) for unit in np.eye(len(x))])


def test_games_are_counted_by_ordered_pair() -> None:
    games = tally(PLAYED)
    assert games.names == ("a", "b", "c")
    rows = list(zip(games.first, games.second, games.wins, games.draws, games.losses, strict=True))
    assert rows == [(0, 1, 3, 2, 0), (1, 0, 0, 0, 1), (1, 2, 1, 0, 1), (2, 0, 0, 1, 0), (2, 1, 1, 0, 0)]
    assert games.played.sum() == len(PLAYED)


def test_no_games_can_be_counted() -> None:
    games = tally([])
    assert games.names == () and games.first.shape == (0,) and games.played.sum() == 0


def test_within_keeps_the_games_among_the_members() -> None:
    inner = within(tally(PLAYED), [1, 2])
    rows = list(zip(inner.first, inner.second, inner.wins, inner.draws, inner.losses, strict=True))
    assert inner.names == ("b", "c") and rows == [(0, 1, 1, 0, 1), (1, 0, 1, 0, 0)]


def test_halved_games_keep_the_score_and_the_count() -> None:
    games = tally(PLAYED)
    half = halved(games)
    assert half.draws.sum() == 0
    np.testing.assert_array_equal(half.wins, games.wins + games.draws / 2)
    np.testing.assert_array_equal(half.played, games.played)


def test_the_chances_are_davidsons() -> None:
    """Davidson & Beaver 1977, section 2, in their multiplicative form."""
    strong, weak, nu, advantage = 3.0, 0.5, 0.7, 0.4
    order, ties = math.exp(-advantage), nu * math.exp(-advantage / 2)
    total = strong + order * weak + ties * math.sqrt(strong * weak)
    margin = np.array([math.log(strong) - math.log(weak) + advantage])
    expected = [strong / total, ties * math.sqrt(strong * weak) / total, order * weak / total]
    assert [float(p[0]) for p in chances(margin, nu)] == pytest.approx(expected, abs=1e-15)


@given(st.floats(-2000, 2000), st.floats(0, 50))
def test_chances_are_probabilities_at_any_margin(margin: float, nu: float) -> None:
    win, drawn, loss = (float(p[0]) for p in chances(np.array([margin]), nu))
    assert win + drawn + loss == pytest.approx(1.0, abs=1e-12) and min(win, drawn, loss) >= 0
    assert (win >= loss) == (margin >= 0) or win == pytest.approx(loss)


def test_the_log_likelihood_is_the_sum_over_the_games() -> None:
    index = {"a": 0, "b": 1, "c": 2}
    total = 0.0
    for game in PLAYED:
        margin = AT.theta[index[game.first]] - AT.theta[index[game.second]] + AT.advantage
        win, drawn, loss = chances(np.array([margin]), AT.draw)
        total += math.log({1.0: win, 0.5: drawn, 0.0: loss}[game.score][0])
    assert log_likelihood(tally(PLAYED), AT) == pytest.approx(total, abs=1e-12)


def test_a_draw_is_impossible_without_a_draw_parameter() -> None:
    none = Parameters(AT.theta, AT.advantage, 0.0)
    assert log_likelihood(tally(PLAYED), none) == -math.inf
    assert log_likelihood(halved(tally(PLAYED)), none) > -math.inf


def test_the_log_likelihood_survives_huge_margins() -> None:
    games = tally([Outcome("a", "b", 1.0), Outcome("a", "b", 0.0)])
    assert log_likelihood(games, Parameters(np.array([1000.0, -1000.0]), 0.0, 1.0)) == pytest.approx(-2000.0)


def test_the_gradient_is_the_derivative() -> None:
    games = tally(PLAYED)
    numeric = central_differences(lambda x: log_likelihood(games, as_point(x)), as_vector(AT))
    np.testing.assert_allclose(gradient(games, AT), numeric, atol=1e-8)


def test_the_information_is_minus_the_second_derivative() -> None:
    games = tally(PLAYED)
    numeric = -central_differences(lambda x: gradient(games, as_point(x)), as_vector(AT))
    np.testing.assert_allclose(information(games, AT), numeric, atol=1e-8)


@given(st.lists(st.floats(-4, 4), min_size=5, max_size=5))
def test_the_log_likelihood_is_concave_and_blind_to_a_common_shift(x: list[float]) -> None:
    matrix = information(tally(PLAYED), as_point(np.array(x)))
    np.testing.assert_allclose(matrix, matrix.T, atol=1e-12)
    np.testing.assert_allclose(matrix[:, :3].sum(axis=1), 0, atol=1e-9)
    assert np.linalg.eigvalsh(matrix).min() > -1e-9


def test_mirrored_games_are_fitted_by_the_mirrored_point() -> None:
    games = tally(PLAYED)
    turned = Parameters(-AT.theta, -AT.advantage, AT.draw)
    assert log_likelihood(mirrored(games), turned) == pytest.approx(log_likelihood(games, AT), abs=1e-12)
    assert isinstance(mirrored(games), Games)
