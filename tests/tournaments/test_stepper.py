"""Stepping through a match: what each key does, and the whole of it in a real terminal."""

import dataclasses
import re
import shutil
import signal

import pytest
from rich.console import Console

import tournaments
from arena.entrants import load_entrant, load_game
from arena.match import Match
from arena.playing import play_match
from tests.terminal import arena_in_terminal
from tests.tournaments.damage import change
from tournaments.replay import Replay
from tournaments.stepper import SPEEDS, Stepper, _run, _screen
from tournaments.store import Store


def record_of(game, seed=1):
    agents = [load_entrant("random", game)[1] for _ in range(game.n_players)]
    return play_match(game, agents, seed, entrants=[f"random#{seat + 1}" for seat in range(game.n_players)])


@pytest.fixture
def stepper(connect_four):
    records = (record_of(connect_four, seed) for seed in range(100))
    return Stepper(Replay(next(record for record in records if len(record.moves) > 24), connect_four))


@pytest.fixture
def cards():
    game = load_game("leduc_holdem")
    return Stepper(Replay(record_of(game, 5), game))


def press(stepper, *keys):
    for key in keys:
        stepper.press(key)
    return stepper.replay.ply


class TestKeys:
    @pytest.mark.parametrize("key", ["right", "space", "n", "enter"])
    def test_one_ahead(self, stepper, key):
        assert press(stepper, key) == 1
        assert press(stepper, key) == 2

    @pytest.mark.parametrize("key", ["left", "p", "b", "backspace"])
    def test_one_back(self, stepper, key):
        assert press(stepper, "G", key) == stepper.replay.plies - 1
        assert press(stepper, "g", key) == 0

    @pytest.mark.parametrize(("ahead", "back"), [("down", "up"), ("page down", "page up")])
    def test_ten_at_a_time(self, stepper, ahead, back):
        assert press(stepper, ahead) == 10
        assert press(stepper, ahead) == 20
        assert press(stepper, back) == 10
        assert press(stepper, back, back) == 0
        assert press(stepper, *[ahead] * 20) == stepper.replay.plies

    @pytest.mark.parametrize(("first", "last"), [("home", "end"), ("g", "G")])
    def test_the_ends(self, stepper, first, last):
        assert press(stepper, last) == stepper.replay.plies
        assert press(stepper, last, "right") == stepper.replay.plies
        assert press(stepper, first) == 0

    def test_digits_and_enter_go_to_that_ply(self, stepper):
        assert press(stepper, "1", "7") == 0
        assert stepper.typed == "17"
        assert press(stepper, "enter") == 17
        assert stepper.typed == ""
        assert press(stepper, "0", "enter") == 0
        assert press(stepper, *"999999999999", "enter") == stepper.replay.plies

    def test_a_typed_digit_can_be_taken_back(self, stepper):
        assert press(stepper, "1", "7", "backspace", "2", "enter") == 12

    def test_escape_forgets_digits_before_it_quits(self, stepper):
        press(stepper, "1", "escape")
        assert (stepper.typed, stepper.done) == ("", False)
        press(stepper, "escape")
        assert stepper.done

    def test_any_other_key_forgets_digits_and_does_its_own(self, stepper):
        assert press(stepper, "1", "7", "right") == 1
        assert stepper.typed == ""

    @pytest.mark.parametrize("key", ["q", "escape", "ctrl-d"])
    def test_the_end_of_it(self, stepper, key):
        press(stepper, key)
        assert stepper.done

    @pytest.mark.parametrize("key", ["x", "", "é", "tab", "²", "٣"])
    def test_keys_without_a_meaning_do_nothing(self, stepper, key):
        assert press(stepper, "right", key) == 1
        assert (stepper.typed, stepper.playing, stepper.done) == ("", False, False)


class TestAutoplay:
    def test_it_goes_on_until_the_end_and_stops(self, stepper):
        press(stepper, "a")
        for ply in range(1, stepper.replay.plies + 1):
            assert stepper.playing
            stepper.tick()
            assert stepper.replay.ply == ply
        assert not stepper.playing

    def test_the_same_key_stops_it(self, stepper):
        press(stepper, "a", "a")
        stepper.tick()
        assert stepper.replay.ply == 0

    def test_from_the_end_it_begins_again(self, stepper):
        assert press(stepper, "G", "a") == 0
        assert stepper.playing

    def test_speed_up_and_down_within_bounds(self, stepper):
        assert stepper.speed == 1
        press(stepper, "+")
        assert stepper.speed == 2
        press(stepper, *["="] * 20)
        assert stepper.speed == max(SPEEDS)
        press(stepper, *["-"] * 10, *["_"] * 10)
        assert stepper.speed == min(SPEEDS)

    def test_the_screen_says_so(self, stepper):
        press(stepper, "a", "+")
        assert stepper.lines()[0][0] == f"ply 0 of {stepper.replay.plies}; autoplay, 2 plies a second"


class TestViews:
    def test_the_key_goes_round_the_seats(self, cards):
        views = [cards.view]
        for _ in range(3):
            press(cards, "v")
            views.append(cards.view)
        assert views == [None, 0, 1, None]

    def test_the_screen_shows_that_seats_cards_at_every_ply(self, cards):
        press(cards, "v", "v")
        for ply in range(cards.replay.plies + 1):
            cards.replay.go(ply)
            text = "\n".join(line for line, _ in cards.lines())
            assert "You are seat 1." in text
            assert "always as seat 1 sees it" in text
            assert "As seat 1 (random#2) sees it:" in text

    def test_where_nothing_is_hidden_there_is_nothing_to_go_round(self, stepper, cards):
        press(stepper, "v")
        assert stepper.view is None
        assert "v view" in cards.help
        assert "v view" not in stepper.help

    def test_the_move_that_led_there_stays_told_in_all_views(self, cards):
        press(cards, "right", "v")
        assert any("played" in line for line, _ in cards.lines())


class TestScreen:
    def rows(self, stepper, height, width=80):
        console = Console(width=width, height=height, force_terminal=True, color_system=None)
        lines = console.render_lines(_screen(stepper, console), console.options, pad=False)
        return ["".join(segment.text for segment in line) for line in lines]

    def test_it_fills_the_window_with_the_keys_at_the_bottom(self, stepper):
        rows = self.rows(stepper, 30)
        assert len(rows) == 30
        assert rows[0].startswith("ply 0 of ")
        assert rows[1].startswith("connect_four, seed ")
        assert rows[1].rstrip().endswith(": random#1 - random#2")
        assert rows[-1].rstrip().endswith("+/- speed")

    @pytest.mark.parametrize("height", [12, 8, 5])
    def test_what_does_not_fit_is_counted(self, stepper, height):
        press(stepper, "right")
        rows = self.rows(stepper, height)
        foot = 2 if height == 12 else 1
        shown = height - foot - 1
        assert len(rows) == height
        hidden = len(stepper.lines()) - shown
        assert rows[shown].strip() == f"... {hidden} more lines: make the window taller"
        assert rows[-foot].startswith("q quit, right/left 1 ply")

    def test_what_fits_is_shown_whole(self, stepper):
        press(stepper, "right")
        rows = self.rows(stepper, 24)
        assert [row.rstrip() for row in rows[: len(stepper.lines())]] == [text for text, _ in stepper.lines()]

    def test_a_window_of_two_rows_is_no_error(self, stepper):
        assert self.rows(stepper, 2)

    def test_long_lines_are_folded(self, stepper):
        rows = self.rows(stepper, 40, width=20)
        assert max(map(len, rows)) <= 20

    def test_the_last_position_has_the_result(self, stepper):
        press(stepper, "G")
        assert stepper.lines()[-1][0].endswith(("+1", "-1", "+0"))
        press(stepper, "left")
        assert "finished" not in stepper.lines()[-1][0]

    def test_a_match_without_moves(self, tictactoe):
        match = Match(tictactoe, 0)
        match.play(99)
        stepper = Stepper(Replay(match.record, tictactoe))
        press(stepper, "right", "left", "a", "+", "G", "5", "enter")
        stepper.tick()
        assert stepper.lines()[0][0] == "ply 0 of 0"
        assert "by forfeit" in stepper.lines()[-1][0]


class Typist:
    """A keyboard whose keys are known beforehand; it takes a clock along."""

    def __init__(self, *keys):
        self.keys = list(keys)
        self.waits = []

    def read(self, timeout):
        self.waits.append(timeout)
        key = self.keys.pop(0)
        if key is EOFError:
            raise EOFError
        return key


class TestLoop:
    def run(self, stepper, *keys, sizes=None):
        drawn, typist = [], Typist(*keys)
        window = iter(sizes) if sizes else None
        size = (lambda: next(window)) if window else (lambda: (80, 24))
        _run(stepper, typist, lambda: drawn.append(stepper.replay.ply), size)
        return drawn, typist.waits

    def test_every_key_draws_and_waiting_does_not(self, stepper):
        drawn, _ = self.run(stepper, "right", "", "", "right", "q")
        assert drawn == [0, 1, 2]

    def test_a_window_of_another_size_is_drawn_again(self, stepper):
        drawn, _ = self.run(stepper, "", "", "q", sizes=[(80, 24), (80, 24), (60, 20)])
        assert drawn == [0, 0]

    def test_a_terminal_that_is_gone_ends_it(self, stepper):
        drawn, _ = self.run(stepper, "right", EOFError)
        assert drawn == [0, 1]

    def test_autoplay_moves_when_it_is_due(self, stepper, monkeypatch):
        from tournaments import stepper as module

        now = [100.0]
        monkeypatch.setattr(module.time, "monotonic", lambda: now[0])

        class Clock(Typist):
            def read(self, timeout):
                now[0] += timeout
                return super().read(timeout)

        keys = Clock("a", *[""] * 9, "q")
        _run(stepper, keys, lambda: None, lambda: None)
        assert stepper.replay.ply == 2  # nine quarters of a second at one ply a second
        assert set(keys.waits) <= {0.0, 0.25}

    def test_a_faster_autoplay_waits_less(self, stepper, monkeypatch):
        from tournaments import stepper as module

        now = [100.0]
        monkeypatch.setattr(module.time, "monotonic", lambda: now[0])

        class Clock(Typist):
            def read(self, timeout):
                now[0] += timeout
                return super().read(timeout)

        keys = Clock("a", *["+"] * 6, *[""] * 8, "q")
        _run(stepper, keys, lambda: None, lambda: None)
        assert stepper.replay.ply == 8
        assert keys.waits[-2] == pytest.approx(1 / 16)


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """A store with matches of a game of perfect and one of hidden information."""
    path = tmp_path_factory.mktemp("played") / "arena.db"
    tournaments.run("connect_four", ["random", "first"], rounds=1, name="board", store=str(path))
    tournaments.run("leduc_holdem", ["random", "first"], rounds=1, name="cards", store=str(path))
    return path


@pytest.fixture
def store(played):
    """A copy of that store, as the one of this folder."""
    shutil.copy(played, "arena.db")
    with Store.open() as opened:
        yield opened


@pytest.fixture
def known(store):
    return store.tournament("board")


@pytest.fixture
def terminal(tmp_path):
    opened = []

    def run(*arguments, **options):
        opened.append(arena_in_terminal("replay", *arguments, cwd=tmp_path, **options))
        return opened[-1]

    yield run
    for one in opened:
        one.close()


class TestTerminal:
    def test_through_a_match_and_out(self, known, store, terminal):
        plies = len(store.matches(known.id)[0].record.moves)
        reader = terminal("board:0")
        text = reader.shows(f"ply 0 of {plies}", "q quit")
        assert "connect_four, seed" in text and "random - first" in text
        reader.press("right")
        reader.shows("ply 1 of", "random (seat 0) played")
        reader.press("space", "n", "enter")
        reader.shows("ply 4 of")
        reader.press("left")
        reader.shows("ply 3 of")
        reader.press("end")
        reader.shows(f"ply {plies} of {plies}", "(finished)")
        reader.press("home")
        reader.shows("ply 0 of", without=["(finished)"])
        reader.press("5")
        reader.shows("go to ply 5_ (enter)")
        reader.press("enter")
        reader.shows("ply 5 of", without=["go to"])
        reader.press("q")
        assert reader.ends() == 0
        assert reader.is_as_before
        assert "ply" not in reader.screen.text  # the screen of before is back

    def test_autoplay_reaches_the_end_by_itself(self, known, terminal):
        reader = terminal("board:0")
        reader.shows("ply 0 of")
        reader.press(*"++++a")
        reader.shows("plies a second")
        reader.shows("(finished)", without=["plies a second"])
        reader.press("escape")
        assert reader.ends() == 0

    def test_the_views_of_a_card_table(self, known, terminal):
        reader = terminal("cards:0")
        reader.shows("ply 0 of", "v view")
        reader.press("v")
        reader.shows("always as seat 0 sees it", "You are seat 0.")
        reader.press("v")
        reader.shows("always as seat 1 sees it", "You are seat 1.", without=["You are seat 0."])
        reader.press("v")
        reader.shows("You are seat", without=["always"])
        reader.press("q")
        assert reader.ends() == 0

    def test_a_window_that_changes_its_size(self, known, terminal):
        reader = terminal("board:0")
        reader.shows("ply 0 of", "q quit")
        reader.resize(9, 60)
        reader.shows("make the window taller", "q quit")
        reader.resize(30, 100)
        reader.shows("0 1 2 3 4 5 6", "q quit", without=["make the window"])
        reader.press("q")
        assert reader.ends() == 0

    @pytest.mark.parametrize(
        ("end", "code"),
        [
            (lambda reader: reader.press("ctrl-c"), 130),
            (lambda reader: reader.signal(signal.SIGTERM), 143),
            (lambda reader: reader.signal(signal.SIGHUP), 129),
        ],
        ids=["ctrl-c", "SIGTERM", "SIGHUP"],
    )
    def test_however_it_ends_the_terminal_is_given_back(self, known, terminal, end, code):
        reader = terminal("board:0")
        reader.shows("q quit")
        end(reader)
        assert reader.ends() == code
        assert reader.is_as_before

    def test_a_damaged_match_is_an_error_and_the_terminal_is_given_back(self, known, store, terminal):
        change(store, known.id, 0, "moves", lambda moves: [*moves[:3], 99, *moves[4:]])
        reader = terminal("board:0")
        reader.shows("q quit")
        reader.press("G")
        assert reader.ends() == 1
        assert reader.is_as_before
        error = "error: stored move 99 at ply 3 cannot be played: it is illegal. --verify tells all"
        assert error in reader.screen.text.replace("\n", "")

    def test_a_dumb_terminal_gets_the_whole_match(self, known, terminal):
        reader = terminal("board:0", TERM="dumb")
        assert reader.ends() == 0
        assert "\x1b" not in reader.seen
        assert len(re.findall(r"^ply \d+\r?$", reader.seen, re.MULTILINE)) > 5

    def test_json_is_json_on_a_terminal_too(self, known, terminal):
        reader = terminal("board:0", "--json")
        assert reader.ends() == 0
        assert reader.seen.lstrip().startswith("{")

    def test_a_small_window_from_the_start(self, known, terminal):
        reader = terminal("board:0", rows=6, columns=30)
        reader.shows("ply 0 of", "more lines", "q quit")
        reader.press("q")
        assert reader.ends() == 0

    def test_progress_is_shown_and_taken_away(self, known, terminal):
        reader = terminal("board", "--verify")
        assert reader.ends() == 0
        assert "verifying" in reader.seen
        assert "verifying" not in reader.screen.text
        assert "verified: in 2 matches" in reader.screen.text


def test_the_record_of_these_tests_is_a_whole_match(stepper):
    assert dataclasses.asdict(stepper.replay.record)["ending"] == "finished"
