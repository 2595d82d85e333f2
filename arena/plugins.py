"""Finds, loads and guards plugins: one that is broken is shown as broken and stops nothing else.

Built-ins are dotted names that travel the same road as plugins from outside.
"""

from __future__ import annotations

import functools
import hashlib
import importlib
import importlib.metadata
import importlib.util
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pluggy

from arena import hookspecs
from arena.errors import UsageError

GROUP = "arena"
_LONGEST = 300  # characters of an error that is shown in one line
BUILTINS = ("agents.plugin", "games.plugin")


@dataclass
class PluginInfo:
    """What is known of one plugin; the object that `arena plugins --json` prints."""

    name: str
    version: str
    source: str  # "built-in", "entry point", "file" or "module"
    hooks: list[str] = field(default_factory=list)
    state: str = "loaded"  # or "broken"
    error: str = ""  # one line
    trace: str = ""  # the traceback, for `arena doctor`

    @property
    def label(self) -> str:
        """Name and version, as errors show it."""
        return f"{self.name} {self.version}" if self.version and self.source == "entry point" else self.name

    def fail(self, error: BaseException) -> None:
        """Marks the plugin as broken; the first cause is kept."""
        if self.state == "broken":
            return
        self.state = "broken"
        self.error = " ".join(f"{type(error).__name__}: {error}".split())[:_LONGEST]
        self.trace = "".join(traceback.format_exception(error))


class Plugins:
    """The plugins of one process, in the order in which they were loaded."""

    def __init__(self) -> None:
        self._manager = _new_manager()
        self.infos: dict[str, PluginInfo] = {}

    def add(self, info: PluginInfo, load: Callable[[], Any]) -> None:
        """Loads one plugin; whatever goes wrong is noted in `info` and stops nothing."""
        self.infos[info.name] = info
        try:
            module = load()
            _check(module, info.name)
            self._manager.register(module, name=info.name)
            info.hooks = sorted(caller.name for caller in self._manager.get_hookcallers(module) or [])
        except (Exception, SystemExit) as error:
            info.fail(error)

    def call(self, hook: str, **arguments: Any) -> Iterator[tuple[PluginInfo, Any]]:
        """(plugin, result) of each implementation of `hook`, in loading order; a plugin that raises is marked broken.

        pluggy's own call stops at the first exception and runs the last plugin first.
        """
        by_plugin = {impl.plugin_name: impl for impl in getattr(self._manager.hook, hook).get_hookimpls()}
        for name, info in self.infos.items():
            if name not in by_plugin or info.state == "broken":
                continue
            impl = by_plugin[name]
            try:
                result = impl.function(*(arguments[argument] for argument in impl.argnames))
            except (Exception, SystemExit) as error:
                info.fail(error)
            else:
                yield info, result


def _new_manager() -> pluggy.PluginManager:
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(hookspecs)
    return manager


def _check(module: Any, name: str) -> None:
    """Raises for an unknown hook or wrong arguments, in a manager of its own so that nothing half-registered stays."""
    trial = _new_manager()
    trial.register(module, name=name)
    trial.check_pending()


def load_all(extra: tuple[str, ...] = ()) -> Plugins:
    """Built-ins, then installed plugins (all, or those named by ARENA_PLUGINS), then `extra` (FILE.py or module).

    Raises UsageError when `extra` or ARENA_PLUGINS names something that is not there at all.
    """
    plugins = Plugins()
    for name in BUILTINS:
        plugins.add(PluginInfo(name, _own_version(), "built-in"), functools.partial(importlib.import_module, name))
    for entry in _chosen_entry_points():
        version = entry.dist.version if entry.dist else ""
        plugins.add(PluginInfo(entry.name, version, "entry point"), entry.load)
    for text in extra:
        _add_named(plugins, text)
    return plugins


def _chosen_entry_points() -> list[importlib.metadata.EntryPoint]:
    entries = sorted(importlib.metadata.entry_points(group=GROUP), key=lambda entry: entry.name)
    wanted = os.environ.get("ARENA_PLUGINS")
    if wanted is None:
        return entries
    names = [name.strip() for name in wanted.split(",") if name.strip()]
    known = {entry.name: entry for entry in entries}
    for name in names:
        if name not in known:
            installed = ", ".join(known) or "none"
            raise UsageError(f"no such plugin {name!r} (named by ARENA_PLUGINS). Installed: {installed}")
    return [known[name] for name in names]


def _add_named(plugins: Plugins, text: str) -> None:
    """Adds the plugin that `--plugin` names: a file, `module`, or `module:name`."""
    path = Path(text)
    if text.endswith(".py") or path.is_file():
        if not path.is_file():
            raise UsageError(f"no such plugin file {text!r}")
        name = str(path) if path.stem in plugins.infos else path.stem
        plugins.add(PluginInfo(name, _digest(path), "file"), lambda: _load_file(path))
        return
    module = text.partition(":")[0]
    if not _exists(module):
        raise UsageError(f"no such plugin {text!r}: no module {module!r} can be found (for a file, give its .py name)")
    plugins.add(PluginInfo(text, _module_digest(module), "module"), lambda: load_dotted(text))


def _digest(path: Path) -> str:
    """The version of a file: its content, so that an edited agent is somebody else on a leaderboard."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8]


def _module_digest(module: str) -> str:
    spec = importlib.util.find_spec(module)
    path = Path(spec.origin) if spec is not None and spec.origin else None
    return _digest(path) if path is not None and path.is_file() else ""


def _exists(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except Exception:  # finding `a.b` imports `a`, which may fail in any way
        return False


def _load_file(path: Path) -> Any:
    name = f"arena_plugin_{path.stem}_{_digest(path)}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up there
    sys.path.insert(0, str(path.resolve().parent))  # as for a script: the file may import its neighbours
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(path.resolve().parent))
    return module


def load_dotted(text: str) -> Any:
    """The object of `module:name` (or the module of `module`)."""
    module, _, attribute = text.partition(":")
    found: Any = importlib.import_module(module)
    for part in attribute.split(".") if attribute else ():
        found = getattr(found, part)
    return found


def _own_version() -> str:
    try:
        return importlib.metadata.version("game-ai-arena")
    except importlib.metadata.PackageNotFoundError:
        return ""
