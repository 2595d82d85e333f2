"""Outcomes refuse what is no game; pools are who met whom."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.ratings import Outcome, pools

names = st.sampled_from("abcdefgh")
games = st.lists(
    st.tuples(names, names, st.sampled_from([0.0, 0.5, 1.0])).filter(lambda g: g[0] != g[1]).map(lambda g: Outcome(*g))
)


@pytest.mark.parametrize("score", [2.0, -1.0, 0.25, math.nan, math.inf])
def test_a_score_must_be_one_half_or_nothing(score: float) -> None:
    with pytest.raises(ValueError, match=f"score must be 1, 0.5 or 0, got {score}"):
        Outcome("a", "b", score)


def test_nobody_meets_itself() -> None:
    with pytest.raises(ValueError, match="against itself: 'mcts'"):
        Outcome("mcts", "mcts", 1.0)


def test_an_outcome_is_a_value() -> None:
    game = Outcome("a", "b", 1.0)
    assert game == Outcome("a", "b", 1) and hash(game) == hash(Outcome("a", "b", 1.0))
    with pytest.raises(AttributeError):
        game.score = 0.0  # type: ignore[misc]  # that it is refused is the point


def test_no_games_no_pools() -> None:
    assert pools([]) == []


def test_pools_are_connected_through_others_and_the_largest_comes_first() -> None:
    met = [("x", "y"), ("d", "c"), ("a", "b"), ("q", "p"), ("b", "c")]
    expected = [frozenset("abcd"), frozenset("pq"), frozenset("xy")]
    assert pools(Outcome(first, second, 0.0) for first, second in met) == expected


def test_a_long_chain_is_one_pool() -> None:
    chain = [Outcome(f"e{i}", f"e{i + 1}", 1.0) for i in range(5000)]
    assert [len(pool) for pool in pools(chain)] == [5001]


@given(games)
def test_pools_partition_the_entrants_and_no_game_crosses_them(played: list[Outcome]) -> None:
    found = pools(played)
    everyone = {name for game in played for name in (game.first, game.second)}
    assert sum(map(len, found)) == len(everyone) and frozenset().union(*found) == everyone
    for game in played:
        assert [game.first in pool for pool in found] == [game.second in pool for pool in found]
    for pool in found:
        assert pools(game for game in played if game.first in pool) == [pool]


@given(games, st.randoms())
def test_pools_do_not_depend_on_the_order(played: list[Outcome], random) -> None:
    shuffled = random.sample(played, len(played))
    assert pools(shuffled) == pools(played)
