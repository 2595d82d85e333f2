"""Games that nobody has registered, and games whose packages are missing, from the command line."""

import json
import shutil
import subprocess
import sys

import pytest

from arena.registry import registry
from games.chess import CHESS
from tests.arena import toy_games as toys

BOXES = "mpe2/simple_speaker_listener-v4:max_cycles=2,continuous_actions=true"


@pytest.fixture
def my_toys(folder):
    """The toys as a module of the current folder."""
    shutil.copy(toys.__file__, folder / "my_toys.py")


class TestPlay:
    def test_a_full_id(self, arena):
        shown = arena("play", "classic/tictactoe-v3", "first", "first")
        assert shown.code == 0
        assert "a1 (0)" in shown.out
        assert "classic/tictactoe-v3, seed" in shown.out
        assert "first#1 wins (finished): first#1 +1, first#2 -1" in shown.out

    def test_without_a_version_and_with_options(self, arena):
        document = arena("play", "classic/go:size=3", "random", "mcts:simulations=4", "--json").json
        assert document["game"] == "classic/go-v5:size=3"
        assert document["results"][0]["ending"] == "finished"

    def test_boxes(self, arena):
        shown = arena("play", BOXES, "random", "random", "--json")
        moves = shown.json["results"][0]["moves"]
        assert [len(move) for move in moves] == [3, 5, 3, 5]
        assert all(0 <= number <= 1 for move in moves for number in move)
        assert arena("play", BOXES, "random", "random", "--json").json == shown.json

    def test_boxes_as_a_table(self, arena):
        shown = arena("play", BOXES, "random", "random")
        assert shown.code == 0
        assert "random#1" in shown.out
        many = arena("play", BOXES, "random", "random", "--games", 4)
        assert "4 games" in many.out

    def test_a_function_of_a_module_in_this_folder(self, arena, my_toys):
        shown = arena("play", "my_toys:Pennies", "first", "first", "--json")
        assert shown.json["game"] == "my_toys:Pennies"
        assert shown.json["results"][0]["returns"] == [3.0, -3.0]

    def test_in_a_process_of_its_own(self, my_toys, tmp_path):
        """As users do, with nothing imported before; multiwalker's engine cannot be imported inside pytest."""
        for command, moves in (
            (["my_toys:MaskInInfo", "first", "first"], [0, 1, 2]),
            (["sisl/multiwalker-v9:n_walkers=2,max_cycles=1", "random", "random"], None),
        ):
            done = subprocess.run(
                [sys.executable, "-m", "arena.cli.main", "play", *command, "--json"],
                capture_output=True,
                text=True,
                cwd=tmp_path,
            )
            assert done.returncode == 0, done.stderr
            result = json.loads(done.stdout)["results"][0]
            assert result["ending"] == "finished"
            assert moves is None or result["moves"] == moves

    def test_one_name_per_seat_is_wanted(self, fails):
        said = fails(2, "play", "mpe2/simple_tag-v3:num_adversaries=2", "random", "random")
        assert "is played by 3: name 3 entrants, not 2" in said

    @pytest.mark.parametrize(
        ("game", "said"),
        [
            ("classic/ches-v6", "no game 'classic/ches-v6'. Did you mean 'classic/chess-v6'?"),
            ("no_such_module:env", "module 'no_such_module' cannot be imported"),
            ("json:loads", "its env cannot be made"),
            ("json:nothing", "has no function 'nothing'"),
            ("mpe2/simple_tag-v3:num_bad=3", "has no option 'num_bad'. Did you mean 'num_good'?"),
        ],
    )
    def test_one_line_says_what_is_wrong(self, fails, game, said):
        assert said in fails(2, "play", game, "random", "random")


class TestAgents:
    def test_who_can_play_boxes_and_why_the_others_cannot(self, arena):
        rows = {row["id"]: row["cannot_play"] for row in arena("agents", "--game", BOXES, "--json").json}
        assert rows.pop("random") is None
        assert None not in rows.values()
        assert rows["first"] == "it needs numbered actions, and some seat chooses otherwise (a Box, say)"
        assert rows["mcts"] == "it needs one set of numbered actions shared by all seats"

    def test_who_can_play_seats_that_differ(self, arena):
        rows = {
            row["id"]: row["cannot_play"]
            for row in arena("agents", "--game", "mpe2/simple_speaker_listener-v4", "--json").json
        }
        assert {name for name, reason in rows.items() if reason is None} == {"random", "first", "human"}

    def test_what_is_known_of_our_own_is_used(self, arena):
        rows = {row["id"]: row for row in arena("agents", "--game", "classic/connect_four", "--json").json}
        assert {rows[name]["cannot_play"] for name in ("minimax", "mcts", "greedy")} == {None}

    def test_a_table(self, arena):
        shown = arena("agents", "--game", "butterfly/pistonball-v6:n_pistons=2")
        assert shown.code == 0
        assert "plays butterfly/pistonball-v6:n_pistons=2" in " ".join(shown.out.split())


class TestTournament:
    @pytest.mark.parametrize("game", ["classic/tictactoe-v3", "my_toys:Pennies", BOXES])
    def test_is_played_and_kept(self, arena, my_toys, game):
        document = arena("tournament", "run", game, "random", "random", "--rounds", 2, "--json").json
        assert document["game"].startswith(game.partition(":max")[0])
        assert [row["games"] for row in document["table"]] == [4, 4]
        assert arena("leaderboard", game).code == 0
        shown = arena("tournament", "show", document["id"])
        assert shown.code == 0


class TestMissingPackages:
    """PettingZoo's classics need packages that come with the extra `classic` only."""

    @pytest.fixture(autouse=True)
    def _no_python_chess(self, monkeypatch):
        for name in (
            "_spaces",
            "action_spaces",
            "observation_spaces",
            "n_players",
            "n_actions",
            "numbered",
            "discrete",
        ):
            monkeypatch.delitem(vars(CHESS), name, raising=False)
        monkeypatch.delattr("pettingzoo.classic.chess.chess", raising=False)
        monkeypatch.setitem(sys.modules, "pettingzoo.classic.chess.chess", None)

    def test_the_game_says_what_to_install(self, fails):
        said = fails(2, "play", "chess", "random", "random")
        assert said.startswith("error: game 'chess' needs packages that are not here (")
        assert said.endswith("): pip install 'game-ai-arena[classic]'\n")

    def test_by_its_full_id_too(self, fails):
        assert "pip install 'game-ai-arena[classic]'" in fails(2, "play", "classic/chess-v6", "random", "random")

    def test_the_list_of_games_goes_on_without_it(self, arena):
        shown = arena("games", "--json")
        assert shown.code == 0
        assert {row["id"] for row in shown.json} == set(registry().games) - {"chess"}
        assert "game 'chess' needs packages that are not here" in shown.err
        assert "pip install 'game-ai-arena[classic]'" in shown.err
        assert arena("games").code == 0

    def test_the_plugin_is_not_called_broken_for_it(self, arena):
        arena("games")
        rows = {row["name"]: row["state"] for row in arena("plugins", "--json").json}
        assert "broken" not in rows.values()

    def test_the_list_of_agents_says_it_too(self, fails):
        assert "pip install 'game-ai-arena[classic]'" in fails(2, "agents", "--game", "chess")

    def test_other_games_are_played(self, arena):
        assert arena("play", "classic/go:size=3", "random", "random").code == 0
