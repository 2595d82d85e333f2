"""The classic strategies: by hand from their definitions, beside the Axelrod library, and in matches."""

import functools
import itertools
import re
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binomtest

from agents.plugin import _DILEMMA
from agents.repeated_dilemma import ExtortTwo, MemoryOne, Pavlov, TitForTat
from arena import Turn, load_agent, load_game, play_match
from arena.agent import why_not
from arena.errors import UsageError
from arena.registry import registry
from arena.testing import check_agent
from tests.agents.axelrod_moves import DIFFERS_WITH_NOISE, STRATEGIES

IDS = list(_DILEMMA)
GAME = load_game("prisoners_dilemma:rounds=100")
RANDOM = ("generous-tit-for-tat", "joss", "firm-but-fair", "extort-2")


agent_of = functools.cache(lambda entrant: load_agent(entrant, GAME))  # nothing is remembered across `reset`


def turn_after(own, theirs, seat=0):
    """The turn after rounds in which `seat` and the other seat played these moves."""
    rounds = zip(own, theirs, strict=True)
    pairs = [sorted([(seat, "CD".index(mine)), (1 - seat, "CD".index(other))]) for mine, other in rounds]
    history = tuple(itertools.chain.from_iterable(pairs))
    return Turn(None, np.ones(2, dtype=bool), seat, len(history) + seat, history)


def answers(entrant, theirs, played=None, seat=0, seed=0):
    """What it asks for in each round against these moves; `played` is what was really played for it."""
    agent, asked = agent_of(entrant), ""
    agent.reset(seat=seat, seed=seed)
    for number in range(len(theirs)):
        own = asked if played is None else played[:number]
        asked += "CD"[agent.act(turn_after(own, theirs[:number], seat))]
    return asked


class TestByHand:
    """Sequences worked out on paper from the definitions in the literature."""

    @pytest.mark.parametrize(
        ("entrant", "theirs", "own"),
        [
            ("all-c", "DCD", "CCC"),
            ("all-d", "CDC", "DDD"),
            ("tit-for-tat", "CDDCD", "CCDDC"),
            ("suspicious-tit-for-tat", "CDDCD", "DCDDC"),
            ("contrite-tit-for-tat", "CDDCD", "CCDDC"),
            ("generous-tit-for-tat:generosity=0", "CDDCD", "CCDDC"),
            ("generous-tit-for-tat:generosity=1", "CDDCD", "CCCCC"),
            ("two-tits-for-tat", "DCCCDDCCC", "CDDCCDDDC"),
            ("tit-for-two-tats", "DCDDDCC", "CCCCDDC"),
            ("hard-tit-for-tat", "CDCCCC", "CCDDDC"),
            ("grudger", "CCDCCC", "CCCDDD"),
            ("pavlov", "CDDCC", "CCDCC"),
            ("pavlov", "DDDD", "CDCD"),
            ("joss", "DDDD", "CDDD"),
            ("firm-but-fair", "CDCC", "CCDC"),
            ("detective", "CCCCCC", "CDCCDD"),
            ("detective", "CDCCDC", "CDCCCD"),
            ("detective", "CCCDCD", "CDCCDC"),
            ("prober", "CCCDC", "DCCDD"),
            ("prober", "DCCDC", "DCCDD"),
            ("prober", "CDCDC", "DCCCD"),
            ("prober", "CCDDC", "DCCDD"),
            ("alternator", "DDDD", "CDCD"),
            ("soft-majority", "DCCDDC", "CDCCCD"),
            ("hard-majority", "DCCDDC", "DDDCDD"),
        ],
    )
    def test_moves(self, entrant, theirs, own):
        assert answers(entrant, theirs) == own

    @pytest.mark.parametrize("seat", [0, 1])
    def test_gradual_punishes_the_fourth_defection_four_times(self, seat):
        assert answers("gradual", "DCCC" + "DDCCC" + "DCCCCCC", seat=seat) == "CDCC" + "CDDCC" + "CDDDDCC"

    def test_gradual_punishes_again_what_came_in_its_last_round_of_calm(self):
        assert answers("gradual", "DCCDCCCCC") == "CDCCDDCCC"

    def test_contrite_tit_for_tat_accepts_the_punishment_of_its_own_slip(self):
        assert answers("contrite-tit-for-tat", "CDCC", played="DCCC") == "CCCC"
        assert answers("tit-for-tat", "CDCC", played="DCCC") == "CCDC"

    def test_contrite_tit_for_tat_punishes_a_second_defection_that_nothing_excuses(self):
        assert answers("contrite-tit-for-tat", "CDDDC", played="DCCDD") == "CCCDD"

    def test_two_contrite_players_that_both_slip_make_it_up(self):
        assert answers("contrite-tit-for-tat", "DCC", played="DCC") == "CCC"

    def test_strategies_go_by_what_was_really_played(self):
        assert answers("alternator", "CCCC", played="DDCC") == "CCCD"
        assert answers("pavlov", "CCC", played="CDC") == "CCD"

    @pytest.mark.parametrize("entrant", RANDOM)
    def test_all_that_draw_lots_open_with_a_cooperation(self, entrant):
        assert {answers(entrant, "C", seed=seed) for seed in range(20)} == {"C"}


FROZEN = [
    line.split()
    for line in (Path(__file__).parent / "axelrod_moves.txt").read_text().splitlines()
    if not line.startswith("#")
]


class TestBesideAxelrod:
    """Moves of the Axelrod library 4.14.0, see axelrod_moves.py."""

    @pytest.mark.parametrize("seat", [0, 1])
    @pytest.mark.parametrize("name", STRATEGIES)
    def test_same_moves(self, name, seat):
        runs = [line[1:] for line in FROZEN if line[0] == name]
        assert len(runs) == (3 if name == DIFFERS_WITH_NOISE else 5)
        for theirs, asked, played in runs:
            assert answers(name, theirs, played, seat) == asked

    def test_every_strategy_that_draws_no_lots_is_there(self):
        assert {line[0] for line in FROZEN} == set(IDS) - set(RANDOM)

    def test_the_moves_distinguish_the_strategies(self):
        """No two of them answer all of these sequences alike."""
        theirs = [line[1][:15] for line in FROZEN]
        played = {name: tuple(answers(name, moves) for moves in theirs) for name in STRATEGIES}
        assert len(set(played.values())) == len(STRATEGIES) - 1  # without noise, contrite is plain tit for tat
        assert played["contrite-tit-for-tat"] == played["tit-for-tat"]


class TestLots:
    @pytest.mark.parametrize(
        ("entrant", "shares"),
        [  # probabilities of cooperating after CC, CD, DC, DD, own move first; Axelrod 4.14 has the same
            ("generous-tit-for-tat", (1, 1 / 3, 1, 1 / 3)),
            ("generous-tit-for-tat:generosity=0.1", (1, 0.1, 1, 0.1)),
            ("joss", (0.9, 0, 0.9, 0)),
            ("firm-but-fair", (1, 0, 1, 2 / 3)),
            ("extort-2", (8 / 9, 1 / 2, 1 / 3, 0)),
        ],
    )
    def test_probabilities(self, entrant, shares):
        agent = load_agent(entrant, GAME)
        for (own, theirs), share in zip(("CC", "CD", "DC", "DD"), shares, strict=True):
            turn = turn_after(own, theirs)
            assert agent.policy([turn])[0] == pytest.approx([share, 1 - share])
            agent.reset(seat=0, seed=3)
            cooperated = sum(agent.act(turn) == 0 for _ in range(3000))
            if share in (0, 1):
                assert cooperated == 3000 * share
            else:
                assert binomtest(cooperated, 3000, share).pvalue > 0.001

    def test_the_policy_is_what_is_played_wherever_no_lots_are_drawn(self):
        for name in STRATEGIES:
            agent = load_agent(name, GAME)
            for _, theirs, _, played in FROZEN[::9]:
                asked = answers(name, theirs, played)
                turns = [turn_after(played[:number], theirs[:number]) for number in range(len(theirs))]
                rows = agent.policy(turns)
                assert "".join("CD"[row] for row in rows.argmax(axis=1)) == asked
                assert set(rows.ravel()) == {0, 1}

    def test_asking_for_the_policy_changes_no_match(self):
        agent, theirs, own = load_agent("gradual", GAME), "DCCDDCCDCCDDD", ""
        agent.reset(seat=0, seed=0)
        for number in range(len(theirs)):
            agent.policy([turn_after("CD", "DC"), turn_after("", "")])
            own += "CD"[agent.act(turn_after(own, theirs[:number]))]
        assert own == answers("gradual", theirs)


class TestMemory:
    @pytest.mark.parametrize("name", IDS)
    def test_a_position_in_the_middle_of_a_match_is_understood_at_once(self, name):
        """As when `arena ask` names the moves so far: the same answer as after having sat through them."""
        patient, fresh = load_agent(name, GAME), load_agent(name, GAME)
        for _, theirs, _, played in FROZEN[::15]:
            patient.reset(seat=1, seed=5)
            for number in range(len(theirs)):
                turn = turn_after(played[:number], theirs[:number], seat=1)
                fresh.reset(seat=1, seed=5)
                patient.rng, fresh.rng = np.random.default_rng(number), np.random.default_rng(number)
                assert fresh.act(turn) == patient.act(turn)

    @pytest.mark.parametrize("name", STRATEGIES)
    def test_an_earlier_position_is_understood_too(self, name):
        agent = load_agent(name, GAME)
        agent.reset(seat=0, seed=0)
        agent.act(turn_after("CDCDD", "DDDDD"))
        assert "CD"[agent.act(turn_after("CC", "CC"))] == answers(name, "CCC", played="CC")[2]


class TestExactly:
    """Long-run payoffs of memory-one strategies, from the stationary distribution of the four outcomes."""

    @staticmethod
    def long_run(one: type[MemoryOne], other: np.ndarray) -> np.ndarray:
        """Payoffs a round of a strategy against probabilities [own last, their last] of cooperating."""
        moves = np.zeros((4, 4))
        for own, theirs in itertools.product(range(2), repeat=2):
            first, second = one.after[own][theirs], other[theirs, own]
            moves[2 * own + theirs] = np.outer([first, 1 - first], [second, 1 - second]).ravel()
        stationary = np.linalg.matrix_power(moves, 4096)[0]
        return np.array([stationary @ [3, 0, 5, 1], stationary @ [3, 5, 0, 1]])

    def test_extort_2_gains_twice_what_anybody_gains(self):
        rng = np.random.default_rng(0)
        for _ in range(100):
            own, theirs = self.long_run(ExtortTwo, rng.uniform(0.05, 0.95, size=(2, 2))) - 1
            assert own == pytest.approx(2 * theirs, abs=1e-9)

    def test_tit_for_tat_gains_as_much_as_anybody(self):
        """It is zero-determinant itself, with factor 1 (Press and Dyson 2012)."""
        rng = np.random.default_rng(1)
        for _ in range(100):
            own, theirs = self.long_run(TitForTat, rng.uniform(0.05, 0.95, size=(2, 2)))
            assert own == pytest.approx(theirs, abs=1e-9)

    def test_pavlov_exploits_the_unconditional_cooperator_once_it_slipped(self):
        assert answers("pavlov", "CCCC", played="DDDD") == "CDDD"
        assert self.long_run(Pavlov, np.full((2, 2), 0.999999))[0] > 2.9


class TestMatches:
    def returns(self, one, other, rounds=200, seed=0):
        return play_match(f"prisoners_dilemma:rounds={rounds}", [one, other], seed).returns

    @pytest.mark.parametrize(
        ("one", "other", "expected"),
        [
            ("tit-for-tat", "tit-for-tat", (600, 600)),
            ("all-c", "all-d", (0, 1000)),
            ("tit-for-tat", "all-d", (199, 204)),
            ("tit-for-tat", "suspicious-tit-for-tat", (500, 500)),
            ("grudger", "alternator", (3 + 0 + 99 * 6, 3 + 5 + 99 * 1)),
            ("pavlov", "all-d", (100, 600)),
        ],
    )
    def test_returns_of_two_hundred_rounds(self, one, other, expected):
        assert self.returns(one, other) == expected
        assert self.returns(other, one) == expected[::-1]

    def test_nobody_beats_tit_for_tat_by_more_than_one_temptation(self):
        for name in IDS:
            own, theirs = self.returns("tit-for-tat", name, rounds=50, seed=4)
            assert own <= theirs <= own + 5

    @pytest.mark.parametrize("name", IDS)
    def test_contract_in_a_long_noisy_match(self, name):
        game = load_game("prisoners_dilemma:rounds=40,noise=0.05,continuation=0.99")
        check_agent(registry().agent(name).offer, game, games=2)


class TestWhatTheyPlay:
    @pytest.mark.parametrize("game", ["tictactoe", "rps", "matrix_rps", "connect_four", "shapley"])
    def test_other_games_are_refused_with_a_reason(self, game):
        with pytest.raises(UsageError, match="it plays the repeated prisoner's dilemma: two seats that choose at once"):
            load_agent("tit-for-tat", game)

    @pytest.mark.parametrize("game", ["prisoners_dilemma", "stag_hunt", "chicken", "matching_pennies:rounds=9"])
    def test_any_two_by_two_game_will_do(self, game):
        for name in IDS:
            assert why_not(registry().agent(name).offer, load_game(game)) is None

    def test_three_players_are_too_many(self, tmp_path):
        file = tmp_path / "three.toml"
        file.write_text(f"payoffs = {np.zeros((3, 2, 2, 2)).tolist()}")
        with pytest.raises(UsageError, match="exactly two players"):
            load_agent("grudger", f"matrix:file={file}")

    @pytest.mark.parametrize("generosity", ["-0.1", "1.1", "nan", "x"])
    def test_generosity_is_a_probability(self, generosity):
        with pytest.raises(UsageError, match="'generosity' must be"):
            load_agent(f"generous-tit-for-tat:generosity={generosity}", GAME)

    def test_each_says_where_it_comes_from(self):
        """A year in the docstring of every class that is listed."""
        import agents.repeated_dilemma as module

        for name, _ in _DILEMMA.values():
            assert re.search(r"\b(19|20)\d\d", getattr(module, name).__doc__), name
        assert len(IDS) == 20
