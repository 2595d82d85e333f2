"""Online Elo: the textbook's numbers, and the package's arithmetic equal to our own."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.ratings import Outcome, expected_score, online_elo
from arena.ratings.elo import _arithmetic, _own_arithmetic, _package_arithmetic, updater

ratings = st.floats(0, 3000)
scores = st.sampled_from([0.0, 0.5, 1.0])
names = st.sampled_from("abcde")
games = st.lists(st.tuples(names, names, scores).filter(lambda g: g[0] != g[1]).map(lambda g: Outcome(*g)), max_size=60)


def test_four_hundred_points_are_ten_to_one() -> None:
    assert expected_score(1900.0, 1500.0) == pytest.approx(10 / 11, abs=1e-15)
    assert expected_score(1500.0, 1500.0) == 0.5


@given(ratings, ratings)
def test_expectations_add_up_to_one_point(first: float, second: float) -> None:
    assert expected_score(first, second) + expected_score(second, first) == pytest.approx(1.0, abs=1e-15)


def test_an_absurd_difference_does_not_overflow() -> None:
    assert expected_score(-1e9, 1e9) == pytest.approx(0.0, abs=1e-200)
    assert expected_score(1e9, -1e9) == 1.0


def test_a_win_between_equals_moves_sixteen_points() -> None:
    assert online_elo([Outcome("a", "b", 1.0)]) == {"a": 1516.0, "b": 1484.0}


def test_the_second_mover_can_win_too() -> None:
    assert online_elo([Outcome("a", "b", 0.0)]) == {"a": 1484.0, "b": 1516.0}


def test_a_draw_between_equals_changes_nothing() -> None:
    assert online_elo([Outcome("a", "b", 0.5)] * 3) == {"a": 1500.0, "b": 1500.0}


def test_k_and_initial_are_the_scale() -> None:
    assert online_elo([Outcome("a", "b", 1.0)], k=10.0, initial=1200.0) == {"a": 1205.0, "b": 1195.0}


def test_two_games_by_hand() -> None:
    after = online_elo([Outcome("a", "b", 1.0), Outcome("c", "a", 0.5)])
    gain = 32 * (0.5 - 1 / (1 + 10 ** (16 / 400)))
    assert after == pytest.approx({"a": 1516 - gain, "b": 1484.0, "c": 1500 + gain}, abs=1e-9)


def test_one_game_at_a_time_is_the_same_rule() -> None:
    assert updater()(1500.0, 1500.0, 1.0) == (1516.0, 1484.0)
    assert updater(k=10.0)(1500.0, 1500.0, 0.0) == (1495.0, 1505.0)
    with pytest.raises(ValueError, match="k must be positive and finite, got 0"):
        updater(0.0)


def test_the_order_of_the_games_counts() -> None:
    one, other = Outcome("a", "b", 1.0), Outcome("b", "a", 1.0)
    assert online_elo([one, other])["a"] < 1500 < online_elo([other, one])["a"]


def test_entrants_come_in_order_of_first_appearance() -> None:
    assert list(online_elo([Outcome("z", "m", 1.0), Outcome("a", "z", 0.0)])) == ["z", "m", "a"]


def test_no_games_no_ratings() -> None:
    assert online_elo([]) == {}


@given(games)
def test_every_game_is_zero_sum(played: list[Outcome]) -> None:
    after = online_elo(played)
    assert math.fsum(after.values()) == pytest.approx(1500.0 * len(after), abs=1e-8)


@given(games, st.floats(1, 64))
def test_no_game_moves_a_rating_by_more_than_k(played: list[Outcome], k: float) -> None:
    before = online_elo(played[:-1], k=k)
    for name, rating in online_elo(played, k=k).items():
        assert abs(rating - before.get(name, 1500.0)) <= k


@pytest.mark.parametrize("k", [0.0, -1.0, math.inf, math.nan])
def test_k_must_be_positive(k: float) -> None:
    with pytest.raises(ValueError, match=f"k must be positive and finite, got {k}"):
        online_elo([], k=k)


def test_initial_must_be_finite() -> None:
    with pytest.raises(ValueError, match="initial must be finite, got nan"):
        online_elo([], initial=math.nan)


@given(ratings, ratings, scores, st.floats(1, 64))
def test_the_package_and_our_own_arithmetic_are_equal(first: float, second: float, score: float, k: float) -> None:
    pytest.importorskip("elo")
    ours, theirs = _own_arithmetic(k)(first, second, score), _package_arithmetic(k)(first, second, score)
    assert ours == pytest.approx(theirs, rel=0, abs=1e-12)


def test_the_package_does_the_arithmetic_where_it_is_installed() -> None:
    pytest.importorskip("elo")
    assert _arithmetic() is _package_arithmetic


def test_the_packages_global_settings_have_no_say() -> None:
    elo = pytest.importorskip("elo")
    elo.setup(k_factor=1, initial=0, beta=1)
    try:
        assert online_elo([Outcome("a", "b", 1.0)]) == {"a": 1516.0, "b": 1484.0}
    finally:
        elo.setup()
