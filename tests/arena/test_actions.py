"""What agents return, taken for what it is: numbers, or nested tuples of finite numbers, or nothing at all."""

import json

import numpy as np
import pytest
from gymnasium.spaces import Box, Dict, Discrete, MultiBinary, MultiDiscrete, Text
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from arena.actions import as_index, as_numbers, from_json, from_text, to_env
from tests.arena.toy_spaces import BAD, GOOD, OfAllKinds

SPACES = {name: space for name, space in OfAllKinds.spaces.items() if name != "number"}


class Hostile:
    def __array__(self, *_, **__):
        raise RuntimeError("no")

    def __index__(self):
        raise RuntimeError("no")


class TestNumbers:
    @pytest.mark.parametrize("move", [3, np.int8(3), np.int64(3), np.uint32(3), np.array(3)])
    def test_every_whole_number_counts(self, move):
        assert as_index(move) == 3
        assert type(as_index(move)) is int

    def test_nothing_else_does(self):
        moves = [3.0, "3", True, np.bool_(True), None, [3], np.array([3, 4]), 3j, Hostile(), object()]
        assert [as_index(move) for move in moves] == [None] * len(moves)


class TestTuples:
    @pytest.mark.parametrize("name", SPACES)
    def test_what_the_space_holds_is_stored_as_tuples(self, name):
        move, stored = GOOD[name]
        assert as_numbers(SPACES[name], move) == stored
        assert as_numbers(SPACES[name], stored) == stored

    @pytest.mark.parametrize("name", SPACES)
    def test_what_it_does_not_hold_is_nothing(self, name):
        assert [as_numbers(SPACES[name], move) for move in BAD[name]] == [None] * len(BAD[name])

    @pytest.mark.parametrize("space", [Box(0, 1, (1,)), MultiDiscrete([2]), MultiBinary(1)])
    def test_an_object_that_raises_is_nothing(self, space):
        assert as_numbers(space, Hostile()) is None

    @pytest.mark.parametrize(("space", "move"), [(Text(5), "abc"), (Dict({"x": Discrete(2)}), {"x": 1})])
    def test_spaces_whose_actions_are_no_numbers_take_nothing(self, space, move):
        assert space.contains(move)
        assert as_numbers(space, move) is None

    def test_no_warning_is_given_whatever_comes(self):
        """The settings of pytest turn warnings into errors."""
        assert as_numbers(Box(-np.inf, np.inf, (1,), np.float32), [1e300]) is None
        assert as_numbers(Box(0, 5, (1,), np.int8), np.array([np.nan])) is None


@given(data=st.data(), name=st.sampled_from(sorted(SPACES)))
def test_every_sample_of_a_space_survives_storing(data, name):
    """Stored, written as JSON and read, given to the env: the same array, of the type that the space wants."""
    space = SPACES[name]
    space.seed(data.draw(st.integers(0, 2**31 - 1)))
    sample = space.sample()
    stored = as_numbers(space, sample)
    assert from_json(json.loads(json.dumps(stored, allow_nan=False))) == stored
    back = np.asarray(to_env(space, stored))
    assert back.dtype == space.dtype
    assert np.array_equal(back, sample)
    assert as_numbers(space, stored) == stored
    assert from_text(space, str(stored)) == stored


@given(arrays(np.float32, (3,), elements=st.floats(width=32)))
def test_a_box_takes_exactly_what_lies_in_it_and_is_finite(array):
    space = Box(-2, 2, (3,), np.float32)
    inside = bool(np.isfinite(array).all() and (np.abs(array) <= 2).all())
    assert (as_numbers(space, array) is not None) == inside


class TestGivenToTheEnv:
    @pytest.mark.parametrize("start", [-2, 0, 5])
    def test_numbers_count_from_zero_wherever_those_of_the_env_begin(self, start):
        space = Discrete(4, start=start)
        assert [to_env(space, action) for action in range(4)] == [start, start + 1, start + 2, start + 3]
        assert all(space.contains(to_env(space, action)) for action in range(4))

    def test_tuples_become_arrays_of_the_right_type(self):
        given = to_env(MultiDiscrete([3, 4]), (2, 3))
        assert given.dtype == np.int64
        assert given.tolist() == [2, 3]


class TestTexts:
    @pytest.mark.parametrize("text", ["[0.5, -1]", " (0.5, -1.0) ", "0.5, -1"])
    def test_numbers_in_brackets(self, text):
        assert from_text(SPACES["box"], text) == (0.5, -1.0)

    @pytest.mark.parametrize(
        "text", ["", "left", "[0.5]", "[0.5, -2]", "[0.5, nan]", "['0.5', '1']", "__import__('os')"]
    )
    def test_anything_else_is_said_to_be_no_action(self, text):
        with pytest.raises(ValueError, match=r"is no action of Box.*numbers in brackets, such as"):
            from_text(SPACES["box"], text)
