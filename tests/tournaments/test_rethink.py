"""Agents asked again about the moves of a stored match."""

import asyncio
import dataclasses
import sys

import pytest

import tournaments
from arena import Agent, AgentSpec, Decision
from arena.entrants import load_game
from arena.errors import ArenaError, Unavailable
from arena.plugins import PluginInfo
from arena.registry import Registered, registry
from tests.arena import toy_games as toys
from tests.tournaments.damage import change
from tournaments.rethink import Change, rethink


@dataclasses.dataclass(frozen=True)
class Config:
    pass


class Player(Agent):
    """Plays the first legal action; what it is asked goes into a list of the test's."""

    asked = ()

    def __init__(self, game, config):
        self.game = game

    def act(self, turn):
        return int(turn.legal.nonzero()[0][0])


@pytest.fixture
def add(monkeypatch):
    """Registers an agent under a name."""

    def register(name, make, **options):
        spec = AgentSpec(name, make=make, config=Config, **options)
        monkeypatch.setitem(registry().agents, name, Registered(spec, PluginInfo("tests", "1", "module")))

    return register


@pytest.fixture
def again(store):
    """Plays a tournament of one round and asks again about one of its matches."""

    def ask(*entrants, game="tictactoe", ordinal=0, **options):
        id = tournaments.run(game, entrants, rounds=1, **options)["id"]
        return lambda: rethink(store.matches(id)[ordinal], load_game(game), store.entrants())

    return ask


class TestTheSame:
    @pytest.mark.parametrize("ordinal", [0, 1])
    def test_reproducible_agents_play_the_same_again(self, again, ordinal):
        found = again("mcts:simulations=20", "minimax", ordinal=ordinal)()
        assert found.changes == []
        assert found.skipped == {}
        assert set(found.asked) == {"mcts:simulations=20", "minimax"}

    @pytest.mark.parametrize(
        ("game", "entrants"),
        [
            ("connect_four", ("random", "greedy")),
            ("leduc_holdem", ("random", "first")),
            ("rps:max_cycles=5", ("random", "random")),
            ("battle_of_the_sexes:rounds=6", ("random", "random")),
            ("go:size=5", ("random", "first")),
            ("texas_holdem:num_players=3", ("random", "first", "random")),
        ],
    )
    def test_at_any_game(self, again, game, entrants):
        found = again(*entrants, game=game)()
        assert (found.changes, found.skipped) == ([], {})

    def test_every_move_is_asked_for_once(self, again, store):
        found = again("random", "first")()
        (tournament, _) = store.tournaments()[0]
        record = store.matches(tournament.id)[0].record
        assert sum(found.asked.values()) == len(record.moves)
        assert found.asked["random"] == (len(record.moves) + 1) // 2

    def test_agents_that_carry_a_generator_through_the_match_are_asked_in_order(self, again, add):
        class Counts(Player):
            def reset(self, *, seat, seed):
                super().reset(seat=seat, seed=seed)
                self.turns = []

            def act(self, turn):
                self.turns.append(turn.ply)
                assert self.turns == list(range(self.seat, turn.ply + 1, 2))
                legal = turn.legal.nonzero()[0]
                return int(legal[self.rng.integers(len(legal))])

        add("counts", Counts)
        assert again("counts", "random")().changes == []

    def test_settings_and_duplicates_are_loaded_as_they_were(self, again):
        assert again("random", "random")().asked.keys() == {"random#1", "random#2"}


class TestChanges:
    @pytest.fixture
    def fickle(self, add):
        """An agent that plays the first legal action, and the last one once `turned` is set."""

        class Fickle(Player):
            turned = False
            error = None

            def act(self, turn):
                if not Fickle.turned:
                    return super().act(turn)
                return Fickle.turned(turn)

        add("fickle", Fickle)
        return Fickle

    def test_a_move_that_differs_is_named(self, again, fickle):
        ask = again("fickle", "first")
        fickle.turned = lambda turn: 8 if turn.ply == 2 else int(turn.legal.nonzero()[0][0])
        assert ask().changes == [Change(2, 0, "fickle", stored="a3 (2)", now="c3 (8)")]

    def test_the_stored_moves_are_played_whatever_it_answers(self, again, fickle):
        ask = again("fickle", "first")
        seen = []

        def other(turn):
            seen.append([action for _, action in turn.history])
            return int(turn.legal.nonzero()[0][-1])

        fickle.turned = other
        found = ask()
        assert seen == [[], [0, 1], [0, 1, 2, 3], [0, 1, 2, 3, 4, 5]]
        assert [change.now for change in found.changes] == ["c3 (8)"] * 4
        assert found.asked == {"fickle": 4, "first": 3}

    @pytest.mark.parametrize(
        ("answer", "told"),
        [
            (lambda _: Decision(None), "resigns"),
            (lambda _: None, "returns nothing"),
            (lambda _: 99, "plays 99, which is illegal"),
            (lambda _: Decision(-1), "plays -1, which is illegal"),
            (lambda _: "b2", "plays 'b2', which is illegal"),
            (lambda _: 1 / 0, "ZeroDivisionError: division by zero"),
            (lambda _: sys.exit("enough"), "SystemExit: enough"),
        ],
    )
    def test_what_is_no_move_is_told(self, again, fickle, answer, told):
        ask = again("fickle", "first")
        fickle.turned = answer
        assert ask().changes[0] == Change(0, 0, "fickle", "a1 (0)", told)

    def test_an_interrupt_is_the_users(self, again, fickle):
        def interrupted(turn):
            raise KeyboardInterrupt

        ask = again("fickle", "first")
        fickle.turned = interrupted
        with pytest.raises(KeyboardInterrupt):
            ask()

    def test_the_same_action_in_other_clothes_is_the_same(self, again, fickle):
        import numpy as np

        ask = again("fickle", "first")
        fickle.turned = lambda turn: Decision(np.int64(turn.legal.nonzero()[0][0]), value=0.5, note={"x": 1})
        assert ask().changes == []

    def test_a_corrupted_move_is_found_too(self, store, again):
        ask = again("first", "first", game="connect_four")
        (tournament, _) = store.tournaments()[0]
        change(store, tournament.id, 0, "moves", lambda moves: [6, *moves[1:]])
        assert ask().changes[0] == Change(0, 0, "first#1", "g (6)", "a (0)")

    def test_a_reset_that_fails_now(self, again, fickle, monkeypatch):
        ask = again("fickle", "first")

        def broken(self, *, seat, seed):
            raise RuntimeError("no memory left")

        monkeypatch.setattr(fickle, "reset", broken)
        (only,) = ask().changes
        assert (only.ply, only.entrant, only.now) == (0, "fickle", "RuntimeError: no memory left in reset")

    def test_actions_that_are_no_numbers(self, store, monkeypatch, add):
        class Steers(Player):
            strength = 0.5

            def act(self, turn):
                return [Steers.strength, 0.0]

        from tests.tournaments.test_replay import Steer

        game = toys.Game("steer", make=Steer)
        monkeypatch.setitem(registry().games, "steer", Registered(game, PluginInfo("tests", "1", "module")))
        add("steers", Steers, needs=())
        id = tournaments.run("steer", ["steers", "steers"], rounds=1)["id"]
        match = store.matches(id)[0]
        assert rethink(match, game, store.entrants()).changes == []
        Steers.strength = 0.25
        assert rethink(match, game, store.entrants()).changes[0].now == "(0.25, 0.0) ((0.25, 0.0))"
        Steers.strength = 2
        assert rethink(match, game, store.entrants()).changes[0].now == "plays [2, 0.0], which is illegal"


class TestTheEnd:
    """A match that ended by forfeit: would its offender do that again?"""

    @pytest.fixture
    def offender(self, add):
        class Offender(Player):
            ends = lambda _: 99  # noqa: E731  # replaced by the tests

            def act(self, turn):
                return Offender.ends(turn) if turn.ply == 2 else super().act(turn)

        add("offender", Offender)
        return Offender

    @pytest.mark.parametrize(
        "end",
        [lambda _: 99, lambda _: Decision(None), lambda _: None, lambda _: 1 / 0, lambda _: "x"],
        ids=["illegal", "resigns", "nothing", "raises", "no action"],
    )
    def test_one_that_does_the_same_again(self, again, offender, end):
        offender.ends = end
        found = again("offender", "first")()
        assert found.changes == []
        assert found.asked == {"offender": 2, "first": 1}

    @pytest.mark.parametrize(
        ("then", "now", "stored", "told"),
        [
            (lambda _: 99, lambda _: 8, "played 99 at ply 2", "c3 (8)"),
            (lambda _: Decision(None), lambda _: 8, "resigned at ply 2", "c3 (8)"),
            (lambda _: 99, lambda _: Decision(None), "played 99 at ply 2", "resigns"),
            (lambda _: Decision(None), lambda _: 1 / 0, "resigned at ply 2", "ZeroDivisionError"),
            (lambda _: 1 / 0, lambda _: 99, "ZeroDivisionError", "plays 99, which is illegal"),
        ],
    )
    def test_one_that_does_not(self, again, offender, then, now, stored, told):
        offender.ends = then
        ask = again("offender", "first")
        offender.ends = now
        (only,) = ask().changes
        assert (only.ply, only.seat, only.entrant) == (2, 0, "offender")
        assert only.stored.startswith(stored)
        assert only.now.startswith(told)

    def test_a_timeout_is_the_clocks_and_nobody_is_asked_for_it(self, again, offender):
        def sleeps(turn):
            import time

            time.sleep(20)

        offender.ends = sleeps
        ask = again("offender", "first", move_time=0.2)
        offender.ends = lambda _: pytest.fail("it was asked")
        found = ask()
        assert (found.changes, found.asked["offender"]) == ([], 1)

    def test_an_agent_whose_reset_fails_as_it_did(self, again, add):
        class Broken(Player):
            def reset(self, *, seat, seed):
                raise RuntimeError("never ready")

        add("broken", Broken)
        assert again("broken", "first")().changes == []


class TestSkipped:
    def test_an_agent_that_is_not_reproducible(self, again, add):
        add("moody", Player, reproducible=False)
        found = again("moody", "first")()
        assert found.skipped == {"moody": "moody is not reproducible: it may play otherwise each time"}
        assert list(found.asked) == ["first"]
        assert found.changes == []

    def test_an_agent_of_another_version(self, again, add, monkeypatch):
        add("changed", Player)
        ask = again("changed", "first")
        spec = registry().agents["changed"].offer
        monkeypatch.setitem(registry().agents, "changed", Registered(spec, PluginInfo("tests", "2", "module")))
        assert ask().skipped == {"changed": "changed went from version '1' to '2' since"}

    def test_an_agent_whose_defaults_are_others_now(self, again, add):
        @dataclasses.dataclass(frozen=True)
        class Other:
            depth: int = 3

        add("changed", Player)
        ask = again("changed", "first")
        registry().agents["changed"] = dataclasses.replace(
            registry().agents["changed"], offer=AgentSpec("changed", make=Player, config=Other)
        )
        assert ask().skipped == {"changed": "the settings of changed have changed since"}

    def test_a_run_that_was_trained_again_or_is_gone(self, again, tmp_path):
        import shutil

        import arena

        arena.train("q-learning", "tictactoe", out="runs/q", budget="200games", seed=1)
        ask = again("runs/q", "first")
        assert ask().changes == []
        shutil.rmtree("runs/q")
        arena.train("q-learning", "tictactoe", out="runs/q", budget="300games", seed=2)
        assert ask().skipped == {"runs/q": "runs/q was retrained since"}
        shutil.rmtree("runs/q")
        assert ask().skipped["runs/q"].startswith("runs/q cannot be loaded: no run or checkpoint at ")

    def test_an_agent_that_is_not_there_any_more(self, again, add, monkeypatch):
        add("gone", Player)
        ask = again("gone", "first")
        monkeypatch.delitem(registry().agents, "gone")
        assert ask().skipped["gone"].startswith("gone cannot be loaded: no agent 'gone'.")

    def test_an_entrant_that_the_store_does_not_know(self, store, again, tictactoe):
        again("random", "first")
        (tournament, _) = store.tournaments()[0]
        match, known = store.matches(tournament.id)[0], store.entrants()
        del known[match.identities[1]]
        found = rethink(match, tictactoe, known)
        assert found.skipped == {"first": "first is not among the entrants that the store knows"}
        assert found.changes == []

    def test_where_all_are_skipped_nobody_is_asked(self, again, add):
        add("moody", Player, reproducible=False)
        found = again("moody", "moody")()
        assert found.asked == {}
        assert len(found.skipped) == 2

    def test_one_that_forfeited_and_is_skipped(self, again, add):
        class Cheat(Player):
            def act(self, turn):
                return 99

        add("cheat", Cheat, reproducible=False)
        found = again("cheat", "first", ordinal=1)()
        assert (found.changes, found.asked) == ([], {"first": 1})


class TestSeeding:
    def test_agents_are_reset_as_in_the_match_and_shown_its_clock(self, again, add):
        seen = []

        class Watches(Player):
            def reset(self, *, seat, seed):
                super().reset(seat=seat, seed=seed)
                seen.append((seat, seed))

            def act(self, turn):
                seen.append((turn.ply, turn.time_left, turn.seat, tuple(turn.history)))
                return super().act(turn)

        add("watches", Watches)
        ask = again("watches", "watches", move_time=30)
        first_match = seen[: len(seen) // 2]
        seen.clear()
        assert ask().changes == []
        assert seen == first_match
        assert {entry[1] for entry in seen if len(entry) == 4} == {30}

    def test_a_model_of_hidden_things_shows_what_it_showed_then(self, again, add):
        class Peeks(Player):
            """Decides by the cards that its model has drawn."""

            def act(self, turn):
                drawn = turn.model.observe(1 - turn.seat)
                legal = turn.legal.nonzero()[0]
                return int(legal[int(drawn.sum()) % len(legal)])

        add("peeks", Peeks)
        assert again("peeks", "peeks", game="leduc_holdem")().changes == []

    def test_agents_are_closed_whatever_happens(self, again, add):
        closed = []

        class Closes(Player):
            def close(self):
                closed.append(self)
                raise RuntimeError("cannot close")

        add("closes", Closes)
        ask = again("closes", "first")
        closed.clear()
        ask()
        assert len(closed) == 1


class TestAsynchronousAgents:
    @pytest.fixture
    def waiter(self, add):
        class Waiter(Player):
            answers = None

            async def act(self, turn):
                await asyncio.sleep(0.001)
                return Waiter.answers(turn) if Waiter.answers else Player.act(self, turn)

        add("waiter", Waiter)
        return Waiter

    @pytest.mark.parametrize("other", ["waiter", "first"])
    def test_they_are_awaited_and_play_the_same_again(self, again, waiter, other):
        found = again("waiter", other)()
        assert (found.changes, found.skipped) == ([], {})
        assert sum(found.asked.values()) == 7

    @pytest.mark.parametrize(
        ("answer", "told"),
        [
            (lambda _: 8, "c3 (8)"),
            (lambda _: 1 / 0, "ZeroDivisionError: division by zero"),
            (lambda _: None, "returns nothing"),
        ],
    )
    def test_what_they_would_do_now_is_told(self, again, waiter, answer, told):
        ask = again("waiter", "first")
        waiter.answers = answer
        assert ask().changes[0] == Change(0, 0, "waiter", "a1 (0)", told)

    @pytest.mark.parametrize("answer", [lambda _: 99, lambda _: Decision(None), lambda _: 1 / 0])
    def test_those_that_ended_the_match_do_so_again_or_not(self, again, waiter, answer):
        waiter.answers = answer
        ask = again("waiter", "first")
        assert ask().changes == []
        waiter.answers = None
        assert [(one.ply, one.now) for one in ask().changes] == [(0, "a1 (0)")]


class TestServices:
    @pytest.mark.parametrize("where", ["act", "reset"])
    def test_one_that_does_not_answer_is_no_change_but_an_error(self, again, add, monkeypatch, where):
        class Depends(Player):
            pass

        def down(*_, **__):
            raise Unavailable("the service is down")

        add("depends", Depends)
        ask = again("depends", "first")
        monkeypatch.setattr(Depends, where, down)
        with pytest.raises(ArenaError, match="nothing can be said of the match: Unavailable: the service is down"):
            ask()

    def test_nor_is_one_that_is_awaited(self, again, add):
        class Depends(Player):
            down = False

            async def act(self, turn):
                if Depends.down:
                    raise Unavailable("the service is down")
                return Player.act(self, turn)

        add("depends", Depends)
        ask = again("depends", "first")
        Depends.down = True
        with pytest.raises(ArenaError, match=r"the service is down at ply 0\. Try again when that is mended"):
            ask()
