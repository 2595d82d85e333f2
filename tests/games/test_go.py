"""Go: boards of several sizes side by side, and a model that plays as the env does, by rules told a second time."""

import numpy as np
import pytest
from pettingzoo.classic.go import go, go_base

from arena import UsageError, load_agent, load_game
from arena.match import Match, verify
from arena.pettingzoo_env import begin
from arena.playing import play_match
from arena.seeding import generator
from games.go import GoModel
from tests.arena.reachable import fingerprint


class Board:
    """The rules of go on sets of points: captures, no suicide, simple ko, area scoring."""

    def __init__(self, size):
        self.size, self.black_moves, self.ko, self.stones = size, True, None, {}

    def around(self, point):
        row, column = point
        near = [(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)]
        return [(r, c) for r, c in near if 0 <= r < self.size and 0 <= c < self.size]

    def group(self, stones, point):
        """The points of one colour, or of none, that hang together with `point`, and all that touches them."""
        found, edge, todo = {point}, set(), [point]
        while todo:
            for near in self.around(todo.pop()):
                if near in found:
                    continue
                if stones.get(near) == stones.get(point):
                    found.add(near)
                    todo.append(near)
                else:
                    edge.add(near)
        return found, edge

    def after(self, point):
        """(stones, captured) after the mover plays there, None where that is illegal."""
        if point in self.stones or point == self.ko:
            return None
        stones, captured = {**self.stones, point: self.black_moves}, set()
        for near in self.around(point):
            if stones.get(near) is (not self.black_moves):
                chain, edge = self.group(stones, near)
                captured |= chain if all(place in stones for place in edge) else set()
        stones = {place: colour for place, colour in stones.items() if place not in captured}
        return None if all(place in stones for place in self.group(stones, point)[1]) else (stones, captured)

    def legal(self):
        points = [divmod(action, self.size) for action in range(self.size**2)]
        return [self.after(point) is not None for point in points] + [True]

    def play(self, action):
        if action == self.size**2:
            self.ko = None
        else:
            point = divmod(action, self.size)
            stones, captured = self.after(point)
            in_an_eye = all(self.stones.get(near) is (not self.black_moves) for near in self.around(point))
            self.stones, self.ko = stones, next(iter(captured)) if len(captured) == 1 and in_an_eye else None
        self.black_moves = not self.black_moves

    def lead(self):
        """Black's points less white's: stones, and empty points that touch one colour only."""
        lead, points = 0, [divmod(action, self.size) for action in range(self.size**2)]
        for point in points:
            if point in self.stones:
                lead += 1 if self.stones[point] else -1
                continue
            colours = {self.stones[place] for place in self.group(self.stones, point)[1]}
            lead += {frozenset({True}): 1, frozenset({False}): -1}.get(frozenset(colours), 0)
        return lead


def busy(legal, size, rng):
    """Any legal move; passing now and then only."""
    moves = np.flatnonzero(legal)
    return int(rng.choice(moves[:-1])) if len(moves) > 1 and rng.random() < 0.97 else size**2


def at(game, moves):
    match = Match(load_game(game), 0)
    for move in moves:
        match.play(move)
    return match


def points(size, text):
    """Actions of points such as `a1`, the lowest row first, as Go players name them."""
    return [
        size**2 if name == "pass" else (size - int(name[1:])) * size + "abcde".index(name[0]) for name in text.split()
    ]


class TestSizesSideBySide:
    def test_pettingzoos_own_envs_break_each_other(self):
        small = go.raw_env(board_size=5)
        small.reset()
        go.raw_env(board_size=9)
        with pytest.raises(IndexError):
            small.step(24)

    def test_ours_do_not(self):
        def record(size, seed):
            rng, match = generator(seed, "alone"), Match(load_game(f"go:size={size}"), seed)
            while not match.over:
                move = busy(match.turn.legal, size, rng)
                yield match  # others play between the look and the move
                match.play(move)
            yield match

        sizes = [3, 5, 9, 4, 13]
        alone = []
        for seed, size in enumerate(sizes):
            alone.append([*record(size, seed)][-1].record)
        together, last = {size: record(size, seed) for seed, size in enumerate(sizes)}, {}
        while together:
            for size, match in list(together.items()):
                last[size] = next(match, None) or last[size]
                if last[size].over:
                    del together[size]
        assert [last[size].record for size in sizes] == alone

    def test_models_and_texts_do_not_either(self):
        small, large = at("go:size=3", [4]), at("go:size=9", [40])
        models = [match.turn.model for match in (small, large)]
        texts = [match.turn.text for match in (small, large)]
        for _ in range(3):
            for match, model, text, size in zip((small, large), models, texts, (3, 9), strict=True):
                assert model.legal.shape == (size**2 + 1,)
                assert model.observe(0).shape == (size, size, 17)
                assert match.turn.text == text
                model.apply(int(np.flatnonzero(model.legal)[0]))
        assert go_base.N in (3, 9)

    def test_models_are_played_to_the_end_in_turns(self):
        rng, models = generator(3), [at(f"go:size={size}", []).turn.model for size in (2, 4, 3)]
        alone = []
        for model, size in zip(models, (2, 4, 3), strict=True):
            twin, moves = model.clone(), []
            while not twin.terminal and len(moves) < 60:
                moves.append(busy(twin.legal, size, rng))
                twin.apply(moves[-1])
            alone.append((moves, twin.key(0), twin.returns.tolist()))
        for ply in range(60):
            for model, (moves, _, _) in zip(models, alone, strict=True):
                if ply < len(moves):
                    model.apply(moves[ply])
        assert [(model.key(0), model.returns.tolist()) for model in models] == [(key, paid) for _, key, paid in alone]


def agree(models, position):
    for model in models:
        assert model.terminal == position.over
        assert np.array_equal(model.legal, position.legal)
        assert model.returns.tolist() == position.returns.tolist()
        for seat in (0, 1):
            assert np.array_equal(model.observe(seat), position.observe(seat))


class TestModel:
    @pytest.mark.parametrize("size", [2, 3, 5, 9])
    @pytest.mark.parametrize("seed", range(2))
    def test_it_says_what_the_env_says_move_by_move(self, size, seed):
        """Models that are begun at any ply, each brought forward to the end, for both seats."""
        game, rng = load_game(f"go:size={size}"), generator(seed, "go", size)
        position, models = begin(game, seed), []
        while not position.over and position.ply < min(game.max_plies, 60):
            if position.ply in (0, 1, 3, 7, 8, 12, 30):
                models.append(position.model(position.to_move))
            agree(models, position)
            assert all(model.to_move == position.to_move for model in models)
            assert len({model.key(0) for model in models}) == 1
            move = busy(position.legal, size, rng)
            for model in models:
                model.apply(move)
            position.step(move)
        for move in (size**2, size**2):
            if not position.over:
                position.step(move)
                for model in models:
                    model.apply(move)
        assert position.over
        agree(models, position)

    def test_clones_are_independent_and_the_match_is_left_alone(self):
        match = at("go:size=5", points(5, "c3 b3 d4"))
        model, seen = match.turn.model, match.turn.observation.copy()
        before, twin = fingerprint(model), model.clone()
        for move in points(5, "a1 e5 pass pass"):
            twin.apply(move)
        assert twin.terminal
        assert fingerprint(model) == before
        assert np.array_equal(match.turn.observation, seen)
        assert fingerprint(match.turn.model) == before
        assert isinstance(model.sample(generator(0)), GoModel)

    def test_keys_are_histories(self):
        """Ko and the end by two passes depend on them."""
        one, other = (at("go:size=5", points(5, text)).turn.model for text in ("a1 b1 c1", "c1 b1 a1"))
        assert np.array_equal(one.position.board, other.position.board)
        assert one.key(0) != other.key(0)


class TestRules:
    @pytest.mark.parametrize("size", [2, 3, 4, 5])
    def test_masks_and_scores_are_those_of_an_independent_referee(self, size):
        captures = kos = 0
        for seed in range(12):
            rng, match, board = (
                generator(seed, "referee", size),
                Match(load_game(f"go:size={size},komi=0.5"), seed),
                Board(size),
            )
            while not match.over and match.position.ply < 60:
                assert match.turn.legal.tolist() == board.legal()
                move, stones = busy(match.turn.legal, size, rng), len(board.stones)
                match.play(move)
                board.play(move)
                captures += len(board.stones) < stones + (move != size**2)
                kos += board.ko is not None
            if match.over and match.record.ending == "finished":
                assert match.record.returns == ((1, -1) if board.lead() > 0.5 else (-1, 1))
        assert captures > 5
        assert kos > 0 or size == 2

    def test_a_stone_without_liberties_is_taken_off(self):
        match = at("go:size=5", points(5, "b1 a1 a2"))
        taken = points(5, "a1")[0]
        assert not match.turn.legal[taken]  # it would be suicide
        board = match.position.env.unwrapped._go
        assert board.caps == (1, 0)
        assert board.board[4, 0] == 0

    def test_a_ko_is_not_retaken_at_once(self):
        #   a b c d e
        # 3 . X O . .   black takes b2 by playing c2
        # 2 X O . O .
        # 1 . X O . .
        match = at("go:size=5", points(5, "b3 c3 a2 d2 b1 c1 e5 b2"))
        match.play(points(5, "c2")[0])
        retake = points(5, "b2")[0]
        assert match.position.env.unwrapped._go.board[3, 1] == 0  # b2 was taken
        assert not match.turn.legal[retake]
        for move in points(5, "e1 e4"):  # elsewhere
            match.play(move)
        assert match.turn.legal[retake]
        match.play(retake)
        assert not match.turn.legal[points(5, "c2")[0]]

    def test_passing_lifts_the_ko(self):
        match = at("go:size=5", points(5, "b3 c3 a2 d2 b1 c1 e5 b2 c2 pass e1"))
        assert match.turn.legal[points(5, "b2")[0]]

    def test_two_passes_end_it_and_not_one(self):
        match = at("go:size=5", points(5, "pass a1 pass"))
        assert not match.over
        match.play(25)
        assert match.record.ending == "finished"


class TestOptions:
    @pytest.mark.parametrize(("komi", "winner"), [(7.5, 1), (0.5, 1), (0, 1), (-0.5, 0), (-400, 0)])
    def test_komi_decides_an_empty_board_and_a_draw_counts_for_white(self, komi, winner):
        match = at(f"go:size=3,komi={komi}", [])
        model = match.turn.model
        for _ in range(2):
            match.play(9)
            model.apply(9)
        assert match.record.returns[winner] == 1
        assert sum(match.record.returns) == 0
        assert model.returns.tolist() == list(match.record.returns)

    @pytest.mark.parametrize("size", [2, 3, 9, 19, 25])
    def test_size(self, size):
        game = load_game(f"go:size={size}")
        assert game.n_actions == size**2 + 1
        assert game.max_plies == 4 * size**2
        assert Match(game, 0).turn.observation.shape == (size, size, 17)

    def test_what_cannot_be_is_said(self):
        with pytest.raises(UsageError, match="option 'size' must be from 2 to 25, not 1"):
            load_game("go:size=1")
        with pytest.raises(UsageError, match="option 'komi' must be from -400 to 400"):
            load_game("go:komi=nan")

    def test_komi_makes_another_game(self):
        assert load_game("go:komi=0.5").identity == "go:komi=0.5@5"
        assert load_game("go:komi=7.5,size=9").identity == "go@5"

    def test_a_game_without_end_is_stopped_at_the_ply_cap(self):
        """PettingZoo has no cap, and its ko knows no longer cycles."""
        game = load_game("go:size=2")
        match, rng = Match(game, 0), generator(0)
        while not match.over:
            match.play(
                busy(match.turn.legal, 2, rng) if match.position.ply % 2 else int(np.flatnonzero(match.turn.legal)[0])
            )
        assert (match.record.ending, len(match.record.moves), match.record.returns) == ("ply cap", 16, (0, 0))
        assert verify(match.record, game) == []

    def test_a_search_plays_it(self):
        game = load_game("go:size=3")
        record = play_match(game, [load_agent("mcts:simulations=20", game), load_agent("first", game)], 0)
        assert record.ending in ("finished", "ply cap")
        assert record.offenders == ()
