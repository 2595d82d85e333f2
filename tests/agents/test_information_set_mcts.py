"""Search where something is hidden: nobody acts on what he cannot know, and every count adds up."""

import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binomtest

from agents.information_set_mcts import Choice, InformationSet, InformationSetMcts
from agents.mcts import MctsAgent
from agents.mcts_config import Config, make
from arena import Game, Model, load_agent, load_game, play_match
from arena.match import Match
from arena.registry import registry
from arena.seeding import generator
from games.classic import CONNECT_FOUR, TICTACTOE
from games.secrets import nothing_else_is_hidden
from tests.arena import toy_spaces

GAME = Game("toy", make=dict, return_range=(-1.0, 1.0))  # what the toy models below are of


class Toy(Model):
    """A game told by a tree of dicts: `to_move`, `actions`, or `returns`; `worlds` are equally likely at its root."""

    def __init__(self, worlds, place, seat=0, known=()):
        self.worlds, self.place, self.known = worlds, place, known
        self.applied = 0

    def clone(self):
        return Toy(self.worlds, self.place, known=self.known)

    def sample(self, rng):
        return Toy(self.worlds, self.worlds[rng.integers(len(self.worlds))])

    def apply(self, action):
        self.place, self.known = self.place["actions"][action], (*self.known, action)
        self.applied += 1

    @property
    def legal(self):
        return np.isin(np.arange(5), list(self.place.get("actions", ())))

    @property
    def to_move(self):
        return self.place.get("to_move", 0)

    @property
    def terminal(self):
        return "returns" in self.place

    @property
    def returns(self):
        return np.array(self.place.get("returns", (0.0, 0.0)))

    def observe(self, seat):
        return self.place.get("shown", {}).get(seat)

    def key(self, seat):
        return self.known, self.observe(seat)


def leaf(first, second=None):
    return {"returns": (first, -first if second is None else second)}


def searched(worlds, simulations=400, seed=0, **settings):
    agent = InformationSetMcts(GAME, Config(simulations=simulations, **settings))
    agent.reset(seat=0, seed=seed)
    return agent, agent.search(Toy(worlds, worlds[0]), 0)


def best(root):
    return max(root.choices, key=lambda action: root.choices[action].visits)


class TestWhichSearch:
    @pytest.mark.parametrize("name", ["tictactoe", "connect_four", "chess", "go:size=5", "classic/tictactoe-v3"])
    def test_over_positions_where_all_is_open(self, name):
        assert type(load_agent("mcts", name)) is MctsAgent

    @pytest.mark.parametrize(
        "name", ["rps", "leduc_holdem", "texas_holdem:num_players=3", "hanabi", "matching_pennies", "chicken:rounds=3"]
    )
    def test_over_what_seats_know_where_something_is_hidden(self, name):
        assert type(load_agent("mcts", name)) is InformationSetMcts

    def test_over_what_seats_know_where_chance_plays(self):
        assert type(make(replace(TICTACTOE, stochastic=True), Config())) is InformationSetMcts
        assert type(make(replace(CONNECT_FOUR, perfect_information=False), Config())) is InformationSetMcts

    def test_without_a_range_of_returns_it_is_refused(self):
        spec = registry().agent("mcts").offer
        assert spec.supports(TICTACTOE) is None
        reason = spec.supports(replace(TICTACTOE, return_range=(-math.inf, math.inf)))
        assert reason == "it needs to know the lowest and the highest return of a game"


class TestCounts:
    # An action that is there in both worlds, and one more in each.
    WORLDS = (
        {"actions": {0: leaf(0.0), 1: leaf(0.5)}},
        {"actions": {0: leaf(0.0), 2: leaf(-0.5)}},
    )

    @pytest.mark.parametrize("simulations", [1, 2, 3, 50, 301])
    def test_visits_and_availabilities_add_up(self, simulations):
        _, root = searched(self.WORLDS, simulations)
        choices = root.choices
        assert sum(choice.visits for choice in choices.values()) == simulations
        assert choices[0].available == simulations
        others = [choices[action].available for action in (1, 2) if action in choices]
        assert sum(others) == simulations
        assert all(0 <= choice.total <= choice.visits <= choice.available for choice in choices.values())

    def test_each_world_comes_as_often(self):
        _, root = searched(self.WORLDS, 1000)
        assert binomtest(root.choices[1].available, 1000, 0.5).pvalue > 0.001

    def test_what_is_rarely_there_is_no_worse_for_it(self):
        """A good action is chosen nearly whenever it is there, a bad one hardly ever."""
        worlds = (self.WORLDS[0], *[{"actions": {0: leaf(0.0), 3: leaf(-1.0)}}] * 9)
        _, root = searched(worlds, 2000)
        rare = root.choices[1]
        assert rare.total / rare.visits == 0.75
        assert rare.visits > 0.8 * rare.available
        assert root.choices[3].visits < 0.05 * root.choices[3].available

    def test_the_bound_is_the_one_of_the_paper(self):
        """total / visits + c * sqrt(log(available) / visits), over the actions that are legal here."""
        agent = InformationSetMcts(GAME, Config(c=0.7))
        agent.reset(seat=0, seed=0)
        table = {0: (10, 6.0, 40), 1: (3, 1.5, 12), 2: (25, 14.0, 41), 3: (2, 1.9, 3)}
        for legal in ([0, 1], [0, 2], [0, 1, 2], [1, 2], [0, 1, 2, 3]):
            node = InformationSet({action: Choice(*counts) for action, counts in table.items()})
            bounds = {
                action: total / visits + 0.7 * math.sqrt(math.log(available + 1) / visits)
                for action, (visits, total, available) in table.items()
                if action in legal
            }
            assert agent._select(node, legal) == max(bounds, key=bounds.get)
            assert [node.choices[action].available - table[action][2] for action in table] == [
                int(action in legal) for action in table
            ]

    def test_what_was_not_tried_comes_first_and_any_of_it(self):
        agent = InformationSetMcts(GAME, Config())
        agent.reset(seat=0, seed=0)
        seen = Counter()
        for _ in range(300):
            node = InformationSet({1: Choice(visits=1, total=1.0, available=1)})
            seen[agent._select(node, [0, 1, 2])] += 1
        assert set(seen) == {0, 2}
        assert binomtest(seen[0], 300, 0.5).pvalue > 0.001


class TestNobodyKnowsTooMuch:
    def test_a_guess_that_only_a_clairvoyant_could_make_is_not_made(self):
        """Who searches each world alone believes that he can guess later, and takes the risk (strategy fusion)."""

        def world(coin):
            guess = {"actions": {face: leaf(1.0 if face == coin else -1.0) for face in (0, 1)}}
            return {"actions": {0: leaf(0.2), 1: guess}}

        for seed in range(3):
            _, root = searched((world(0), world(1)), 1500, seed)
            assert best(root) == 0
            assert root.choices[1].total / root.choices[1].visits < 0.65  # of a fair guess: 0.5

    def test_who_is_shown_the_coin_does_guess(self):
        def world(coin):
            guess = {"actions": {face: leaf(1.0 if face == coin else -1.0) for face in (0, 1)}, "shown": {0: coin}}
            return {"actions": {0: leaf(0.2), 1: guess}}

        _, root = searched((world(0), world(1)), 1500)
        assert best(root) == 1
        assert root.choices[1].total / root.choices[1].visits > 0.85

    def test_the_other_seat_is_not_thought_to_see_what_is_hidden_from_it(self):
        """It pays to bet where the other must guess one's card, and does not where he sees it."""

        def world(card, shown):
            answer = {"to_move": 1, "actions": {face: leaf(-1.0 if face == card else 1.0) for face in (0, 1, 2)}}
            if shown:
                answer["shown"] = {1: card}
            return {"actions": {0: leaf(0.0), 1: answer}}

        hidden, open_ = ([world(card, shown) for card in range(3)] for shown in (False, True))
        assert best(searched(hidden, 1500)[1]) == 1
        assert best(searched(open_, 1500)[1]) == 0

    def test_second_mover_wins_a_third(self):
        """Whatever it plays, where it does not know the throw; a leak would win more."""
        game, throws, outcomes = load_game("rps:max_cycles=1"), generator(1, "throws"), Counter()
        agent = load_agent("mcts:simulations=6", game)
        for seed in range(300):
            match = Match(game, seed)
            match.play(int(throws.integers(3)))
            agent.reset(seat=1, seed=seed)
            match.play(agent.act(match.turn))
            outcomes[match.record.returns[1]] += 1
        assert outcomes.keys() == {-1.0, 0.0, 1.0}
        assert all(binomtest(count, 300, 1 / 3).pvalue > 0.001 for count in outcomes.values())

    def test_matching_pennies_is_not_won_either(self):
        game, wins = load_game("matching_pennies"), 0
        coins, agent = generator(1, "coins"), load_agent("mcts:simulations=6", game)
        for seed in range(300):
            match = Match(game, seed)
            match.play(int(coins.integers(2)))
            agent.reset(seat=1, seed=seed)
            match.play(agent.act(match.turn))
            wins += match.record.winner == "seat 1"
        assert binomtest(wins, 300, 1 / 2).pvalue > 0.001


class TestStrength:
    @pytest.mark.parametrize("seat", [0, 1])
    @pytest.mark.parametrize("simulations", [100, 300])
    def test_defects_where_that_dominates(self, seat, simulations):
        """With bounds that are not random both seats of the search cooperate and defect in step, and so believe that
        cooperation pays: the first seat then cooperated in nine of ten matches."""
        game = load_game("prisoners_dilemma")
        agent = load_agent(f"mcts:simulations={simulations}", game)
        for seed in range(5):
            match = Match(game, seed)
            if seat == 1:
                match.play(seed % 2)
            agent.reset(seat=seat, seed=seed)
            assert agent.act(match.turn).action == 1

    def test_bounds_are_random_where_seats_choose_at_once_and_nowhere_else(self):
        for game, expected in ((GAME, {0}), (replace(GAME, simultaneous=True), {0, 1})):
            agent, chosen = InformationSetMcts(game, Config()), set()
            agent.reset(seat=0, seed=0)
            for _ in range(50):
                node = InformationSet({0: Choice(10, 6.0, 20), 1: Choice(10, 5.0, 20)})
                chosen.add(agent._select(node, [0, 1]))
            assert chosen == expected

    def gains(self, simulations, deals):
        """Mean return at leduc against random, both seats of each deal, and its standard error."""
        game = load_game("leduc_holdem")
        agents = [load_agent(f"mcts:simulations={simulations}", game), load_agent("random", game)]
        gains = []
        for deal in range(deals):
            records = [play_match(game, agents, deal, seats=seats) for seats in ((0, 1), (1, 0))]
            assert all(record.ending == "finished" for record in records)
            gains.append(sum(record.returns[record.seats.index(0)] for record in records) / 2)
        return np.mean(gains), np.std(gains, ddof=1) / math.sqrt(deals)

    def test_beats_random_at_leduc(self):
        mean, error = self.gains(simulations=12, deals=30)
        assert mean - 1.96 * error > 0

    @pytest.mark.slow
    def test_beats_random_at_leduc_by_far(self):
        mean, error = self.gains(simulations=100, deals=150)
        assert mean - 1.96 * error > 0.5


class TestDecision:
    def test_what_it_says_of_its_move(self):
        match = Match(load_game("prisoners_dilemma"), 0)
        agent = load_agent("mcts:simulations=200", match.game)
        agent.reset(seat=0, seed=0)
        decision = agent.act(match.turn)
        assert sum(decision.policy) == pytest.approx(1)
        assert int(np.argmax(decision.policy)) == decision.action
        assert 1 <= decision.value <= 5  # what a defection pays
        assert decision.note == {"simulations": 200}

    def test_illegal_actions_have_no_share(self):
        match = Match(load_game("hanabi"), 0)  # nobody may discard yet
        agent = load_agent("mcts:simulations=12,play_out=3", match.game)
        agent.reset(seat=0, seed=0)
        decision = agent.act(match.turn)
        assert not any(share for share, legal in zip(decision.policy, match.turn.legal, strict=True) if not legal)

    @pytest.mark.parametrize("name", ["leduc_holdem", "rps:max_cycles=2", "hanabi:colors=2,ranks=2,hand_size=2"])
    def test_one_simulation_is_enough_to_move(self, name):
        record = play_match(name, ["mcts:simulations=1", "mcts:simulations=1"], 0)
        assert record.ending == "finished"

    def test_the_same_seed_plays_the_same_game(self):
        def record(seed):
            return play_match("leduc_holdem", ["mcts:simulations=6"] * 2, seed)

        one, two = record(3), record(3)
        assert (one.moves, one.values, one.returns) == (two.moves, two.values, two.returns)
        assert len({record(seed).moves for seed in range(5)}) > 1

    @pytest.mark.parametrize("play_out", [0, 1, 3])
    def test_a_play_out_is_cut_where_it_should_be(self, play_out):
        chain = leaf(1.0)
        for _ in range(10):
            chain = {"actions": {0: chain}}
        for simulation in range(1, 5):
            agent = InformationSetMcts(GAME, Config(play_out=play_out))
            agent.reset(seat=0, seed=0)
            trees, played = {}, []
            for _ in range(simulation):
                model = Toy((chain,), chain)
                agent._simulate(trees, model)
                played.append(model.applied)
            assert played == [ply + 1 + play_out for ply in range(simulation)]  # one new action each, then the play-out

    def test_what_is_cut_counts_as_it_stands(self):
        cut = {"actions": {0: {"actions": {0: leaf(1.0)}}}}
        _, root = searched((cut,), 1, play_out=0)
        assert root.choices[0].total == 0.5  # nobody has won or lost yet
        _, root = searched((cut,), 1, play_out=1)
        assert root.choices[0].total == 1

    def test_where_every_game_pays_the_same_it_plays_on(self, tmp_path):
        (tmp_path / "zero.csv").write_text("0,0\n0,0\n")
        game = load_game(f"matrix:file={tmp_path / 'zero.csv'}")
        record = play_match(game, ["mcts:simulations=5", "mcts:simulations=5"], 0)
        assert (record.ending, record.returns, record.values) == ("finished", (0, 0), (0, 0))

    def test_a_round_of_three_with_cards_of_ones_own(self):
        game = toy_spaces.game(toy_spaces.Privately, max_plies=12, stochastic=True, redraw=nothing_else_is_hidden)
        game = replace(game, return_range=(0.0, 8.0))
        record = play_match(game, [load_agent("mcts:simulations=40", game)] * 3, 0)
        assert record.ending == "finished"
        assert sum(record.returns) > 18  # of 24; each is paid what it chooses
