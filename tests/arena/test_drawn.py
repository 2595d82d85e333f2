"""Games whose envs draw themselves."""

import pytest

from arena.entrants import load_game
from arena.errors import UsageError
from tests.arena import toy_games as toys


class TestDrawn:
    def test_the_env_draws_itself(self, tictactoe):
        env = tictactoe.drawn("rgb_array").make_env()
        env.reset(seed=0)
        picture = env.render()
        assert picture.ndim == 3
        assert picture.max() > picture.min()

    def test_the_game_is_the_same_otherwise(self):
        rps = load_game("rps:max_cycles=4")
        drawn = rps.drawn("rgb_array")
        assert (drawn.identity, drawn.max_plies, drawn.n_players) == (rps.identity, rps.max_plies, rps.n_players)
        assert rps.make_native().render_mode is None

    def test_options_reach_an_env_that_is_drawn(self):
        assert load_game("go:size=5").drawn("rgb_array").n_actions == 26

    @pytest.mark.parametrize(
        ("game", "mode", "message"),
        [
            ("matrix_rps", "rgb_array", "'matrix_rps' cannot be drawn: its env has no render mode 'rgb_array'"),
            ("tictactoe", "ansi", "its env has no render mode 'ansi' (it has: human, rgb_array)"),
        ],
    )
    def test_an_env_without_the_mode_is_said_to_have_none(self, game, mode, message):
        with pytest.raises(UsageError) as caught:
            load_game(game).drawn(mode)
        assert message in str(caught.value)

    def test_a_maker_that_takes_no_mode_is_said_to_take_none(self):
        class Drawing(toys.Toy):
            metadata = {"name": "d", "render_modes": ["rgb_array"]}  # noqa: RUF012  # PettingZoo's own way

        with pytest.raises(UsageError, match="the function that makes its env takes no render_mode"):
            toys.Game("drawing", make=lambda: Drawing()).drawn("rgb_array")

    def test_a_maker_with_options_of_any_name_is_given_the_mode(self):
        given = {}

        class Drawing(toys.Toy):
            metadata = {"name": "d", "render_modes": ["rgb_array"]}  # noqa: RUF012  # as above

        def make(**options):
            given.update(options)
            return Drawing()

        toys.Game("drawing", make=make).drawn("rgb_array").make_native()
        assert given == {"render_mode": "rgb_array"}
