"""`arena play` and `arena ask`."""

import io
import statistics

import pytest

SLOW = """
import time
from dataclasses import dataclass
from arena import Agent, AgentSpec, hookimpl

@dataclass(frozen=True)
class Config:
    pass

class Sleeper(Agent):
    def __init__(self, game, config):
        pass
    def act(self, turn):
        time.sleep(5)
        return 0

class Cheat(Sleeper):
    def act(self, turn):
        return 99

class Crash(Sleeper):
    def act(self, turn):
        raise RuntimeError("out of ideas")

@hookimpl
def register_agents():
    return [AgentSpec(c.__name__.lower(), make=c, config=Config) for c in (Sleeper, Cheat, Crash)]
"""


class TestPlay:
    def test_one_match_is_shown_move_by_move(self, arena):
        shown = arena("play", "tictactoe", "first", "first")
        assert shown.code == 0
        assert "a1 (0)" in shown.out
        assert "first#1 wins (finished): first#1 +1, first#2 -1" in shown.out

    def test_json_is_the_contract(self, arena):
        document = arena("play", "tictactoe", "mcts:simulations=20", "random", "--games", 4, "--seed", 7, "--json").json
        assert (document["game"], document["entrants"]) == ("tictactoe", ["mcts:simulations=20", "random"])
        assert [result["seats"][0] for result in document["results"]] == ["mcts:simulations=20", "random"] * 2
        first, swapped, *_ = document["results"]
        assert first["seed"] == swapped["seed"] != document["results"][2]["seed"]
        for result in document["results"]:
            assert {"seed", "seats", "moves", "returns", "ranks", "winner", "ending", "offenders"} <= set(result)
            assert result["winner"] in (None, *document["entrants"])
            assert sum(result["returns"]) == 0

    def test_the_same_seed_gives_the_same_matches(self, arena):
        command = ("play", "connect_four", "greedy", "random", "--games", 6, "--seed", 3, "--json")
        assert arena(*command).json == arena(*command).json
        assert arena(*command).json != arena(*command[:-2], 4, "--json").json

    def test_many_matches_are_summed_up(self, arena):
        shown = arena("play", "tictactoe", "greedy", "random", "--games", 40)
        assert "tictactoe, 40 games" in shown.out
        assert "95 % interval" in shown.out

    def test_a_team_game_is_summed_up_by_the_score_of_the_team(self, arena):
        command = ("play", "hanabi:colors=2,hand_size=2,max_life_tokens=50", "random", "first", "--games", 12)
        scores = [result["returns"][0] for result in arena(*command, "--json").json["results"]]
        half = 1.959964 * statistics.stdev(scores) / 12**0.5
        mean = statistics.mean(scores)
        shown = arena(*command)
        header, row = shown.out.splitlines()[1], shown.out.splitlines()[3]
        assert header.split() == ["team", "mean", "score", "95", "%", "interval", "lowest", "highest", "forfeits"]
        numbers = [
            f"{mean:.2f}",
            f"{mean - half:.2f}",
            "..",
            f"{mean + half:.2f}",
            f"{min(scores):g}",
            f"{max(scores):g}",
        ]
        assert row.split() == ["random,", "first", *numbers]
        assert min(scores) < max(scores)
        assert "wins" not in shown.out

    def test_repeats_of_one_game_are_called_so(self, arena):
        assert "only 2 distinct games of 10" in arena("play", "tictactoe", "first", "first", "--games", 10).err

    def test_render_shows_every_position_on_stderr(self, arena):
        shown = arena("play", "connect_four", "first", "random", "--render", "--json")
        assert shown.err.count("a b c d e f g") == len(shown.json["results"][0]["moves"]) + 1
        assert "first (seat 0) played a (0)" in shown.err

    def test_an_interrupt_shows_what_was_played(self, arena, monkeypatch):
        from arena import playing

        real, left = playing.play_match, [3]

        def play_match(*arguments, **options):
            if not left[0]:
                raise KeyboardInterrupt
            left[0] -= 1
            return real(*arguments, **options)

        monkeypatch.setattr(playing, "play_match", play_match)
        shown = arena("play", "tictactoe", "first", "random", "--games", 50)
        assert shown.code == 130
        assert "tictactoe, 3 games" in shown.out
        assert "stopped after 3 of 50 games" in shown.err
        left[0] = 2
        assert len(arena("play", "tictactoe", "first", "random", "--games", 50, "--json").json["results"]) == 2

    def test_a_person_plays(self, arena, monkeypatch):
        monkeypatch.setattr("sys.stdin", io.StringIO("b2\nresign\n"))
        shown = arena("play", "tictactoe", "human", "first")
        assert shown.code == 0
        assert "first wins by forfeit (resigned of human" in shown.out

    @pytest.mark.parametrize(
        ("offender", "ending", "cause"),
        [
            ("cheat", "illegal move", "played 99 at ply 0"),
            ("crash", "error", "RuntimeError: out of ideas at ply 0"),
            ("sleeper", "timeout", "no move within 0.05 s at ply 0"),
        ],
    )
    def test_forfeits_are_recorded_and_explained(self, arena, tmp_path, offender, ending, cause):
        (tmp_path / "three.py").write_text(SLOW)
        options = ("--plugin", "three.py", "--move-time", "0.05")
        (result,) = arena("play", "tictactoe", offender, "random", "--json", *options).json["results"]
        assert (result["ending"], result["offenders"], result["winner"]) == (ending, [0], "random")
        assert result["returns"] == [-1, 1]
        assert (
            f"random wins by forfeit ({ending} of {offender}: {cause})"
            in arena("play", "tictactoe", offender, "random", *options).out
        )

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("tictactoo", "random", "random"), "no game 'tictactoo'. Did you mean 'tictactoe'? See 'arena games'."),
            (("tictactoe", "randon", "random"), "no agent 'randon'. Did you mean 'random'? See 'arena agents'."),
            (("tictactoe", "random"), "tictactoe is played by 2: name 2 entrants, not 1"),
            (("tictactoe", "random", "random", "random"), "name 2 entrants, not 3"),
            (("rps", "minimax", "random"), "agent 'minimax' cannot play 'rps': it needs perfect information"),
            (("tictactoe", "mcts:sims=3", "random"), "agent 'mcts' has no setting 'sims'"),
            (("tictactoe", "mcts:simulations=-5", "random"), "setting 'simulations' must be from 1 to 1e+07, not -5"),
            (("tictactoe", "random:x=1", "random"), "agent 'random' has no setting 'x'. Its settings: none"),
            (("tictactoe", "q-learning", "random"), "agent 'q-learning' must be trained before it plays"),
            (("tictactoe", "runs/none", "random"), "no run or checkpoint at runs/none"),
            (("tictactoe", "random", "random", "--games", "0"), "--games must be at least 1, not 0"),
            (("tictactoe", "random", "random", "--games", "-3"), "--games must be at least 1, not -3"),
            (("tictactoe", "random", "random", "--games", "10000000"), "--games must be at most 1,000,000"),
            (("tictactoe", "random", "random", "--seed", "-1"), "seed must be from 0 to 9223372036854775807, not -1"),
            (
                ("tictactoe", "random", "random", "--move-time", "0"),
                "from 0.001 to 86400 seconds, not 0",
            ),
            (
                ("tictactoe", "random", "random", "--move-time", "nan"),
                "from 0.001 to 86400 seconds, not nan",
            ),
            (("tictactoe", "random", "random", "--move-time", "1e10"), "seconds, not 1e+10"),
            (("tictactoe", "random", "random", "--seed", str(2**63)), "not 9223372036854775808"),
            (("rps:max_cycles=0", "random", "random"), "option 'max_cycles' must be from 1 to 10000, not 0"),
            (("rps:max_cycles=99999999999", "random", "random"), "must be from 1 to 10000, not 99999999999"),
            (("tictactoe", "", "random"), "'' names nothing"),
            (("tictactoe", "mcts:c=1,c=2", "random"), "'c' is given twice"),
            (("rps:num_actions=4", "random", "random"), "game 'rps:num_actions=4' cannot be made"),
        ],
    )
    def test_wrong_use(self, fails, arguments, message):
        assert message in fails(2, "play", *arguments)

    def test_what_agents_and_plugins_print_is_no_result(self, arena, tmp_path):
        code = "print('hello from import')\n" + SLOW.replace("return 99", "print('noise')\n        return 4")
        (tmp_path / "loud.py").write_text(code)
        shown = arena("play", "tictactoe", "cheat", "random", "--plugin", "loud.py", "--json")
        assert shown.json["game"] == "tictactoe"
        assert "hello from import" in shown.err
        assert "noise" in shown.err


class TestAsk:
    def test_says_what_and_why_beside_the_truth(self, arena):
        shown = arena("ask", "tictactoe", "minimax", "--moves", "a1")
        assert shown.code == 0
        assert "b2 (4)" in shown.out
        assert "It plays b2 (4), expecting +0.00." in shown.out
        assert shown.out.count("loses something") == 7

    def test_json_is_the_contract(self, arena):
        answer = arena("ask", "tictactoe", "minimax", "--moves", "4,0", "--json").json
        assert list(answer) == ["action", "name", "policy", "value", "note", "optimal"]
        assert answer["action"] in answer["optimal"]
        assert sum(answer["policy"]) == pytest.approx(1)

    def test_numbers_and_names_mean_the_same(self, arena):
        by_name = arena("ask", "tictactoe", "minimax", "--moves", "b2, a1", "--json").json
        assert by_name == arena("ask", "tictactoe", "minimax", "--moves", "4,0", "--json").json

    def test_where_there_is_no_truth_none_is_claimed(self, arena):
        answer = arena("ask", "connect_four", "mcts:simulations=20", "--json").json
        assert answer["optimal"] is None
        assert answer["note"]["simulations"] == 20

    def test_an_agent_that_states_no_policy(self, arena):
        answer = arena("ask", "connect_four", "greedy", "--json").json
        assert answer["policy"] is None
        assert arena("ask", "connect_four", "greedy").code == 0

    @pytest.mark.parametrize(
        ("answer", "complaint"),
        [
            ("99", "played 99 at ply 0"),
            ("-1", "played -1 at ply 0"),
            ("3.0", "played 3.0 at ply 0"),
            ("None", "act returned nothing at ply 0"),
            ("Decision(4, value='x')", "could not convert string to float"),
            ("Decision(4, policy=[1.0])", "its policy is no list of 9 numbers"),
            ("Decision(4, note={'a': object()})", "not JSON serializable"),
        ],
    )
    def test_an_answer_that_does_not_count(self, arena, tmp_path, answer, complaint):
        code = SLOW.replace("return 99", f"return {answer}").replace("import Agent", "import Decision, Agent")
        (tmp_path / "three.py").write_text(code)
        outcome = arena("ask", "tictactoe", "cheat", "--plugin", "three.py", "--json")
        assert (outcome.code, outcome.out) == (1, "")
        assert "the agent gave no answer that counts here: " in outcome.err
        assert complaint in outcome.err

    def test_resigning_is_an_answer(self, arena, tmp_path):
        code = SLOW.replace("return 99", "return Decision(None)").replace("import Agent", "import Decision, Agent")
        (tmp_path / "three.py").write_text(code)
        assert arena("ask", "tictactoe", "cheat", "--plugin", "three.py", "--json").json["action"] is None
        assert "It resigns." in arena("ask", "tictactoe", "cheat", "--plugin", "three.py").out

    def test_an_agent_that_fails(self, arena, tmp_path):
        (tmp_path / "three.py").write_text(SLOW)
        outcome = arena("ask", "tictactoe", "crash", "--plugin", "three.py")
        assert (outcome.code, outcome.err) == (1, "error: the agent failed: RuntimeError: out of ideas\n")

    @pytest.mark.parametrize(
        ("moves", "message"),
        [
            ("z9", "--moves: 'z9' is no cell"),
            ("4,4", "move 4 at ply 1 is illegal"),
            ("0,3,1,4,2", "the game is over after these 5 moves"),
            ("0,3,1,4,2,5", "the game is over after"),
        ],
    )
    def test_moves_that_cannot_be_played(self, fails, moves, message):
        assert message in fails(2, "ask", "tictactoe", "random", "--moves", moves)
