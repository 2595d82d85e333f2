import dataclasses

import pytest

from arena.agent import AgentSpec
from arena.entrants import Entrant, load_entrant, load_game
from arena.errors import ArenaError, UsageError
from arena.plugins import PluginInfo
from arena.registry import Registered, registry
from tournaments.lineup import identities, load_lineup, reload_lineup


def entrant(text="x", **fields):
    return Entrant(label=text, text=text, agent="x", version="1", settings={}, **fields)


@pytest.fixture
def tictactoe():
    return load_game("tictactoe")


def test_those_invited_once_keep_their_own_identity():
    one, other = entrant(), entrant(checkpoint="abc")
    assert identities([one, other]) == [one.identity, other.identity]


def test_the_same_entrant_invited_twice_is_two_entrants_and_neither_is_the_one_invited_once():
    found = identities([entrant(), entrant("another text for it")])
    assert len({*found, entrant().identity}) == 3
    assert all(len(identity) == 16 for identity in found)


def test_the_second_of_an_entrant_is_the_same_in_every_tournament():
    other = entrant(checkpoint="abc")
    assert identities([entrant(), entrant()]) == identities([other, entrant(), entrant()])[1:]


def test_labels_number_equal_texts(tictactoe):
    lineup = load_lineup(tictactoe, ["random", "first", "random"], None)
    assert [one.label for one in lineup.participants] == ["random#1", "first", "random#2"]
    assert len({one.identity for one in lineup.participants}) == 3
    assert len(set(lineup.agents)) == 3
    lineup.close()


def test_other_texts_of_one_entrant_are_told_apart_too(tictactoe):
    plain, spelt = load_lineup(tictactoe, ["mcts", "mcts:simulations=100"], None).participants
    assert (plain.label, spelt.label) == ("mcts", "mcts:simulations=100")
    assert plain.identity != spelt.identity


def test_an_agent_that_fails_to_close_harms_nobody(tictactoe, monkeypatch):
    lineup = load_lineup(tictactoe, ["random", "first"], None)
    closed = []
    monkeypatch.setattr(lineup.agents[0], "close", lambda: 1 / 0)
    monkeypatch.setattr(lineup.agents[1], "close", lambda: closed.append("first"))
    lineup.close()
    assert closed == ["first"]


def test_somebody_at_the_terminal_is_noticed(tictactoe):
    assert load_lineup(tictactoe, ["random", "human"], None).interactive
    assert not load_lineup(tictactoe, ["random", "first"], None).interactive


def test_an_unknown_entrant_is_wrong_use(tictactoe):
    with pytest.raises(UsageError, match=r"no agent 'radnom'\. Did you mean 'random'"):
        load_lineup(tictactoe, ["random", "radnom"], None)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"checkpoint": "new"}, "random#2 was retrained since tournament aaaa1111 began: start a new tournament"),
        ({"version": "9.9"}, "random#2 went from version"),
        ({"settings": {"more": 1}}, "the settings of random#2 have changed since tournament aaaa1111 began"),
    ],
)
def test_an_entrant_that_is_not_what_it_was_cannot_go_on(tictactoe, make_tournament, monkeypatch, change, text):
    lineup = load_lineup(tictactoe, ["first", "random", "random"], None)
    known = {stored.identity: stored for stored in lineup.stored}
    tournament = dataclasses.replace(make_tournament(), participants=lineup.participants)
    assert reload_lineup(tictactoe, tournament, known).participants == lineup.participants
    calls = []

    def changed(text, game, move_time):
        calls.append(text)
        loaded, agent = load_entrant(text, game, move_time=move_time)
        return (dataclasses.replace(loaded, **change) if len(calls) == 3 else loaded), agent

    monkeypatch.setattr("tournaments.lineup.load_entrant", changed)
    with pytest.raises(ArenaError) as caught:
        reload_lineup(tictactoe, tournament, known)
    assert text in str(caught.value)
    assert type(caught.value) is ArenaError


def test_a_new_default_setting_is_a_change(tictactoe, make_tournament, monkeypatch):
    @dataclasses.dataclass(frozen=True)
    class Config:
        depth: int = 1

    def offer(config):
        spec = AgentSpec("shifty", make="agents.simple:FirstAgent", config=config)
        monkeypatch.setitem(registry().agents, "shifty", Registered(spec, PluginInfo("tests", "1", "module")))

    offer(Config)
    lineup = load_lineup(tictactoe, ["shifty"], None)
    tournament = dataclasses.replace(make_tournament(), participants=lineup.participants)
    offer(dataclasses.make_dataclass("Config", [("depth", int, 2)], frozen=True))
    with pytest.raises(ArenaError, match="the settings of shifty have changed"):
        reload_lineup(tictactoe, tournament, {stored.identity: stored for stored in lineup.stored})
