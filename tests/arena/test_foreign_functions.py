"""Games made by a function or registered with PettingZoo; what is pending in them shows to nobody."""

import shutil

import pettingzoo
import pytest

from arena import load_agent, load_game
from arena.foreign import function_id
from arena.match import Match, verify
from arena.playing import play_match
from arena.testing import check_game
from tests.arena import toy_games as toys


class TestFunctions:
    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("my_toys:Pennies", "my_toys:Pennies"),
            ("a.b.c:make_2:size=3", "a.b.c:make_2"),
            ("a:b(c=1)", "a:b"),
            ("tictactoe:size=3", None),
            ("go:size", "go:size"),
            ("mcts", None),
            ("classic/chess-v6:a", None),
            ("1a:b", None),
        ],
    )
    def test_how_they_are_told_from_options(self, text, name):
        assert function_id(text) == name

    def test_of_a_module_in_the_current_folder(self, folder):
        shutil.copy(toys.__file__, folder / "my_toys.py")
        game = load_game("my_toys:Pennies")
        assert (game.identity, game.simultaneous, game.n_players) == ("my_toys:Pennies@1", True, 2)
        record = play_match(game, [load_agent("first", game)] * 2, 0)
        assert (record.returns, record.ending) == ((3.0, -3.0), "finished")
        assert verify(record, game) == []

    def test_of_a_package(self, folder):
        (folder / "my_games" / "boards").mkdir(parents=True)
        for place in ("my_games", "my_games/boards"):
            (folder / place / "__init__.py").touch()
        shutil.copy(toys.__file__, folder / "my_games" / "boards" / "small.py")
        game = load_game("my_games.boards.small:MaskInInfo")
        assert (game.simultaneous, game.n_actions, game.options) == (False, 3, {"n_players": 2, "n_actions": 3})
        assert load_game("my_games.boards.small:Toy(n_players=3,n_actions=4)").n_players == 3
        assert load_game("my_games.boards.small:DropOut").options == {}

    def test_of_pettingzoo_itself(self):
        game = load_game("pettingzoo.classic.connect_four.connect_four:raw_env")
        check_game(game, games=2)
        assert not game.has_model  # nothing is claimed of it

    def test_what_stands_in_the_folder_hides_no_package(self, refused, module):
        module("tokenize", "def env():\n    raise RuntimeError('from the folder')\n")
        assert "has no function 'env'" in refused("tokenize:env")

    def test_a_registered_game_with_that_name_comes_first(self, refused, module):
        module("tictactoe", "def size():\n    raise RuntimeError('from the folder')\n")
        assert "expected key=value" in refused("tictactoe:size")

    def test_options_have_types_and_names(self, refused, module):
        module(
            "sized",
            "from tests.arena.toy_games import Toy\n"
            "def env(n_players=2, n_actions=3, scale=0.5, label='x', flag=False, other=None, render_mode=None):\n"
            "    return Toy(n_players, n_actions)\n",
        )
        game = load_game("sized:env:n_players=3,flag=true")
        assert (game.n_players, game.identity) == (3, "sized:env:flag=true,n_players=3@1")
        assert game.options == {"n_players": 2, "n_actions": 3, "scale": 0.5, "label": "x", "flag": False}
        unknown = (
            "game 'sized:env' has no option 'n_player'. Did you mean 'n_players'? Its options: n_players, n_actions"
        )
        assert unknown in refused("sized:env:n_player=3")
        assert "option 'n_players' must be int, not 'many'" in refused("sized:env:n_players=many")
        assert "option 'flag' must be" in refused("sized:env:flag=maybe")
        assert "is given twice" in refused("sized:env:flag=true,flag=false")

    def test_options_that_the_env_refuses(self, refused, module):
        module(
            "picky",
            "from tests.arena.toy_games import Toy\n"
            "def env(n_actions=3):\n"
            "    if n_actions > 5:\n        raise ValueError('at most 5')\n"
            "    return Toy(2, n_actions)\n",
        )
        assert refused("picky:env:n_actions=6") == "game 'picky:env:n_actions=6' cannot be made: at most 5"


class TestRegisteredWithPettingZoo:
    def test_an_aec_env(self, pz_register):
        pz_register("aec", "mine/mask-v7", entry_point=toys.MaskInInfo)
        game = load_game("mine/mask-v7")
        assert (game.identity, game.simultaneous, game.extra) == ("mine/mask-v7@7", False, "")
        assert load_game("mine/mask") is game
        check_game(game, games=2)

    def test_a_parallel_env(self, pz_register):
        pz_register("parallel", "mine/pennies-v0", entry_point=toys.Pennies)
        game = load_game("mine/pennies-v0")
        assert game.simultaneous
        check_game(game, games=2)

    def test_the_parallel_one_where_there_are_both(self, pz_register):
        pz_register("parallel", "mine/both-v0", entry_point=toys.Pennies)
        pz_register("aec", "mine/both-v0", entry_point=toys.MaskInInfo)
        assert load_game("mine/both-v0").simultaneous

    def test_without_a_folder_in_front(self, pz_register):
        pz_register("aec", "lonely-v1", entry_point=toys.MaskInInfo)
        assert load_game("lonely-v1").identity == "lonely-v1@1"

    def test_keywords_given_at_registration(self, pz_register):
        pz_register("aec", "mine/wide-v0", entry_point=toys.Toy, kwargs={"n_actions": 5})
        assert load_game("mine/wide-v0").n_actions == 5
        assert load_game("mine/wide-v0:n_actions=4").n_actions == 4

    def test_they_are_unknown_once_they_are_gone(self, refused):
        assert "no game 'mine/mask-v7'" in refused("mine/mask-v7")
        assert not any(name.startswith(("mine/", "lonely")) for name in pettingzoo.aec_registry)


class TestPendingMoves:
    def test_as_an_aec_env_it_would_tell_the_second_seat(self):
        env = toys.Whisper()
        env.reset()
        env.step(2)
        assert env.observe("b").tolist() == [2]

    def test_an_env_that_says_it_is_parallelizable_is_played_as_a_parallel_one(self, pz_register):
        pz_register("aec", "mine/whisper-v0", entry_point=toys.Whisper)
        game = load_game("mine/whisper-v0")
        assert game.simultaneous
        for choice in range(3):
            match = Match(game, 0)
            match.play(choice)
            turn = match.turn
            assert (turn.seat, turn.observation.tolist(), turn.history, turn.text) == (1, [0], (), "[0.]")
            match.play(1)
            assert match.turn.observation.tolist() == [choice + 1]
            assert match.turn.history == ((0, choice), (1, 1))
            match.play(0)
            assert match.turn.observation.tolist() == [choice + 1]
            match.play(0)
            assert match.record.returns == (choice, 1)
        check_game(game, games=3)

    def test_rps_of_pettingzoo_made_by_its_function(self):
        game = load_game("pettingzoo.classic.rps.rps:env:max_cycles=2")
        match = Match(game, 0)
        match.play(1)
        assert game.simultaneous
        assert match.turn.history == ()
        assert int(match.turn.observation) == 3
