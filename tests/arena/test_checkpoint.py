"""Checkpoints: whole or not there, and every way of being broken has its own sentence."""

import errno
import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from arena.agent import State
from arena.checkpoint import SCHEMA, open_learner, open_policy, point_latest, save_checkpoint
from arena.errors import ArenaError, UsageError

CONFIG = {
    "agent": "q-learning",
    "agent_version": "1",
    "game": "tictactoe",
    "game_version": "3",
    "settings": {"epsilon": 0.5},
    "seed": 0,
    "games": 10,
    "steps": 70,
    "random": {"state": 2**127},
}
POLICY = State({"values": np.arange(5.0), "keys": np.arange(6, dtype=np.uint8).reshape(2, 3)}, {"kind": "table"})
LEARNER = State({"moments": np.ones((2, 2), dtype=np.float32)}, {"games": 10})


@pytest.fixture
def checkpoint(tmp_path):
    folder = tmp_path / "run" / "checkpoints" / "000000000010"
    save_checkpoint(folder, CONFIG, POLICY, LEARNER)
    point_latest(folder)
    return folder


def run_of(checkpoint):
    return checkpoint.parent.parent


class TestRoundTrip:
    def test_policy(self, checkpoint):
        policy = open_policy(run_of(checkpoint))
        assert (policy.agent, policy.game, policy.game_version) == ("q-learning", "tictactoe", "3")
        assert policy.settings == {"epsilon": 0.5}
        assert policy.state.data == {"kind": "table"}
        for name, array in POLICY.arrays.items():
            assert np.array_equal(policy.state.arrays[name], array)
            assert policy.state.arrays[name].dtype == array.dtype

    def test_learner_and_random_state(self, checkpoint):
        config, learner = open_learner(checkpoint)
        assert config["random"] == {"state": 2**127}
        assert np.array_equal(learner.arrays["moments"], np.ones((2, 2)))

    def test_the_folder_of_the_checkpoint_itself_will_do(self, checkpoint):
        assert open_policy(checkpoint).digest == open_policy(run_of(checkpoint)).digest

    def test_equal_policies_have_equal_digests_and_others_do_not(self, tmp_path, checkpoint):
        save_checkpoint(tmp_path / "same", {**CONFIG, "games": 99}, POLICY, State({}, {}))
        save_checkpoint(tmp_path / "other", CONFIG, State({"values": np.arange(1.0, 6.0)}, {}), LEARNER)
        assert open_policy(tmp_path / "same").digest == open_policy(checkpoint).digest
        assert open_policy(tmp_path / "other").digest != open_policy(checkpoint).digest

    def test_writing_again_replaces(self, checkpoint):
        save_checkpoint(checkpoint, {**CONFIG, "games": 11}, POLICY, LEARNER)
        assert open_learner(checkpoint)[0]["games"] == 11

    def test_a_kill_while_replacing_leaves_one_of_the_two(self, checkpoint, monkeypatch):
        real = Path.rename

        def rename(self, target):
            if self.name.startswith("."):
                raise OSError(errno.EIO, "gone")
            return real(self, target)

        monkeypatch.setattr(Path, "rename", rename)
        with pytest.raises(ArenaError, match="cannot write checkpoint"):
            save_checkpoint(checkpoint, {**CONFIG, "games": 11}, POLICY, LEARNER)
        assert open_learner(checkpoint.with_name(f".{checkpoint.name}.former"))[0]["games"] == 10

    def test_nothing_is_pickled(self, checkpoint):
        names = {path.name for path in checkpoint.rglob("*") if path.is_file()}
        assert names == {"config.json", "data.json", "arrays.safetensors"}
        for path in checkpoint.rglob("*.json"):
            json.loads(path.read_text())


class TestBroken:
    def test_nothing_there(self, tmp_path):
        with pytest.raises(UsageError, match="no run or checkpoint at"):
            open_policy(tmp_path / "nowhere")

    def test_a_folder_of_something_else(self, tmp_path):
        (tmp_path / "photos").mkdir()
        with pytest.raises(UsageError, match="is no run that holds a checkpoint"):
            open_policy(tmp_path / "photos")

    def test_latest_points_nowhere(self, checkpoint):
        shutil.rmtree(checkpoint)
        with pytest.raises(ArenaError, match="'000000000010' is missing"):
            open_policy(run_of(checkpoint))

    @pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": "x"}', '{"schema": 1}'])
    def test_config_cannot_be_read(self, checkpoint, text):
        (checkpoint / "config.json").write_text(text)
        with pytest.raises(ArenaError, match=r"is corrupt: config\.json"):
            open_policy(checkpoint)

    def test_a_newer_schema(self, checkpoint):
        config = json.loads((checkpoint / "config.json").read_text())
        (checkpoint / "config.json").write_text(json.dumps({**config, "schema": SCHEMA + 1}))
        with pytest.raises(ArenaError, match=f"has schema {SCHEMA + 1}, this arena reads up to {SCHEMA}: upgrade"):
            open_policy(checkpoint)

    @pytest.mark.parametrize("name", ["policy/arrays.safetensors", "policy/data.json"])
    def test_one_changed_byte_is_noticed(self, checkpoint, name):
        path = checkpoint / name
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        path.write_bytes(content)
        with pytest.raises(ArenaError, match="its checksum differs"):
            open_policy(checkpoint)

    def test_cut_off(self, checkpoint):
        path = checkpoint / "policy" / "arrays.safetensors"
        path.write_bytes(path.read_bytes()[:20])
        with pytest.raises(ArenaError, match="corrupt"):
            open_policy(checkpoint)

    def test_a_missing_part(self, checkpoint):
        shutil.rmtree(checkpoint / "learner")
        open_policy(checkpoint)  # what plays is whole
        with pytest.raises(ArenaError, match="learner/ cannot be read"):
            open_learner(checkpoint)


class TestAtomic:
    @pytest.mark.parametrize("fails_at", range(12))
    def test_a_failure_at_any_write_leaves_the_old_checkpoint_whole(self, checkpoint, monkeypatch, fails_at):
        real, calls = os.fsync, []

        def fsync(handle):
            calls.append(handle)
            if len(calls) > fails_at:
                raise OSError(errno.ENOSPC, "No space left on device")
            real(handle)

        monkeypatch.setattr(os, "fsync", fsync)
        new = checkpoint.with_name("000000000020")
        try:
            save_checkpoint(new, {**CONFIG, "games": 20}, POLICY, LEARNER)
        except ArenaError as error:
            assert "disk full while writing checkpoint" in str(error)  # noqa: PT017 - both outcomes are examined
        monkeypatch.undo()
        assert open_learner(checkpoint)[0]["games"] == 10
        assert not new.exists() or open_learner(new)[0]["games"] == 20
        assert not [path for path in checkpoint.parent.iterdir() if path.name.startswith(".0")]

    def test_a_really_full_disk(self, tmp_path):
        disk = tmp_path / "disk"
        disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], capture_output=True)
        if mounted.returncode != 0:
            pytest.skip("mounting a small disk is not permitted here")
        try:
            save_checkpoint(disk / "one", CONFIG, POLICY, LEARNER)
            large = State({"values": np.zeros(100_000)}, {})
            with pytest.raises(ArenaError, match="disk full while writing checkpoint"):
                save_checkpoint(disk / "two", CONFIG, large, LEARNER)
            assert open_learner(disk / "one")[0]["games"] == 10
            assert sorted(path.name for path in disk.iterdir()) == ["one"]
        finally:
            subprocess.run(["umount", disk], check=True)
