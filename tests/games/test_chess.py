"""Chess: a model that is a bare board plays as PettingZoo's env does, to the last draw that can be claimed."""

import chess
import numpy as np
import pytest
from pettingzoo.classic.chess import chess_utils

from arena import load_game
from arena.match import Match, verify
from arena.pettingzoo_env import begin
from arena.seeding import generator
from games.chess import CHESS, ChessModel, _action_of, _can_claim_draw

FOOLS_MATE = "f2f3 e7e5 g2g4 d8h4"
SCHOLARS_MATE = "e2e4 e7e5 d1h5 b8c6 f1c4 g8f6 h5f7"
STALEMATE = (  # Sam Loyd's, in ten moves
    "e2e3 a7a5 d1h5 a8a6 h5a5 h7h5 h2h4 a6h6 a5c7 f7f6 c7d7 e8f7 d7b7 d8d3 b7b8 d3h7 b8c8 f7g6 c8e6"
)
SHUFFLE = "g1f3 g8f6 f3g1 f6g8"  # and all is as it was
EVERYTHING = "r3k2r/pPppqpb1/bn2pnp1/3PN3/1p2P3/2N2Q1p/PPPBBPpP/R3K2R w KQkq - 0 1"  # castling, promotion, captures
PERFT = [  # published tables; positions 2 to 6 of the Chess Programming Wiki
    (chess.STARTING_FEN, [20, 400, 8902]),
    ("r3k2r/p1ppqpb1/bn2pnp1/3PN3/1p2P3/2N2Q1p/PPPBBPPP/R3K2R w KQkq - 0 1", [48, 2039]),
    ("8/2p5/3p4/KP5r/1R3p1k/8/4P1P1/8 w - - 0 1", [14, 191, 2812]),
    ("r3k2r/Pppp1ppp/1b3nbN/nP6/BBP1P3/q4N2/Pp1P2PP/R2Q1RK1 w kq - 0 1", [6, 264]),
    ("rnbq1k1r/pp1Pbppp/2p5/8/2B5/8/PPP1NnPP/RNBQK2R w KQ - 1 8", [44, 1486]),
    ("r4rk1/1pp1qppp/p1np1n2/2b1p1B1/2B1P1b1/P1NP1N2/1PP1QPPP/R4RK1 w - - 0 10", [46, 2079]),
]


def position_from(fen=chess.STARTING_FEN):
    """A position of the match whose env was given another board."""
    position = begin(CHESS, 0)
    env = position.env.unwrapped
    env.board = chess.Board(fen)
    if env.board.turn == chess.BLACK:
        env.agent_selection = env._agent_selector.next()
    position._settle()
    return position


def action(board, uci):
    return _action_of(chess.Move.from_uci(uci), board.turn)


def agree(model, position):
    assert model.terminal == position.over
    assert model.returns.tolist() == position.returns.tolist()
    assert np.array_equal(model.legal, position.legal)
    for seat in (0, 1):
        assert np.array_equal(model.observe(seat), position.observe(seat))
    if not position.over:
        assert model.to_move == position.to_move


def side_by_side(position, actions):
    """Plays on; models begun at several plies must say at each what the env says. Returns them."""
    models, start = [], position.ply
    for move in actions:
        if position.ply - start in (0, 1, 5, 9):
            models.append(position.model(position.to_move))
        for model in models:
            agree(model, position)
        if position.over:
            break
        move = move(position) if callable(move) else action(position.env.unwrapped.board, move)
        for model in models:
            model.apply(move)
        position.step(move)
    for model in models:
        agree(model, position)
    return models


def at_random(seed, plies):
    rng = generator(seed, "chess")
    return [lambda position: int(rng.choice(np.flatnonzero(position.legal)))] * plies


class TestModel:
    @pytest.mark.parametrize("seed", range(2))
    def test_random_games(self, seed):
        side_by_side(position_from(), at_random(seed, 60))

    @pytest.mark.parametrize(
        "fen",
        [
            EVERYTHING,
            EVERYTHING.replace(" w ", " b "),
            "4k3/1P4P1/8/8/8/8/1p4p1/4K3 w - - 0 1",  # promotions of all kinds
            "8/5k2/8/8/8/8/2K2R2/8 w - - 90 80",  # draws by counting
            "8/5k2/8/8/8/8/2K2N1p/8 b - - 0 80",
            "rnbqkbnr/ppp1p1pp/8/3pPp2/8/8/PPPP1PPP/RNBQKBNR w KQkq f6 0 3",  # en passant
        ],
    )
    def test_random_games_from_crafted_positions(self, fen):
        for seed in range(2):
            side_by_side(position_from(fen), at_random(seed, 25))

    @pytest.mark.parametrize(
        ("moves", "returns"),
        [(FOOLS_MATE, [-1, 1]), (SCHOLARS_MATE, [1, -1]), (STALEMATE, [0, 0])],
        ids=["fool's mate", "scholar's mate", "stalemate"],
    )
    def test_famous_ends(self, moves, returns):
        moves = moves.split()
        position = position_from()
        models = side_by_side(position, moves)
        assert position.ply == len(moves)
        assert position.over
        assert position.returns.tolist() == returns
        assert all(model.terminal for model in models)

    def test_a_third_repetition_is_claimed_before_it_is_played(self):
        """After seven moves black could bring the start position about for the third time."""
        position = position_from()
        side_by_side(position, [*SHUFFLE.split(), *SHUFFLE.split()])
        assert position.over
        assert position.ply == 7
        assert position.returns.tolist() == [0, 0]

    def test_a_repetition_with_other_rights_is_none(self):
        """Who moved the rook can castle no more: after four moves the board looks the same and is not."""
        position = position_from("r3k2r/8/8/8/8/8/8/R3K2R w KQkq - 0 1")
        aside_and_back = ["a1b1", "a8b8", "b1a1", "b8a8"]
        side_by_side(position, [*aside_and_back, *aside_and_back])
        assert not position.over
        side_by_side(position, aside_and_back)
        assert position.over
        assert position.ply == 9  # the rooks stood aside after 2 and 6 moves, and could do so again

    @pytest.mark.parametrize(("clock", "plies"), [(95, 4), (97, 2), (98, 1), (60, None)])
    def test_fifty_moves_are_claimed_when_the_next_one_completes_them(self, clock, plies):
        position = position_from(f"4k3/8/8/8/8/8/4P3/R3K3 w - - {clock} 80")
        side_by_side(position, ["a1b1", "e8d8", "b1c1", "d8e8", "c1b1"])
        assert position.over == (plies is not None)
        assert position.ply == (plies or 5)
        assert position.returns.tolist() == [0, 0]

    def test_a_pawn_move_starts_the_count_anew(self):
        position = position_from("4k3/8/8/8/8/8/4P3/R3K3 w - - 97 80")
        side_by_side(position, ["e2e4", "e8d8", "a1b1"])
        assert not position.over

    @pytest.mark.parametrize(
        ("fen", "move", "over"),
        [
            ("4k3/8/8/8/8/8/4p3/4K3 w - - 0 1", "e1e2", True),  # two kings
            ("4k3/8/8/8/8/8/4p3/4KB2 w - - 0 1", "e1e2", True),  # and a bishop
            ("4k3/8/8/8/8/8/4p3/4KR2 w - - 0 1", "e1e2", False),  # and a rook
        ],
    )
    def test_what_cannot_be_won_is_drawn(self, fen, move, over):
        position = position_from(fen)
        side_by_side(position, [move])
        assert position.over == over
        assert position.returns.tolist() == [0, 0]

    def test_mate_goes_before_a_claim(self):
        position = position_from("6k1/5ppp/8/8/8/8/8/R3K3 w - - 99 80")
        position.step(action(position.env.unwrapped.board, "a1a8"))
        agree(position.model(1), position)
        assert position.returns.tolist() == [1, -1]


class TestClaims:
    def positions(self):
        """Boards of random games in which little can change, so that much is repeated."""
        starts = [
            chess.STARTING_FEN,
            "8/5k2/8/8/8/8/2K2R2/8 w - - 0 80",
            "k7/8/8/p7/P7/8/8/K7 w - - 60 80",
            "r3k2r/8/8/8/8/8/8/R3K2R w KQkq - 94 80",
        ]
        for seed in range(40):
            board, rng = chess.Board(starts[seed % 4]), generator(seed, "claims")
            for _ in range(30):
                moves = sorted(map(str, board.legal_moves))
                if not moves:
                    break
                back = chess.Move(board.peek().to_square, board.peek().from_square) if len(board.move_stack) else None
                if len(board.move_stack) > 1 and rng.random() < 0.6:
                    back = chess.Move(board.move_stack[-2].to_square, board.move_stack[-2].from_square)
                board.push(back if back in board.legal_moves else chess.Move.from_uci(str(rng.choice(moves))))
                yield board

    def test_they_are_python_chess_own(self):
        answers = [(_can_claim_draw(board), board.can_claim_draw()) for board in self.positions()]
        assert len(answers) > 1000
        assert sum(claim for _, claim in answers) > 100
        assert [ours for ours, _ in answers] == [theirs for _, theirs in answers]


class TestMoves:
    @pytest.mark.parametrize(("fen", "counts"), PERFT, ids=range(1, 7))
    def test_as_many_as_in_the_published_tables(self, fen, counts):
        def count(model, depth):
            if depth == 1:
                return int(model.legal.sum())
            total = 0
            for move in np.flatnonzero(model.legal).tolist():
                after = model.clone()
                after.apply(move)
                total += count(after, depth - 1)
            return total

        start = ChessModel(chess.Board(fen))
        assert [count(start, depth + 1) for depth in range(len(counts))] == counts

    def test_each_has_a_number_of_its_own_which_the_env_reads_as_that_move(self):
        for fen in (EVERYTHING, EVERYTHING.replace(" w ", " b "), *(fen for fen, _ in PERFT)):
            model = ChessModel(chess.Board(fen))
            assert len(model.moves) == model.board.legal_moves.count()
            for number, move in model.moves.items():
                assert chess_utils.action_to_move(model.board, number, 0 if model.board.turn else 1) == move

    def test_promotions(self):
        model = ChessModel(chess.Board("4k3/1P6/8/8/8/8/8/4K3 w - - 0 1"))
        kinds = {chess.piece_symbol(move.promotion) for move in model.moves.values() if move.promotion}
        assert kinds == {"q", "r", "b", "n"}


class TestIndependence:
    def test_of_clones(self):
        model = position_from().model(0)
        for move in SHUFFLE.split():
            model.apply(action(model.board, move))
        before, key = model.board.fen(), model.key(0)
        twin = model.clone()
        assert twin.key(1) == key
        for move in SHUFFLE.split()[:3]:
            twin.apply(action(twin.board, move))
        assert twin.terminal
        assert not model.terminal
        assert (model.board.fen(), model.key(0)) == (before, key)
        model.apply(action(model.board, "e2e4"))
        assert twin.board.peek() == chess.Move.from_uci("f3g1")

    def test_of_the_match(self):
        match = Match(CHESS, 0)
        for move in ("e2e4", "e7e5"):
            match.play(match.turn.parse(move))
        seen, model = match.turn.observation.copy(), match.turn.model
        model.observe(0), model.observe(1)
        for _ in range(6):
            model.apply(int(np.flatnonzero(model.legal)[0]))
        assert np.array_equal(match.turn.observation, seen)
        assert match.position.env.unwrapped.board.fullmove_number == 2
        assert match.turn.model.key(0) == tuple(map(chess.Move.from_uci, ("e2e4", "e7e5")))

    def test_observing_leaves_the_model_as_it_was(self):
        model = position_from().model(0)
        for move in SHUFFLE.split():
            model.apply(action(model.board, move))
        before = (model.board.fen(), list(model.board.move_stack), model.board.is_repetition(2))
        model.observe(0)
        model.observe(1)
        assert (model.board.fen(), list(model.board.move_stack), model.board.is_repetition(2)) == before


def test_a_record_is_replayed():
    game = load_game("chess")
    match = Match(game, 0)
    for move in FOOLS_MATE.split():
        match.play(match.turn.parse(move))
    assert match.record.winner == "seat 1"
    assert verify(match.record, game) == []
