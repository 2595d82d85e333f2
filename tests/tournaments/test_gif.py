"""Matches as animated GIFs, opened again with pillow."""

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pettingzoo import ParallelEnv
from PIL import Image

from arena.entrants import load_entrant, load_game
from arena.errors import ArenaError, UsageError
from arena.match import Match
from arena.playing import play_match
from tests.arena import toy_games as toys
from tests.terminal import ROOT
from tournaments import gif as gif_module
from tournaments.gif import check_gif, write_gif
from tournaments.replay import Replay

CLASSICS = [
    *("tictactoe", "connect_four", "rps:max_cycles=4", "chess", "go", "leduc_holdem", "texas_holdem"),
    *("texas_holdem_no_limit", "hanabi"),
]
FILE = Path("match.gif")


def record_of(game, seed=1, entrant="random"):
    agents = [load_entrant(entrant, game)[1] for _ in range(game.n_players)]
    return play_match(game, agents, seed, entrants=[f"{entrant}#{seat + 1}" for seat in range(game.n_players)])


def written(record, game, frame_time=0.5, width=400):
    return write_gif(record, game, FILE, frame_time=frame_time, width=width)


def frames():
    """The pictures of the file as arrays, and how long each stays in milliseconds."""
    pictures, times = [], []
    with Image.open(FILE) as image:
        for number in range(image.n_frames):
            image.seek(number)
            times.append(image.info["duration"])
            pictures.append(np.asarray(image.convert("RGB")).astype(int))
    return pictures, times


class TestClassics:
    @pytest.mark.parametrize("name", CLASSICS)
    def test_there_is_a_frame_for_every_position_and_none_is_blank(self, name):
        game = dataclasses.replace(load_game(name), max_plies=6)
        record = record_of(game)
        made = written(record, game)
        pictures, _ = frames()
        assert made.frames == len(pictures) == len(record.moves) + 1
        for picture in pictures:
            assert picture.shape == (made.height, made.width, 3)
            assert picture[: made.height // 2].std() > 5
        assert made.width <= 400
        assert made.bytes == FILE.stat().st_size < 100_000 + 20_000 * len(pictures)

    @pytest.mark.parametrize("name", CLASSICS)
    def test_the_first_and_the_last_frame_differ_where_the_positions_do(self, name):
        game = dataclasses.replace(load_game(name), max_plies=6)
        record = record_of(game, seed=2)
        made = written(record, game)
        first, last = frames()[0][0], frames()[0][-1]
        assert np.abs(first - last).max() > 60
        replay = Replay(record, game.drawn("rgb_array"))
        start = replay.match.position.env.render()
        replay.go(replay.plies)
        if not np.array_equal(start, replay.match.position.env.render()):
            above_the_caption = made.height - 2 * 18 - 6
            assert np.abs(first - last)[:above_the_caption].max() > 40

    def test_a_frame_shows_what_the_env_draws(self):
        game = load_game("connect_four")
        record = record_of(game)
        made = written(record, game, width=900)
        replay = Replay(record, game.drawn("rgb_array"))
        replay.go(5)
        truth = replay.match.position.env.render().astype(int)
        seen = frames()[0][5][: truth.shape[0]]
        assert made.width == truth.shape[1]
        assert np.abs(seen - truth).mean() < 8  # 255 colours instead of all

    def test_rounds_of_a_parallel_game_are_drawn(self):
        game = load_game("rps:max_cycles=3")
        match = Match(game, 0, ("a", "b"))
        for action in (0, 1, 2, 2, 1, 0):
            match.play(action)
        written(match.record, game)
        pictures, _ = frames()
        rows = slice(0, pictures[0].shape[0] - 42)
        assert np.array_equal(pictures[0][rows], pictures[1][rows])  # the first seat's throw is drawn with its round
        assert not np.array_equal(pictures[1][rows], pictures[2][rows])

    def test_a_go_board_of_another_size_beside_the_first(self):
        for size in (5, 9):
            game = dataclasses.replace(load_game(f"go:size={size}"), max_plies=4)
            written(record_of(game), game)
            assert len(frames()[0]) == 5


class TestOtherEnvs:
    def test_a_game_by_its_full_id(self):
        game = load_game("classic/tictactoe-v3")
        assert written(record_of(game), game).frames > 5

    def test_a_parallel_env_that_nobody_registered(self):
        pytest.importorskip("mpe2")
        game = load_game("mpe2/simple_spread-v3:max_cycles=2")
        assert written(record_of(game), game).frames == 7

    def test_a_game_without_pictures(self):
        game = load_game("matrix_rps")
        with pytest.raises(UsageError, match="'matrix_rps' cannot be drawn: its env has no render mode 'rgb_array'"):
            written(record_of(game), game)
        assert not list(Path().iterdir())

    @pytest.mark.parametrize("picture", [None, "text", np.zeros((2, 2, 2, 2))])
    def test_an_env_whose_picture_is_none(self, picture):
        game = toys.Game("odd", make=lambda **_: Drawing(picture), max_plies=2)
        record = Match(game, 0)
        record.play(0)
        record.play(0)
        with pytest.raises(ArenaError, match="odd could not be drawn at ply 0"):
            written(record.record, game)
        assert not list(Path().iterdir())

    def test_an_env_that_fails_to_draw_a_later_position_leaves_no_file(self):
        class Fails(Drawing):
            def render(self):
                if self.count == 2:
                    raise RuntimeError("no paint left")
                return super().render()

        game = toys.Game("odd", make=lambda **_: Fails(np.zeros((9, 9, 3), np.uint8)), max_plies=2)
        match = Match(game, 0)
        match.play(0)
        match.play(0)
        with pytest.raises(ArenaError, match=r"odd could not be drawn at ply 2 \(RuntimeError: no paint left\)"):
            written(match.record, game)
        assert not list(Path().iterdir())

    def test_grey_pictures_will_do(self):
        grey = np.tile(np.arange(64, dtype=np.uint8), (64, 1))
        game = toys.Game("grey", make=lambda **_: Drawing(grey), max_plies=1)
        match = Match(game, 0)
        match.play(0)
        assert written(match.record, game).frames == 2

    def test_pictures_are_asked_of_the_env_that_is_played_in_parallel_form(self):
        class Lights(ParallelEnv):
            metadata = {"name": "lights", "render_modes": ["rgb_array"]}  # noqa: RUF012  # PettingZoo's own way

            def __init__(self, render_mode=None):
                from gymnasium.spaces import Discrete

                self.possible_agents, self.render_mode = ["a", "b"], render_mode
                self.space = Discrete(2)

            def action_space(self, agent):
                return self.space

            observation_space = action_space

            def reset(self, seed=None, options=None):
                self.agents, self.light = self.possible_agents[:], 0
                return dict.fromkeys(self.agents, 0), {agent: {} for agent in self.agents}

            def step(self, actions):
                self.light += 80 * sum(actions.values())
                names, self.agents = self.agents, []
                return (
                    dict.fromkeys(names, 0),
                    dict.fromkeys(names, 0.0),
                    dict.fromkeys(names, True),
                    dict.fromkeys(names, False),
                    {name: {} for name in names},
                )

            def render(self):
                return np.full((80, 80, 3), self.light, np.uint8)

        game = toys.Game("lights", make=Lights, simultaneous=True)
        match = Match(game, 0)
        match.play(1)
        match.play(1)
        written(match.record, game)
        assert [picture[10, 10, 0] for picture in frames()[0]] == [0, 0, 160]


class Drawing(toys.Toy):
    """Draws the picture it was given."""

    metadata = {"name": "drawing", "render_modes": ["rgb_array"]}  # noqa: RUF012  # as above

    def __init__(self, picture):
        super().__init__()
        self.picture = picture

    def render(self):
        return self.picture


class TestSettings:
    def test_a_frame_stays_for_its_time_and_the_last_one_longer(self, tictactoe):
        record = record_of(tictactoe)
        written(record, tictactoe, frame_time=0.25)
        assert frames()[1] == [250] * len(record.moves) + [750]

    def test_it_goes_round_for_ever(self, tictactoe):
        written(record_of(tictactoe), tictactoe)
        with Image.open(FILE) as image:
            assert image.info["loop"] == 0

    @pytest.mark.parametrize("width", [64, 123, 400])
    def test_wide_pictures_are_made_as_narrow_as_was_asked(self, tictactoe, width):
        assert written(record_of(tictactoe), tictactoe, width=width).width == width

    def test_pictures_are_never_made_wider(self):
        game = load_game("rps:max_cycles=1")
        assert written(record_of(game), game, width=2000).width == 285

    def test_high_pictures_are_made_no_higher_than_half_as_much_again(self):
        game = load_game("leduc_holdem")
        made = written(record_of(game), game, width=200)
        assert made.height <= 300 + 42
        assert made.width < 200

    def test_the_file_is_smaller_where_the_picture_is(self):
        game = load_game("connect_four")
        record = record_of(game)
        assert written(record, game, width=100).bytes < written(record, game, width=400).bytes / 1.5

    def test_a_game_of_go_takes_few_bytes_a_move(self):
        game = dataclasses.replace(load_game("go:size=9"), max_plies=40)
        assert written(record_of(game), game).bytes < 200_000


class TestCaptions:
    @pytest.fixture
    def said(self, monkeypatch):
        lines = []
        real = gif_module._captioned
        monkeypatch.setattr(gif_module, "_captioned", lambda image, *told: (lines.append(told), real(image, *told))[1])
        return lines

    def test_who_played_what_and_how_it_ended(self, tictactoe, said):
        match = Match(tictactoe, 0, ("a", "b"))
        for action in (0, 3, 1, 4, 2):
            match.play(action)
        written(match.record, tictactoe)
        assert said[-6:] == [
            ("tictactoe, ply 0 of 5", "a - b"),
            ("tictactoe, ply 1 of 5", "a (seat 0): a1"),
            ("tictactoe, ply 2 of 5", "b (seat 1): b1"),
            ("tictactoe, ply 3 of 5", "a (seat 0): a2"),
            ("tictactoe, ply 4 of 5", "b (seat 1): b2"),
            ("tictactoe, ply 5 of 5", "a wins (finished): a +1, b -1"),
        ]

    def test_positions_that_look_the_same_are_two_frames(self):
        game = load_game("leduc_holdem")
        match = Match(game, 3, ("a", "b"))
        while not match.over:
            match.play(2)  # a fold changes nothing that is drawn
        written(match.record, game)
        assert len(frames()[0]) == 2

    def test_a_long_name_is_cut_and_an_odd_one_is_written_as_far_as_it_goes(self, tictactoe):
        match = Match(tictactoe, 0, ("mcts:" + "x" * 500, "игрок"))
        match.play(0)
        match.play(1)
        match.play(99)
        assert written(match.record, tictactoe, width=64).width == 64

    def test_a_match_without_moves_is_one_frame(self, tictactoe):
        match = Match(tictactoe, 0)
        match.play(99)
        assert written(match.record, tictactoe).frames == 1
        assert len(frames()[0]) == 1


class TestFile:
    def test_an_existing_file_is_replaced(self, tictactoe):
        FILE.write_text("something else")
        written(record_of(tictactoe), tictactoe)
        assert frames()[0]
        assert list(Path().iterdir()) == [FILE]

    def test_what_fails_leaves_the_old_file_and_nothing_else(self, tictactoe, monkeypatch):
        FILE.write_text("the old one")

        def full(self, file, *arguments, **options):
            file.write(b"half of it")
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Image.Image, "save", full)
        with pytest.raises(ArenaError, match=r"cannot write match\.gif: No space left on device"):
            written(record_of(tictactoe), tictactoe)
        assert FILE.read_text() == "the old one"
        assert list(Path().iterdir()) == [FILE]

    def test_an_interrupt_leaves_nothing(self, tictactoe):
        def interrupted(plies):
            for ply in plies:
                if ply == 3:
                    raise KeyboardInterrupt
                yield ply

        with pytest.raises(KeyboardInterrupt):
            write_gif(record_of(tictactoe), tictactoe, FILE, frame_time=1, width=100, track=interrupted)
        assert not list(Path().iterdir())

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
    def test_a_folder_that_may_not_be_written(self, tictactoe):
        Path("shut").mkdir(mode=0o500)
        with pytest.raises(ArenaError, match=r"cannot write shut/match\.gif: Permission denied"):
            write_gif(record_of(tictactoe), tictactoe, Path("shut/match.gif"), frame_time=1, width=100)


class TestChecks:
    @pytest.mark.parametrize(
        ("name", "frame_time", "width", "message"),
        [
            ("match.png", 1, 400, "--gif match.png: the name must end with .gif"),
            ("match", 1, 400, "--gif match: the name must end with .gif"),
            (".gif", 1, 400, "--gif .gif: the name must end with .gif"),
            (".", 1, 400, "--gif . is a folder: name a file in it, such as match.gif"),
            ("no/match.gif", 1, 400, "--gif no/match.gif: there is no folder 'no', make it first"),
            ("match.gif", 0, 400, "--frame-time must be from 0.02 to 60 seconds, not 0"),
            ("match.gif", float("nan"), 400, "--frame-time must be from 0.02 to 60 seconds, not nan"),
            ("match.gif", 61, 400, "--frame-time must be from 0.02 to 60 seconds, not 61"),
            ("match.gif", 1, 63, "--width must be from 64 to 2000 pixels, not 63"),
            ("match.gif", 1, 2001, "--width must be from 64 to 2000 pixels, not 2001"),
        ],
    )
    def test_what_cannot_be_is_said_before_anything_is_done(self, name, frame_time, width, message):
        with pytest.raises(UsageError) as caught:
            check_gif(Path(name), frame_time, width)
        assert str(caught.value) == message

    @pytest.mark.parametrize("name", ["match.gif", "MATCH.GIF", "my match.gif"])
    def test_what_can_be_passes(self, name):
        check_gif(Path(name), 0.5, 400)

    def test_a_folder_called_so_is_a_folder(self):
        Path("x.gif").mkdir()
        with pytest.raises(UsageError, match=r"--gif x\.gif is a folder"):
            check_gif(Path("x.gif"), 0.5, 400)

    def test_without_pillow_the_error_says_how_to_get_it(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "PIL", None)
        monkeypatch.setitem(sys.modules, "PIL.Image", None)
        with pytest.raises(ArenaError) as caught:
            check_gif(FILE, 0.5, 400)
        assert str(caught.value) == "--gif needs pillow: pip install 'game-ai-arena[gif]'"

    def test_pillow_is_not_imported_before_a_gif_is_asked_for(self):
        code = "import sys, tournaments.gif, tournaments.replay_cli; print('PIL' in sys.modules)"
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
        assert done.stdout == "False\n"
