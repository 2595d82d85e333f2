import pytest

from tournaments import writer as writer_module
from tournaments.schedule import Pairing
from tournaments.store import Store
from tournaments.writer import Writer, utc_now


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr(writer_module.time, "monotonic", made)
    return made


@pytest.fixture
def tournament(store, make_tournament):
    made = make_tournament()
    store.add_tournament(made, [])
    return made


@pytest.fixture
def add(make_record):
    def to(writer, ordinal, seats=(0, 1)):
        record = make_record(("a", "b"), (1, 2), (ordinal,), seats=seats)
        writer.add(Pairing(ordinal, 0, (0, 1), seats, 7), record)

    return to


def committed(tournament):
    """What another process would see."""
    with Store.open("arena.db") as other:
        return other.played(tournament.id)


def test_matches_are_committed_in_groups_of_50_ms(store, tournament, add, clock):
    with Writer(store, tournament) as writer:
        for ordinal in range(3):
            add(writer, ordinal)
        assert committed(tournament) == set()
        clock.now += 0.06
        add(writer, 3)
        assert committed(tournament) == {0, 1, 2, 3}
        add(writer, 4)
        assert committed(tournament) == {0, 1, 2, 3}
    assert committed(tournament) == {0, 1, 2, 3, 4}


def test_a_slow_match_is_committed_at_once(store, tournament, add, clock):
    with Writer(store, tournament) as writer:
        for ordinal in range(3):
            clock.now += 60
            add(writer, ordinal)
            assert committed(tournament) == set(range(ordinal + 1))


@pytest.mark.parametrize("stop", [KeyboardInterrupt, RuntimeError, SystemExit])
def test_what_waits_is_committed_whatever_ends_the_block(store, tournament, add, clock, stop):
    def play():
        with Writer(store, tournament) as writer:
            add(writer, 0)
            raise stop

    with pytest.raises(stop):
        play()
    assert committed(tournament) == {0}


def test_an_interrupted_commit_is_repeated_and_counts_once(store, tournament, add, clock, monkeypatch):
    real = store.add_matches

    def interrupted(*arguments):
        real(*arguments)
        monkeypatch.setattr(store, "add_matches", real)
        raise KeyboardInterrupt

    def play():
        with Writer(store, tournament) as writer:
            add(writer, 0)
            monkeypatch.setattr(store, "add_matches", interrupted)
            clock.now += 1
            add(writer, 1)

    with pytest.raises(KeyboardInterrupt):
        play()
    assert committed(tournament) == {0, 1}


def test_each_seat_is_kept_with_the_identity_of_who_sat_there(store, tournament, add):
    with Writer(store, tournament) as writer:
        add(writer, 0)
        add(writer, 1, seats=(1, 0))
    assert [match.identities for match in store.matches(tournament.id)] == [
        ("a-identity", "b-identity"),
        ("b-identity", "a-identity"),
    ]


def test_an_empty_block_writes_nothing(store, tournament, monkeypatch):
    monkeypatch.setattr(store, "add_matches", None)
    with Writer(store, tournament):
        pass


def test_times_sort_as_texts():
    times = [utc_now() for _ in range(100)]
    assert times == sorted(times)
    assert {len(time) for time in times} == {32}
    assert times[0].endswith("+00:00")
