"""Where a finite maximum exists, and where the advantage can be told, against cases worked out by hand and by force."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from arena.ratings import Outcome
from arena.ratings.components import components
from arena.ratings.davidson import Games, Parameters, gradient, halved, tally
from arena.ratings.existence import advantage_is_identified, has_finite_maximum
from arena.ratings.newton import maximise

names = st.sampled_from("abcd")
games = st.lists(
    st.tuples(names, names, st.sampled_from([0.0, 0.5, 1.0])).filter(lambda g: g[0] != g[1]), min_size=2, max_size=14
)


def played(*results: tuple[str, str]) -> list[Outcome]:
    """played(("ab", "1=0")): a moved first against b, won, drew, lost."""
    score = {"1": 1.0, "=": 0.5, "0": 0.0}
    return [Outcome(pair[0], pair[1], score[letter]) for pair, letters in results for letter in letters]


@pytest.mark.parametrize(
    ("results", "without", "with_advantage"),
    [
        ([("ab", "10")], True, None),
        ([("ab", "11")], False, None),
        ([("ab", "1=0")], True, None),
        ([("ab", "1111=")], False, None),
        ([("ab", "==")], False, None),
        ([("ab", "10"), ("ba", "10")], True, True),
        ([("ab", "11"), ("ba", "11")], True, False),
        ([("ab", "1"), ("ba", "=")], False, False),
        ([("ab", "1"), ("bc", "1"), ("ca", "1")], True, False),
        ([("ab", "1"), ("bc", "1"), ("ca", "=")], True, False),
        ([("ab", "1"), ("bc", "="), ("ca", "=")], False, False),
        ([("ab", "1"), ("bc", "1"), ("ac", "=")], True, False),
        ([("ab", "10"), ("ba", "1")], True, False),
    ],
)
def test_by_hand(results: list[tuple[str, str]], without: bool, with_advantage: bool | None) -> None:
    """With the draw parameter free, a directed cycle of wins and draws must hold more wins than draws."""
    counted = tally(played(*results))
    assert has_finite_maximum(counted, advantage=False) is without
    if with_advantage is not None:
        assert has_finite_maximum(counted, advantage=True) is with_advantage


def escapes(results: list[tuple[str, str, float]], advantage: bool) -> bool:
    """By force, for three entrants: whether some direction with small whole numbers makes no result that was seen less
    likely and one more likely. Extreme directions have such numbers, as the constraints are 0, 1 and 2."""
    whole = np.arange(-6, 7)
    draws = any(score == 0.5 for _, _, score in results)
    b, c, move, tie = np.meshgrid(whole, whole, whole if advantage else [0], np.arange(7) if draws else [0])
    strength = {"a": 0 * b, "b": b, "c": c}
    possible, gains = np.full(b.shape, True), np.full(b.shape, False)
    for first, second, score in results:
        lead = strength[first] - strength[second] + move
        weight = {1.0: lead, 0.5: tie, 0.0: -lead}
        for other in (1.0, 0.0, 0.5) if draws else (1.0, 0.0):
            possible &= weight[score] >= weight[other]
            gains |= weight[score] > weight[other]
    return bool((possible & gains).any())


@settings(deadline=None)
@given(games.map(lambda drawn: [g for g in drawn if "d" not in g]).filter(bool), st.booleans())
def test_against_force(results: list[tuple[str, str, float]], advantage: bool) -> None:
    counted = tally(Outcome(*result) for result in results)
    assert has_finite_maximum(counted, advantage=advantage) is not escapes(results, advantage)


@settings(deadline=None)
@given(games)
def test_newton_settles_wherever_a_finite_maximum_exists(results: list[tuple[str, str, float]]) -> None:
    counted = tally(Outcome(*result) for result in results)
    assume(len(components(counted)) == 1)
    advantage = advantage_is_identified(counted)
    assume(has_finite_maximum(counted, advantage=advantage))
    draws = bool(counted.draws.any())
    start = Parameters(np.zeros(len(counted.names)), 0.0, float(draws))
    maximum = maximise(counted, start, advantage=advantage, draw=draws)
    slope = gradient(counted, maximum.at)
    np.testing.assert_allclose(slope[:-2], 0, atol=1e-6)
    assert slope[-1] == pytest.approx(0, abs=1e-6)


@given(games)
def test_with_draws_as_halves_a_strong_component_is_enough(results: list[tuple[str, str, float]]) -> None:
    """Ford 1957; Hunter 2004, assumption 1: necessary and sufficient."""
    counted = tally(Outcome(*result) for result in results)
    assert has_finite_maximum(halved(counted), advantage=False) is (len(components(counted)) == len(blocks(counted)))


def blocks(games: Games) -> list[set[int]]:
    """The weakly connected components, by repeated merging."""
    found = [{i} for i in range(len(games.names))]
    for i, j in zip(games.first.tolist(), games.second.tolist(), strict=True):
        one, other = (next(b for b in found if k in b) for k in (i, j))
        if one is not other:
            found.remove(other)
            one |= other
    return found


@pytest.mark.parametrize(
    ("pairs", "identified"),
    [
        (["ab"], False),
        (["ab", "ba"], True),
        (["ab", "bc"], False),
        (["ab", "bc", "ac"], True),
        (["ab", "bc", "ca"], True),
        (["ab", "cb", "cd"], False),
        (["ab", "cb", "ad", "cd"], False),
        (["ab", "cb", "ad", "cd", "db"], True),
    ],
)
def test_the_advantage_is_identified_where_levels_do_not_explain_it(pairs: list[str], identified: bool) -> None:
    counted = tally(played(*((pair, "10") for pair in pairs)))
    assert advantage_is_identified(counted) is identified


@given(games)
def test_identification_is_the_rank_of_the_design(results: list[tuple[str, str, float]]) -> None:
    counted = tally(Outcome(*result) for result in results)
    assume(len(blocks(counted)) == 1)
    m, n = len(counted.first), len(counted.names)
    design = np.zeros((m, n + 1))
    design[np.arange(m), counted.first] += 1
    design[np.arange(m), counted.second] -= 1
    without = np.linalg.matrix_rank(design)
    design[:, n] = 1
    assert advantage_is_identified(counted) is bool(np.linalg.matrix_rank(design) > without)


def test_a_long_chain_of_wins_and_one_way_back() -> None:
    chain = [Outcome(f"e{i:03}", f"e{j:03}", 1.0) for i, j in pairwise(range(120))]
    assert not has_finite_maximum(tally(chain), advantage=False)
    assert has_finite_maximum(tally([*chain, Outcome("e119", "e000", 1.0)]), advantage=False)
    assert has_finite_maximum(tally([*chain, Outcome("e119", "e000", 0.5)]), advantage=False)
