"""The entrant grammar, settings, and identities."""

from dataclasses import dataclass, replace

import pytest

from arena import Game, load_agent, setting
from arena.config import convert, make_config
from arena.entrants import load_entrant, load_game, number_duplicates, parse
from arena.errors import ArenaError, UsageError
from arena.selfplay.training import train


class TestGrammar:
    @pytest.mark.parametrize(
        ("text", "meaning"),
        [
            ("mcts", ("mcts", {})),
            ("mcts:simulations=200", ("mcts", {"simulations": "200"})),
            ("mcts:simulations=200,c=0.5", ("mcts", {"simulations": "200", "c": "0.5"})),
            ("mcts(simulations=200, c=0.5)", ("mcts", {"simulations": "200", "c": "0.5"})),
            ("best-response(to=mcts(simulations=50,c=2))", ("best-response", {"to": "mcts(simulations=50,c=2)"})),
            ("uci(path=/usr/bin/engine)", ("uci", {"path": "/usr/bin/engine"})),
        ],
    )
    def test_reads(self, text, meaning):
        assert parse(text) == meaning

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "names nothing"),
            (":a=1", "names nothing"),
            ("mcts:simulations", "cannot read 'simulations'"),
            ("mcts:=3", "cannot read '=3'"),
            ("mcts:simulations=", "cannot read 'simulations='"),
            ("mcts(simulations=3", "cannot read '(simulations=3'"),
            ("mcts(simulations=(3)", "brackets do not match"),
            ("mcts:a=)(", "brackets do not match"),
            ("mcts 200", "cannot read '200'"),
        ],
    )
    def test_refuses(self, text, message):
        with pytest.raises(UsageError) as caught:
            parse(text)
        assert message in str(caught.value)

    def test_duplicates_are_numbered_and_others_left_alone(self):
        assert number_duplicates(["mcts", "random", "mcts"]) == ["mcts#1", "random", "mcts#2"]


def _no_odd_boards(options):
    if options["size"] % 2:
        raise ValueError("boards have an even size")
    return {"max_plies": options["size"] ** 2}


class TestGames:
    def test_options_that_the_facts_refuse_are_wrong_use(self):
        game = Game("board", make=dict, options={"size": 4}, facts_of=_no_odd_boards)
        assert game.with_options({"size": "6"}).max_plies == 36
        with pytest.raises(UsageError, match="game 'board:size=5' cannot be made: boards have an even size"):
            game.with_options({"size": "5"})

    def test_options(self):
        game = load_game("rps:max_cycles=3")
        assert game.key == "rps:max_cycles=3"
        assert game.return_range == (-3, 3)
        assert game.max_plies == 6
        assert game.make_env().unwrapped.max_cycles == 3

    def test_an_option_at_its_default_is_the_same_game(self):
        assert load_game("rps:max_cycles=15").identity == load_game("rps").identity

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("rps:rounds=3", "game 'rps' has no option 'rounds'. Its options: max_cycles, num_actions"),
            ("rps:max_cycle=3", "Did you mean 'max_cycles'?"),
            ("rps:max_cycles=many", "game 'rps': option 'max_cycles' must be int, not 'many'"),
            ("rps:num_actions=4", "game 'rps:num_actions=4' cannot be made: "),
            ("tictactoe:size=5", "game 'tictactoe' has no option 'size'. Its options: none"),
        ],
    )
    def test_refuses(self, text, message):
        with pytest.raises(UsageError) as caught:
            load_game(text).make_env()
        assert message in str(caught.value)


@dataclass(frozen=True)
class Config:
    count: int = setting(3, low=1, high=9)
    rate: float = 0.5
    bold: bool = False
    depth: int | None = None
    name: str = "x"

    def __post_init__(self):
        if self.name == "bad":
            raise ValueError("a bad name")


class TestSettings:
    @pytest.mark.parametrize(
        ("settings", "made"),
        [
            ({}, Config()),
            ({"count": "7", "rate": "1e-3", "bold": "yes", "depth": "4", "name": "y"}, Config(7, 1e-3, True, 4, "y")),
            ({"depth": "none", "rate": 1}, Config(rate=1.0)),
        ],
    )
    def test_reads_by_type(self, settings, made):
        assert make_config(Config, settings, "agent 'a'") == made

    @pytest.mark.parametrize(
        ("settings", "message"),
        [
            ({"cuont": "3"}, "agent 'a' has no setting 'cuont'. Did you mean 'count'? Its settings: count, rate"),
            ({"count": "0"}, "agent 'a': setting 'count' must be from 1 to 9, not 0"),
            ({"count": "10"}, "must be from 1 to 9, not 10"),
            ({"count": "3.5"}, "agent 'a': setting 'count' must be int, not '3.5'"),
            ({"count": True}, "must be int, not True"),
            ({"count": 2.5}, "must be int, not 2.5"),
            ({"rate": "nan"}, "must be a finite number, not nan"),
            ({"rate": "inf"}, "must be a finite number, not inf"),
            ({"rate": "fast"}, "must be float, not 'fast'"),
            ({"bold": "maybe"}, "must be true or false, not 'maybe'"),
            ({"name": "bad"}, "agent 'a': a bad name"),
        ],
    )
    def test_refuses(self, settings, message):
        with pytest.raises(UsageError) as caught:
            make_config(Config, settings, "agent 'a'")
        assert message in str(caught.value)

    def test_values_pass_by_their_own_type(self):
        assert convert(3, int | None, "x") == 3
        assert convert(None, int | None, "x") is None


class TestIdentity:
    def test_follows_from_the_settings_and_not_from_how_they_are_written(self, tictactoe):
        plain, _ = load_entrant("mcts", tictactoe)
        spelt, _ = load_entrant("mcts(simulations=100)", tictactoe)
        other, _ = load_entrant("mcts:simulations=101", tictactoe)
        assert plain.identity == spelt.identity != other.identity
        assert plain.label != spelt.label

    def test_follows_from_version_agent_checkpoint_and_time_control(self, tictactoe):
        entrant, _ = load_entrant("mcts", tictactoe)
        changes = [{"version": "9"}, {"agent": "x"}, {"checkpoint": "abc"}, {"move_time": 1.0}]
        identities = {replace(entrant, **change).identity for change in changes}
        assert len(identities | {entrant.identity}) == 5
        assert replace(entrant, label="renamed", text="moved").identity == entrant.identity

    def test_a_retrained_run_is_somebody_else(self, tictactoe, tmp_path):
        import shutil

        train("q-learning", "tictactoe", budget="100games", out=tmp_path / "run")
        before, _ = load_entrant(str(tmp_path / "run"), tictactoe)
        again, _ = load_entrant(str(tmp_path / "run" / "checkpoints" / "000000000100"), tictactoe)
        assert again.identity == before.identity
        shutil.rmtree(tmp_path / "run")
        train("q-learning", "tictactoe", budget="200games", out=tmp_path / "run")
        after, _ = load_entrant(str(tmp_path / "run"), tictactoe)
        assert after.label == before.label
        assert after.identity != before.identity


class TestLoading:
    @pytest.mark.parametrize(
        ("entrant", "game", "message"),
        [
            ("minimax", "rps", "agent 'minimax' cannot play 'rps': it needs perfect information"),
            ("q-learning", "tictactoe", "agent 'q-learning' must be trained before it plays: arena train q-learning"),
            ("runs/nowhere", "tictactoe", "no run or checkpoint at runs/nowhere"),
            ("mcts:simulations=0", "tictactoe", "setting 'simulations' must be from 1 to"),
        ],
    )
    def test_refuses(self, entrant, game, message):
        with pytest.raises(UsageError) as caught:
            load_agent(entrant, game)
        assert message in str(caught.value)

    def test_a_run_of_another_game(self, tmp_path):
        train("q-learning", "tictactoe", budget="100games", out=tmp_path / "run")
        with pytest.raises(UsageError, match="was trained for game tictactoe@3, it cannot play connect_four@3"):
            load_agent(str(tmp_path / "run"), "connect_four")

    def test_a_run_whose_table_is_no_table(self, tmp_path):
        from arena.agent import State
        from arena.checkpoint import save_checkpoint

        config = {"agent": "q-learning", "agent_version": "", "game": "tictactoe", "game_version": "3", "settings": {}}
        save_checkpoint(tmp_path / "odd", config, State({}, {}), State({}, {}))
        with pytest.raises(ArenaError, match="does not fit agent 'q-learning': the table has no actions"):
            load_agent(str(tmp_path / "odd"), "tictactoe")
