"""Symmetries as permutations: the laws of a group, and what they do to a board."""

import numpy as np
import pytest

from games.boards import mirror, square_symmetries


@pytest.mark.parametrize("symmetries", [square_symmetries(3, 2), square_symmetries(4, 1), mirror(6, 7, 2)])
class TestGroup:
    def test_the_first_is_the_identity(self, symmetries):
        assert symmetries[0].observation.tolist() == list(range(len(symmetries[0].observation)))
        assert symmetries[0].actions.tolist() == list(range(len(symmetries[0].actions)))

    def test_each_is_a_permutation(self, symmetries):
        for symmetry in symmetries:
            assert sorted(symmetry.observation) == list(range(len(symmetry.observation)))
            assert sorted(symmetry.actions) == list(range(len(symmetry.actions)))

    def test_all_differ_and_combine_to_one_of_them(self, symmetries):
        known = {tuple(symmetry.observation) for symmetry in symmetries}
        assert len(known) == len(symmetries)
        for one in symmetries:
            for other in symmetries:
                assert tuple(one.observation[other.observation]) in known


def test_an_action_goes_where_its_cell_goes():
    for symmetry in square_symmetries(3, planes=2):
        for action in range(9):
            board = np.zeros((3, 3, 2), dtype=np.int8)
            board[action // 3, action % 3, 0] = 1
            image = board.reshape(-1)[symmetry.observation].reshape(3, 3, 2)
            assert image.reshape(9, 2)[symmetry.actions[action], 0] == 1


def test_the_mirror_swaps_columns_and_nothing_else():
    _, mirrored = mirror(6, 7, 2)
    board = np.arange(84).reshape(6, 7, 2)
    assert np.array_equal(board.reshape(-1)[mirrored.observation].reshape(6, 7, 2), board[:, ::-1])
    assert mirrored.actions.tolist() == [6, 5, 4, 3, 2, 1, 0]
