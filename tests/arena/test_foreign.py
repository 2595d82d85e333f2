"""Any PettingZoo env by its full id: our own keep all that is true of them, those of others say what they are."""

import pettingzoo
import pytest

from arena import UsageError, load_agent, load_game
from arena.foreign import foreign_game
from arena.match import verify
from arena.playing import play_match
from arena.registry import registry
from arena.testing import check_game
from games.classic import TICTACTOE

SMALL = {  # games of other packages, small enough for a test
    "mpe2/simple_speaker_listener-v4:max_cycles=3": 2,
    "mpe2/simple_tag-v3:num_adversaries=2,num_obstacles=0,max_cycles=2": 3,
    "mpe2/simple_spread-v3:N=2,max_cycles=2,continuous_actions=true": 2,
    "butterfly/cooperative_pong-v6:max_cycles=3": 2,
    "butterfly/pistonball-v6:n_pistons=2,max_cycles=2": 2,
    "butterfly/knights_archers_zombies-v11:num_knights=1,num_archers=1,max_cycles=3": 2,
    "sisl/pursuit-v5:n_pursuers=2,n_evaders=2,x_size=8,y_size=8,max_cycles=2": 2,
}
FACTS = ("perfect_information", "simultaneous", "stochastic", "zero_sum", "cooperative", "return_range", "max_plies")


class TestOurOwnByTheirFullIds:
    @pytest.mark.parametrize(
        "game", [known.offer for known in registry().games.values() if known.offer.env_id], ids=lambda game: game.id
    )
    def test_all_that_is_true_of_the_short_name_is_true_of_the_full_one(self, game):
        full = load_game(game.env_id)
        assert full.identity == f"{game.env_id}@{game.version}"
        assert (full.make, full.options, full.view, full.redraw) == (game.make, game.options, game.view, game.redraw)
        assert [getattr(full, fact) for fact in FACTS] == [getattr(game, fact) for fact in FACTS]
        assert (full.has_model, full.tree_maker, full.symmetries) == (game.has_model, game.tree_maker, game.symmetries)

    def test_every_classic_of_pettingzoo_is_there(self):
        ours = {known.offer.env_id for known in registry().games.values()} - {""}
        assert ours == {name for name in pettingzoo.aec_registry if name.startswith("classic/")}

    def test_they_have_an_identity_of_their_own(self):
        full = load_game("classic/tictactoe-v3")
        assert (full.id, full.identity, TICTACTOE.identity) == (
            "classic/tictactoe-v3",
            "classic/tictactoe-v3@3",
            "tictactoe@3",
        )
        record = play_match(full, [load_agent("minimax", full), load_agent("mcts:simulations=5", full)], 0)
        assert verify(record, full) == []
        assert verify(record, TICTACTOE) == ["the record is of classic/tictactoe-v3@3, not of tictactoe@3"]

    @pytest.mark.parametrize("text", ["classic/connect_four", "classic/connect_four-v3", "classic/connect_four_v3"])
    def test_without_a_version_it_is_the_newest(self, text):
        assert load_game(text).id == "classic/connect_four-v3"

    def test_two_spellings_are_one_game(self):
        assert load_game("classic/chess") is load_game("classic/chess-v6")
        assert load_game("mpe2/simple_v3").identity == load_game("mpe2/simple-v3").identity == "mpe2/simple-v3@3"

    def test_options_and_the_facts_that_follow_from_them(self):
        game = load_game("classic/rps-v2:max_cycles=4,num_actions=5")
        assert game.identity == "classic/rps-v2:max_cycles=4,num_actions=5@2"
        assert (game.return_range, game.max_plies, game.n_actions, game.simultaneous) == ((-4.0, 4.0), 8, 5, True)
        assert load_game("classic/go(size=5)").n_actions == 26

    def test_short_names_stay_what_they_are(self):
        assert load_game("tictactoe") is TICTACTOE
        assert foreign_game("tictactoe", []) is None


@pytest.mark.filterwarnings("ignore:.*You are calling render method")  # cooperative_pong does so itself
class TestOtherPackages:
    @pytest.mark.parametrize("text", SMALL)
    def test_what_the_env_says_of_itself(self, text):
        game = load_game(text)
        assert game.n_players == SMALL[text]
        assert game.simultaneous
        assert game.stochastic
        assert not game.has_model
        assert game.view is None
        assert game.version in game.id
        assert game.extra == game.id.partition("/")[0]

    @pytest.mark.parametrize("text", SMALL)
    def test_a_match_of_random_agents_is_played_and_replayed(self, text):
        game = load_game(text)
        records = [play_match(game, [load_agent("random", game)] * game.n_players, seed) for seed in (0, 0, 1)]
        assert [record.ending for record in records] == ["finished"] * 3
        assert records[0].moves == records[1].moves != records[2].moves
        assert verify(records[2], game) == []

    @pytest.mark.parametrize("text", list(SMALL)[:4])
    def test_they_keep_the_contract(self, text):
        check_game(load_game(text), games=2)

    def test_options_are_those_of_what_does_the_work(self):
        assert load_game("sisl/pursuit-v5").options["n_pursuers"] == 8
        assert load_game("mpe2/simple_tag-v3").options["num_good"] == 1
        for name in (*SMALL, "classic/rps-v2"):
            assert not {"render_mode", "render_fps", "screen_height"} & set(load_game(name).options)

    def test_an_option_equal_to_its_default_is_not_part_of_the_identity(self):
        assert load_game("mpe2/simple_tag-v3:num_good=1").identity == "mpe2/simple_tag-v3@3"

    @pytest.mark.parametrize("agent", ["mcts", "first", "greedy", "human"])
    def test_agents_refuse_boxes_in_words(self, agent):
        game = load_game("mpe2/simple_spread-v3:N=2,continuous_actions=true")
        with pytest.raises(UsageError, match=f"agent '{agent}' cannot play .*numbered actions"):
            load_agent(agent, game)

    def test_agents_that_need_one_set_of_actions_refuse_seats_that_differ(self):
        game = load_game("mpe2/simple_speaker_listener-v4")
        with pytest.raises(UsageError, match="one set of numbered actions shared by all seats"):
            load_agent("mcts", game)
        load_agent("first", game)
