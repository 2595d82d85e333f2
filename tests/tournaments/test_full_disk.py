"""A disk that is really full, where this process may mount one."""

import subprocess

import pytest

import tournaments
from arena.errors import ArenaError
from tournaments.store import Store

ENTRANTS = ["always:talk=30000", "always:number=1,talk=30000"]


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1500k", "tmpfs", folder]
    try:
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("mounting a small disk is not permitted here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_loses_nothing_and_the_tournament_goes_on_where_there_is_room(small_disk, auction, monkeypatch):
    auction()
    monkeypatch.setattr("tournaments.writer.GROUP_SECONDS", 0)  # each match by itself
    undisturbed = tournaments.run("auction", ENTRANTS, rounds=40)
    store, seen = str(small_disk / "arena.db"), []
    with pytest.raises(ArenaError) as caught:
        tournaments.run("auction", ENTRANTS, rounds=40, store=store, on_match=seen.append)
    with Store.open(store) as opened:
        ((tournament, kept),) = opened.tournaments()
    assert str(caught.value) == (
        f"the disk of sqlite:///{store} is full. Nothing committed is lost: free some space, "
        f"then go on with: arena tournament resume {tournament.id} --store {store}"
    )
    assert 0 < kept <= len(seen) < 80
    subprocess.run(["mount", "-o", "remount,size=40m", small_disk], check=True)
    left = []
    result = tournaments.resume(tournament.id, store=store, on_match=left.append)
    assert len(left) == 80 - kept
    assert result["table"] == undisturbed["table"]


def test_a_disk_without_room_for_a_store_is_said_to_be_full(small_disk, auction):
    auction()
    (small_disk / "ballast").write_bytes(b"x" * 1_500_000)
    store = small_disk / "arena.db"
    with pytest.raises(ArenaError, match=r"arena\.db .* full"):
        tournaments.run("auction", ENTRANTS, store=str(store))
