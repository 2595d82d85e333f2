"""How chess is read: closed positions, both notations, and agreement with PettingZoo's own table of moves."""

import chess
import pytest
from pettingzoo.classic.chess import chess as pettingzoo_chess
from pettingzoo.classic.chess import chess_utils

from games.chess_view import ChessView, _move

VIEW = ChessView()
PROMOTIONS = {"8/3P1k2/8/8/8/8/5K2/4n3 w - - 0 1": ("d8", "e1"), "4N3/5k2/8/8/8/8/3p1K2/8 b - - 0 1": ("d1", "e8")}


@pytest.fixture
def env():
    env = pettingzoo_chess.raw_env()
    env.reset(seed=0)
    env.observe("player_0")
    return env


def at(env, fen):
    """The env at a position; PettingZoo takes the side on move from the board and from its own counter."""
    env.board = chess.Board(fen)
    seat = 0 if env.board.turn else 1
    while env.possible_agents.index(env.agent_selection) != seat:
        env.agent_selection = env._agent_selector.next()
    chess_utils.legal_moves(env.board)
    return env


def play(env, *names):
    for name in names:
        env.step(VIEW.parse(env, name))
    return env


def names(env):
    return {VIEW.name(env, action) for action in chess_utils.legal_moves(env.board)}


class TestNames:
    def test_the_first_moves(self, env, legal):
        pawns = {f"{file}{rank}" for file in "abcdefgh" for rank in "34"}
        assert {VIEW.name(env, action) for action in legal(env)} == pawns | {"Na3", "Nc3", "Nf3", "Nh3"}

    def test_the_second_moves_are_seen_from_blacks_side(self, env):
        pawns = {f"{file}{rank}" for file in "abcdefgh" for rank in "56"}
        assert names(play(env, "e4")) == pawns | {"Na6", "Nc6", "Nf6", "Nh6"}

    def test_an_action_means_the_same_step_for_both_sides(self, env):
        action = VIEW.parse(env, "e4")
        assert VIEW.name(play(env, "a3"), action) == "e5"

    @pytest.mark.parametrize("fen", PROMOTIONS)
    def test_promotions(self, env, fen):
        square = PROMOTIONS[fen][0]
        assert {f"{square}=Q", f"{square}=R", f"{square}=B", f"{square}=N+"} <= names(at(env, fen))

    def test_a_promotion_that_captures_mates(self, env):
        at(env, "3rk3/4pp2/4P3/1B6/8/8/2P5/4K3 w - - 0 1")
        assert "exf7+" in names(env)
        at(env, "3nk2r/2P1pppp/8/8/8/8/8/K2R4 w - - 0 1")
        assert {"cxd8=Q#", "cxd8=R#", "cxd8=B", "cxd8=N", "c8=Q", "Rxd8#"} <= names(env)

    @pytest.mark.parametrize("fen", ["r3k2r/8/8/8/8/8/8/R3K2R w KQkq - 0 1", "r3k2r/8/8/8/8/8/8/R3K2R b KQkq - 0 1"])
    def test_castling(self, env, fen):
        assert {"O-O", "O-O-O"} <= names(at(env, fen))

    def test_en_passant_for_both_sides(self, env):
        assert "exd6" in names(play(env, "e4", "a6", "e5", "d5"))
        assert "bxc3" in names(at(env, "4k3/8/8/8/1pP5/8/8/4K3 b - c3 0 1"))

    def test_two_knights_are_told_apart(self, env):
        assert {"Nbd2", "Nfd2"} <= names(at(env, "4k3/8/8/8/8/5N2/8/1N2K3 w - - 0 1"))

    def test_check_and_mate(self, env):
        play(env, "f3", "e5", "g4")
        assert "Qh4#" in names(env)

    def test_illegal_actions_are_named_all_the_same(self, env):
        legal = {VIEW.parse(env, name) for name in names(env)}
        others = [VIEW.name(env, action) for action in range(4672) if action not in legal]
        assert all(name.startswith("#") or chess.Move.from_uci(name) for name in others)
        assert "e2e5" in others
        assert VIEW.name(env, 4671) == "#4671"
        assert VIEW.name(env, 0) == "#0"

    def test_a_fresh_process_has_names_before_any_move_was_legal(self, env, monkeypatch):
        monkeypatch.setattr(chess_utils, "actions_to_moves", {})
        monkeypatch.setattr(chess_utils, "moves_to_actions", {})
        assert VIEW.name(env, VIEW.parse(env, "Nf3")) == "Nf3"


class TestParse:
    @pytest.mark.parametrize(
        "text",
        ["Nf3", " nf3 ", "NF3", "g1f3", "G1F3", "g1-f3", "Ng1f3", "Ngf3", "Nf3+", "Nf3#", "Nf3!?", "1. Nf3", "1.Nf3"],
    )
    def test_one_knight_move_in_many_hands(self, env, text):
        assert VIEW.name(env, VIEW.parse(env, text)) == "Nf3"

    @pytest.mark.parametrize("text", ["e4", "E4", "e2e4", "E2E4", "e2-e4", "1.e4", "1... e4", "e4?"])
    def test_one_pawn_move_in_many_hands(self, env, text):
        assert VIEW.name(env, VIEW.parse(env, text)) == "e4"

    @pytest.mark.parametrize("fen", PROMOTIONS)
    @pytest.mark.parametrize("piece", "QRBN")
    def test_promotions_in_many_hands(self, env, fen, piece):
        at(env, fen)
        target, source = PROMOTIONS[fen][0], PROMOTIONS[fen][0][0] + ("7" if env.board.turn else "2")
        for text in (f"{target}={piece}", f"{target}{piece}", f"{target}={piece.lower()}", f"{source}{target}{piece}"):
            for said in (text, text.lower()):
                action = VIEW.parse(env, said)
                assert VIEW.name(env, action).rstrip("+#") == f"{target}={piece}"
                assert chess_utils.action_to_move(env.board, action, 1 - env.board.turn).uci()[-1] == piece.lower()

    @pytest.mark.parametrize("side", "wb")
    def test_castling_in_many_hands(self, env, side):
        at(env, f"r3k2r/8/8/8/8/8/8/R3K2R {side} KQkq - 0 1")
        rank = "1" if side == "w" else "8"
        for text in ("O-O", "0-0", "o-o", f"e{rank}g{rank}"):
            assert VIEW.name(env, VIEW.parse(env, text)).startswith("O-O")
            assert not VIEW.name(env, VIEW.parse(env, text)).startswith("O-O-O")
        for text in ("O-O-O", "0-0-0", "o-o-o", f"e{rank}c{rank}"):
            assert VIEW.name(env, VIEW.parse(env, text)).startswith("O-O-O")

    def test_en_passant_may_be_marked(self, env):
        play(env, "e4", "a6", "e5", "d5")
        assert VIEW.parse(env, "exd6 e.p.") == VIEW.parse(env, "exd6") == VIEW.parse(env, "e5d6")

    def test_a_bishop_is_never_read_as_a_pawn(self, env):
        at(env, "4k3/8/8/8/8/2p5/1P6/4K3 w - - 0 1")
        with pytest.raises(ValueError, match="'Bxc3' is no legal move here"):
            VIEW.parse(env, "Bxc3")
        at(env, "4k3/8/8/8/8/2p5/1P1B4/4K3 w - - 0 1")
        assert VIEW.name(env, VIEW.parse(env, "Bxc3")) == "Bxc3"
        assert VIEW.name(env, VIEW.parse(env, "bxc3")) == "bxc3"
        at(env, "4k3/8/8/8/8/2p5/3B4/4K3 w - - 0 1")
        assert VIEW.name(env, VIEW.parse(env, "bxc3")) == "Bxc3"

    @pytest.mark.parametrize(
        "text",
        ["e5", "e2e5", "Ke2", "O-O", "e9", "hello", "", "e2", "Nf3 Nf6", "P@e4", "null", "--", "0000", "@@@@", "Z0"],
    )
    def test_what_is_no_legal_move(self, env, text):
        with pytest.raises(ValueError, match=r"is no legal move here: (did you mean|moves are written such as) \w+"):
            VIEW.parse(env, text)

    def test_an_error_shows_how_moves_of_this_position_are_written(self, env):
        with pytest.raises(
            ValueError, match="'castle' is no legal move here: moves are written such as Nh3, Nf3 or g1h3"
        ):
            VIEW.parse(env, "castle")

    def test_an_error_names_what_may_have_been_meant(self, env):
        at(env, "4k3/8/8/8/8/5N2/8/1N2K3 w - - 0 1")
        with pytest.raises(ValueError, match=r"'Nd2' is no legal move here: did you mean Nfd2 or Nbd2\?"):
            VIEW.parse(env, "Nd2")
        at(env, "8/4P1k1/8/8/8/8/8/4K3 w - - 0 1")
        with pytest.raises(ValueError, match=r"did you mean e8=Q or e8=R or e8=B or e8=N\+\?"):
            VIEW.parse(env, "e8")
        with pytest.raises(ValueError, match="did you mean e8=Q"):
            VIEW.parse(env, "e7e8")

    def test_nothing_is_legal_after_mate(self, env):
        with pytest.raises(ValueError, match="'e4' is no legal move here: the game is over"):
            VIEW.parse(play(env, "f3", "e5", "g4", "Qh4"), "e4")


class TestText:
    def test_the_first_position(self, env):
        assert VIEW.text(env, 0) == VIEW.text(env, 1)
        assert VIEW.text(env, 0).splitlines() == [
            "8  r n b q k b n r",
            "7  p p p p p p p p",
            "6  . . . . . . . .",
            "5  . . . . . . . .",
            "4  . . . . . . . .",
            "3  . . . . . . . .",
            "2  P P P P P P P P",
            "1  R N B Q K B N R",
            "   a b c d e f g h",
            "White (upper case): seat 0, Black (lower case): seat 1",
            "White (seat 0) to move, move 1",
            "FEN: rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - 0 1",
        ]

    def test_last_move_and_check(self, env):
        play(env, "e4", "f5", "Qh5")
        assert VIEW.text(env, 1).splitlines()[-3:-1] == [
            "Last move: Qh5+ by White (seat 0)",
            "Black (seat 1) to move, in check, move 2",
        ]
        assert len(env.board.move_stack) == 3  # reading the last move takes nothing back

    def test_fen_alone(self, env):
        assert VIEW.notation(play(env, "e4")) == "rnbqkbnr/pppppppp/8/8/4P3/8/PPPP1PPP/RNBQKBNR b KQkq - 0 1"
        assert f"FEN: {VIEW.notation(env)}" in VIEW.text(env, 0).splitlines()

    def test_mate_by_black(self, env):
        play(env, "f3", "e5", "g4", "Qh4")
        assert env.rewards == {"player_0": -1, "player_1": 1}
        assert "The game is over by checkmate: Black (seat 1) wins" in VIEW.text(env, 0).splitlines()
        assert VIEW.name(env, 77)

    def test_mate_by_white(self, env):
        play(env, "e4", "e5", "Bc4", "Nc6", "Qh5", "Nf6", "Qxf7")
        assert "The game is over by checkmate: White (seat 0) wins" in VIEW.text(env, 0).splitlines()

    @pytest.mark.parametrize(
        ("fen", "move", "reason"),
        [
            ("7k/8/5KQ1/8/8/8/8/8 w - - 0 1", "Qf7", "stalemate"),
            ("7k/8/8/8/8/8/6p1/6K1 w - - 0 1", "Kxg2", "insufficient material"),
            ("7k/8/8/8/8/8/R7/6K1 w - - 99 80", "Ra3", "fifty moves"),
        ],
    )
    def test_draws(self, env, fen, move, reason):
        play(at(env, fen), move)
        assert all(env.terminations.values()) and env.rewards == {"player_0": 0, "player_1": 0}
        assert f"The game is over by {reason}: a draw" in VIEW.text(env, 0).splitlines()

    def test_a_third_repetition_that_can_be_claimed_ends_the_game(self, env):
        shuffle = ["Nf3", "Nf6", "Ng1", "Ng8"]
        play(env, *shuffle, *shuffle[:3])  # the fourth move would repeat the first position a third time
        assert all(env.terminations.values())
        assert "The game is over by threefold repetition: a draw" in VIEW.text(env, 0).splitlines()


class TestRandomGames:
    @pytest.mark.parametrize("seed", range(2))
    def test_what_every_view_promises(self, env, seed, holds_for_a_random_game):
        holds_for_a_random_game(VIEW, env, seed, any_case=False)  # `Bxc3` and `bxc3` are two moves

    @pytest.mark.parametrize("seed", range(4, 8))
    def test_moves_and_ends_are_pettingzoos(self, env, seed, positions, legal):
        for over in positions(env, seed):
            assert ("The game is over" in VIEW.text(env, 0)) == over
            for action in () if over else legal(env):
                assert _move(env.board, action) == chess_utils.action_to_move(env.board, action, 1 - env.board.turn)

    @pytest.mark.parametrize("seed", range(10, 12))
    def test_uci_is_read_as_well(self, env, seed, positions, legal):
        for over in positions(env, seed, plies=120):
            for action in () if over else legal(env):
                uci = _move(env.board, action).uci()
                assert VIEW.parse(env, uci) == VIEW.parse(env, uci.upper()) == action
