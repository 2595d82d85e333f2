"""What `arena play --render` shows: boards that replace each other on a terminal, and plain ones elsewhere."""

import io
import re
import time

import pytest

from arena.agent import Decision
from arena.cli import render
from arena.cli.render import board_lines, boards, ending, move_lines, printable, scene
from arena.entrants import load_game
from arena.errors import UsageError
from arena.match import Match
from arena.moments import Moment, Move, moment
from tests.terminal import arena_in_terminal

THINKER = """
from dataclasses import dataclass
from arena import Agent, AgentSpec, Decision, hookimpl

@dataclass(frozen=True)
class Config:
    pass

class Thinker(Agent):
    def __init__(self, game, config):
        self.n = game.n_actions
    def act(self, turn):
        action = int(turn.legal.nonzero()[0][0])
        policy = [0.0] * self.n
        policy[action] = 1.0
        return Decision(action, value=0.5, policy=policy, note={"secret": "I hold a king"})

@hookimpl
def register_agents():
    return [AgentSpec("thinker", make=Thinker, config=Config)]
"""


def texts(lines):
    return [text for text, _ in lines]


def move(**fields):
    return Move(**{"ply": 0, "seat": 1, "entrant": "mcts", "action": 4, "name": "b2", **fields})


class TestLines:
    def test_a_move_is_one_line_where_the_mover_says_nothing(self):
        assert texts(move_lines(move())) == ["mcts (seat 1) played b2 (4)"]

    def test_seconds_and_value_are_told(self):
        assert texts(move_lines(move(seconds=0.0123, value=-0.5))) == [
            "mcts (seat 1) played b2 (4) in 0.012 s, expecting -0.50"
        ]

    def test_shares_are_bars_with_names_of_one_width(self):
        lines = texts(move_lines(move(shares=(("b2", 0.75), ("Qxd5+", 0.25)))))
        assert lines[1:] == ["  b2     75.0% ###############", "  Qxd5+  25.0% #####"]

    def test_a_note_is_one_line(self):
        assert texts(move_lines(move(note={"depth": 3, "line": "b2 a1"})))[1:] == ["  depth 3, line b2 a1"]

    def test_a_long_note_is_cut(self):
        (_, line) = texts(move_lines(move(note={"why": "x" * 1000})))
        assert line.endswith("x...")
        assert len(line) < 310

    def test_thoughts_can_be_left_out(self):
        told = move(seconds=0.0123, value=1.0, shares=(("b2", 1.0),), note={"depth": 3})
        assert texts(move_lines(told, thoughts=False)) == ["mcts (seat 1) played b2 (4) in 0.012 s"]

    def test_what_strangers_remark_cannot_control_the_terminal(self):
        assert printable("\x1b[2Jgone\nnext\x07") == " [2Jgone next "
        assert "\x1b" not in "".join(texts(move_lines(move(note={"\x1b[1m": "\x1b]0;title\x07"}))))

    def test_a_position_says_whose_view_it_is_and_who_is_on_move(self):
        now = Moment("leduc_holdem", 2, ("a", "b"), to_move=1, view=0, text="cards\nbets")
        assert texts(board_lines(now)) == ["As seat 0 (a) sees it:", "cards", "bets", "seat 1 (b) is on move"]

    def test_at_the_end_nobody_is_on_move_and_where_nothing_is_hidden_no_view_is_named(self):
        assert texts(board_lines(Moment("x", 2, ("a", "b"), to_move=None, view=None, text="board"))) == ["board"]

    def test_a_scene_has_the_board_first_so_that_it_stays_in_its_place(self):
        now = Moment("x", 1, ("a", "b"), to_move=0, view=None, text="board", last=move())
        assert texts(scene(now)) == ["board", "seat 0 (a) is on move", "", "mcts (seat 1) played b2 (4)"]
        assert texts(scene(Moment("x", 0, ("a", "b"), 0, None, "board"))) == ["board", "seat 0 (a) is on move", ""]


class TestEnding:
    def record(self, tictactoe, *moves):
        match = Match(tictactoe, 0, ("a", "b"))
        for action in moves:
            match.play(action)
        return match.record

    def test_a_win(self, tictactoe):
        assert ending(self.record(tictactoe, 0, 3, 1, 4, 2)) == "a wins (finished): a +1, b -1"

    def test_a_draw(self, tictactoe):
        assert ending(self.record(tictactoe, 0, 1, 2, 4, 3, 5, 7, 6, 8)) == "drawn (finished): a +0, b +0"

    def test_a_forfeit(self, tictactoe):
        told = ending(self.record(tictactoe, 0, 0))
        assert told == "a wins by forfeit (illegal move of b: played 0 at ply 1): a +1, b -1"

    def test_a_match_that_was_called_off(self, tictactoe):
        match = Match(tictactoe, 0, ("a", "b"))
        match.play(4)
        match.call_off("Unavailable: no service at ply 1")
        assert ending(match.record) == "called off, it counts for nobody: Unavailable: no service at ply 1"

    def test_the_cause_is_a_strangers_text(self, tictactoe):
        match = Match(tictactoe, 0, ("a", "b"))
        match.forfeit("error", (0,), "RuntimeError: \x1b[2J \ud800")
        assert "RuntimeError:  [2J  ): a -1" in ending(match.record)


class TestPlainBoards:
    def shown(self, capsys, match, *moves, humans=(), pause=None):
        with boards(pause, humans) as watch:
            watch(match)
            for action in moves:
                match.play(action)
                watch(match)
        captured = capsys.readouterr()
        assert captured.out == ""
        return captured.err

    def test_one_board_after_the_other_each_under_its_move(self, tictactoe, capsys):
        err = self.shown(capsys, Match(tictactoe, 0, ("a", "b")), 4, 0)
        first, second, third, rest = err.split("\n\n")
        assert rest == ""
        assert first.endswith("seat 0 (a) is on move")
        assert second.startswith("a (seat 0) played b2 (4)")
        assert "X" in second
        assert third.startswith("b (seat 1) played a1 (0)")

    def test_the_end_is_told_once(self, tictactoe, capsys):
        err = self.shown(capsys, Match(tictactoe, 0, ("a", "b")), 0, 3, 1, 4, 2)
        assert err.count("a wins (finished)") == 1
        assert err.rstrip().endswith("a wins (finished): a +1, b -1")

    def test_a_forfeit_is_told_with_its_cause(self, tictactoe, capsys):
        err = self.shown(capsys, Match(tictactoe, 0, ("a", "b")), 99)
        assert "b wins by forfeit (illegal move of a: played 99 at ply 0)" in err

    def test_hidden_positions_are_shown_as_the_seat_on_move_sees_them(self, capsys):
        match = Match(load_game("leduc_holdem"), 3, ("a", "b"))
        first = match.position.to_move
        err = self.shown(capsys, match, 1, 0)
        views = re.findall(r"As seat (\d)", err)
        seen = re.findall(r"You are seat (\d)", err)
        assert views == seen
        assert views[:2] == [str(first), str(1 - first)]

    def test_a_pause_is_made_after_each_position(self, tictactoe, capsys, monkeypatch):
        slept = []
        monkeypatch.setattr(time, "sleep", slept.append)
        self.shown(capsys, Match(tictactoe, 0), 4, 0, pause=0.25)
        assert slept == [0.25] * 3

    def test_elsewhere_than_on_a_terminal_nobody_waits(self, tictactoe, capsys, monkeypatch):
        slept = []
        monkeypatch.setattr(time, "sleep", slept.append)
        self.shown(capsys, Match(tictactoe, 0), 4, 0)
        assert set(slept) <= {0.0}

    def test_two_matches_do_not_mix(self, tictactoe, capsys):
        self.shown(capsys, Match(tictactoe, 0), 4, 0)
        err = self.shown(capsys, Match(tictactoe, 1), 8)
        assert err.count("played") == 1
        assert "played c3 (8)" in err


class TestPeople:
    """Who plays at the terminal sees what a player may see."""

    shown = TestPlainBoards.shown

    def test_the_position_is_left_to_the_agent_that_asks_for_the_move(self, tictactoe, capsys):
        err = self.shown(capsys, Match(tictactoe, 0, ("human", "b")), 4, 0, humans=(0,))
        assert err.count("a   b   c") == 1
        assert "seat 1 (b) is on move" in err
        assert "b (seat 1) played a1 (0)" in err

    def test_hidden_positions_are_shown_as_the_person_sees_them(self, capsys):
        match = Match(load_game("leduc_holdem"), 3, ("a", "b"))
        other = match.position.to_move
        err = self.shown(capsys, match, 1, humans=(1 - other,))
        assert f"You are seat {1 - other}." in err
        assert f"You are seat {other}." not in err

    def test_the_last_position_too(self, capsys):
        match = Match(load_game("leduc_holdem"), 3, ("a", "b"))
        folds = match.position.to_move
        err = self.shown(capsys, match, 2, humans=(1 - folds,))
        assert match.over
        assert f"You are seat {folds}." not in err
        assert "wins (finished)" in err

    def test_a_move_of_an_unfinished_round_is_kept_from_the_person(self, rps, capsys):
        match = Match(rps, 0, ("a", "human"))
        before = self.shown(capsys, match, 2, humans=(1,))
        assert "scissors" not in before
        with boards(None, (1,)) as watch:
            match.play(0)
            watch(match)
        after = capsys.readouterr().err
        assert "a (seat 0) played scissors (2)" in after
        assert "human (seat 1) played rock (0)" in after

    def test_what_others_think_of_hidden_things_is_kept_from_the_person(self, rps, tictactoe, capsys):
        thought = Decision(0, value=0.5, note={"plan": "rock again"})
        told = self.shown(capsys, Match(rps, 0, ("a", "human")), thought, 0, humans=(1,))
        assert "plan" not in told and "expecting" not in told
        told = self.shown(capsys, Match(tictactoe, 0, ("a", "human")), thought, humans=(1,))
        assert "expecting +0.50" in told and "plan rock again" in told

    def test_several_people_at_one_screen_are_shown_no_hand(self, capsys):
        match = Match(load_game("texas_holdem:num_players=3"), 1, ("a", "b", "c"))
        people = tuple({0, 1, 2} - {match.position.to_move})
        err = self.shown(capsys, match, 0, humans=people)
        assert "Your hand" not in err
        assert "played call (0)" in err

    def test_several_people_see_the_last_position_as_the_first_of_them(self, tictactoe, rps, capsys):
        game = load_game("rps:max_cycles=1")
        err = self.shown(capsys, Match(game, 0, ("x", "y")), 0, 1, humans=(0, 1))
        assert "As seat 0 (x) sees it:" in err
        assert "y wins" in err

    def test_a_person_is_not_waited_for(self, tictactoe, capsys, monkeypatch):
        slept = []
        monkeypatch.setattr(time, "sleep", slept.append)
        monkeypatch.setattr(render, "is_screen", lambda _: True)
        self.shown(capsys, Match(tictactoe, 0), 4, humans=(0,))
        assert set(slept) <= {0.0}


class TestScreens:
    @pytest.mark.parametrize("term", ["dumb", "DUMB", "unknown"])
    def test_a_terminal_that_cannot_be_written_over_is_no_screen(self, monkeypatch, term):
        class Stream(io.StringIO):
            def isatty(self):
                return True

        monkeypatch.setenv("TERM", "xterm")
        assert render.is_screen(Stream())
        monkeypatch.setenv("TERM", term)
        assert not render.is_screen(Stream())

    def test_a_file_is_no_screen(self, monkeypatch):
        monkeypatch.setenv("TERM", "xterm")
        assert not render.is_screen(io.StringIO())


class TestCommand:
    def test_thoughts_are_shown_with_the_boards(self, arena):
        err = arena("play", "tictactoe", "mcts:simulations=30", "minimax", "--render").err
        assert re.search(r"mcts:simulations=30 \(seat 0\) played \w\d \(\d\) in \d\.\d+ s, expecting [+-]\d\.\d\d", err)
        assert re.search(r"^  [abc][123] +\d+\.\d% #*$", err, re.MULTILINE)
        assert "  simulations 30, certain False" in err

    def test_chess_moves_have_their_own_names(self, arena):
        err = arena("play", "chess", "first", "first", "--render", "--json").err
        names = re.findall(r"played (\S+)", err)
        assert len(names) > 10
        assert not [name for name in names if re.fullmatch("[a-h][1-8][a-h][1-8]|#[0-9]+", name)]

    def test_every_game_of_several_is_shown(self, arena):
        shown = arena("play", "tictactoe", "first", "first", "--games", 2, "--render")
        assert shown.err.count("wins (finished)") == 2
        assert "tictactoe, 2 games" in shown.out

    def test_the_last_position_of_a_hidden_game_says_whose_view_it_is(self, arena):
        out = arena("play", "leduc_holdem", "random", "first", "--seed", 4).out
        (view,) = re.findall(r"As seat (\d) \(\w+\) sees it:", out)
        assert f"You are seat {view}." in out

    def test_the_last_position_after_a_forfeit_is_shown_and_nobody_is_on_move(self, arena, monkeypatch):
        monkeypatch.setattr("sys.stdin", io.StringIO("resign\n"))
        out = arena("play", "tictactoe", "human", "first").out
        assert "a   b   c" in out
        assert "on move" not in out

    def test_a_person_and_the_cards(self, arena, monkeypatch):
        monkeypatch.setattr("sys.stdin", io.StringIO("call\n" * 20))
        err = arena("play", "leduc_holdem", "first", "human", "--render", "--seed", 2).err
        assert "You are seat 1." in err
        assert "You are seat 0." not in err

    def test_a_person_who_sits_elsewhere_in_the_second_game(self, arena, monkeypatch):
        monkeypatch.setattr("sys.stdin", io.StringIO("call\n" * 40))
        err = arena("play", "leduc_holdem", "first", "human", "--render", "--games", 2).err
        own = [int(seat) for seat in re.findall(r"You sit in seat (\d)", err)]
        assert [seat for seat, other in zip(own, [None, *own], strict=False) if seat != other] == [1, 0]
        for seat, other in zip((1, 0), re.split(r"wins|drawn", err), strict=False):
            assert f"You are seat {1 - seat}." not in other

    def test_a_person_is_told_no_thoughts_at_a_card_table(self, arena, tmp_path, monkeypatch):
        (tmp_path / "thinker.py").write_text(THINKER)
        monkeypatch.setattr("sys.stdin", io.StringIO("call\n" * 20))
        command = ("play", "leduc_holdem", "thinker", "human", "--render", "--plugin", "thinker.py")
        assert "I hold a king" not in arena(*command).err

    @pytest.mark.parametrize("pause", ["-1", "nan", "inf", "3601"])
    def test_a_pause_out_of_range(self, fails, pause):
        told = fails(2, "play", "tictactoe", "first", "first", "--render", "--pause", pause)
        assert "--pause must be from 0 to 3600 seconds, not" in told

    def test_a_pause_without_positions(self, fails):
        told = fails(2, "play", "tictactoe", "first", "first", "--pause", "1")
        assert "--pause goes with --render" in told

    def test_no_pause_is_no_error(self):
        render.check_pause(None, False)
        render.check_pause(0, True)
        with pytest.raises(UsageError):
            render.check_pause(-0.1, True)


@pytest.fixture
def terminal(tmp_path):
    opened = []

    def run(*arguments, **options):
        opened.append(arena_in_terminal(*arguments, cwd=tmp_path, **options))
        return opened[-1]

    yield run
    for one in opened:
        one.close()


class TestLive:
    def test_each_position_replaces_the_one_before(self, terminal):
        live = terminal("play", "tictactoe", "first", "first", "--render", "--pause", "0.01")
        assert live.ends() == 0
        boards_left = live.screen.text.count("a   b   c")
        assert boards_left <= 2  # the last of the live ones, and that of the result
        assert live.seen.count("a   b   c") > 5
        assert "first#1 wins (finished): first#1 +1, first#2 -1" in live.screen.text
        assert live.is_as_before

    def test_a_position_stays_for_the_pause(self, terminal):
        live = terminal("play", "tictactoe", "first", "first", "--render", "--pause", "30")
        text = live.shows("tictactoe, ply 0", "seat 0 (first#1) is on move")
        assert "played" not in text
        live.press("ctrl-c")
        assert live.ends() == 130
        assert live.is_as_before

    def test_thoughts_are_under_the_board(self, terminal):
        live = terminal("play", "tictactoe", "minimax", "first", "--render", "--pause", "2", rows=40)
        lines = live.shows("ply 1", "minimax (seat 0) played", "expecting", "%").splitlines()
        board = next(place for place, line in enumerate(lines) if "a   b   c" in line)
        played = next(place for place, line in enumerate(lines) if "minimax (seat 0) played" in line)
        assert board < played
        assert "%" in lines[played + 1]

    def test_a_board_too_high_for_the_terminal_harms_nothing(self, terminal):
        live = terminal("play", "tictactoe", "first", "first", "--render", "--pause", "0.01", rows=8, columns=40)
        assert live.ends() == 0
        assert live.is_as_before

    def test_results_go_to_stdout_alone(self, terminal):
        live = terminal("play", "tictactoe", "first", "first", "--render", "--pause", "0", "--json")
        assert live.ends() == 0
        assert '"ending": "finished"' in live.seen

    def test_a_dumb_terminal_gets_plain_boards(self, terminal):
        live = terminal("play", "tictactoe", "first", "first", "--render", TERM="dumb")
        assert live.ends() == 0
        assert "\x1b[" not in live.seen.partition("tictactoe, seed")[0]
        assert live.seen.count("is on move") >= 5


def test_the_moment_of_a_match_is_what_the_lines_are_made_of(tictactoe):
    match = Match(tictactoe, 0, ("a", "b"))
    assert texts(board_lines(moment(match)))[-1] == "seat 0 (a) is on move"
