"""Games nobody has registered here: any PettingZoo env by its full id, and any function that makes an env.

classic/chess-v6            an id of PettingZoo's registry, `pettingzoo.register` included
mpe2/simple_tag-v3          module simple_tag_v3 of a package that is laid out like PettingZoo's
my_package.my_module:env    a function that returns an env

Of such a game the arena knows what the env says of itself: seats, spaces, options, whether all move at once. Nothing
is claimed of its returns or of what is hidden, so that it offers no model.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import importlib
import importlib.util
import inspect
import os
import pkgutil
import re
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from arena.errors import UsageError, did_you_mean
from arena.game import Game

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

_FULL_ID = re.compile(r"[\w.-]+/[\w.-]+|[\w.]+-v\d+")
_FUNCTION = re.compile(r"([A-Za-z_][\w.]*):([A-Za-z_]\w*)(?![\w=])")
_VERSION = re.compile(r"[-_]v(\d+)$")
_PACKAGES = ("mpe2",)  # laid out like PettingZoo, and an extra of this distribution
_EXTRAS = ("classic", "butterfly", "sisl", *_PACKAGES)  # named as the first part of an id
_MAX_PLIES = 100_000
_DRAWING = ("render_mode", "render_fps", "screen_height", "screen_width", "screen_scaling")

Creator = Callable[..., Any]


def function_id(text: str) -> str | None:
    """The `module:function` that `text` begins with, None where it begins with something else."""
    found = _FUNCTION.match(text)
    return found.group() if found else None


def foreign_game(game_id: str, known: Iterable[Game]) -> Game | None:
    """The game of a full id or of `module:function`, None where `game_id` is neither.

    Where one of the `known` games wraps that very env, all that is true of it is taken over. Raises UsageError for an
    env that is not there.
    """
    if function_id(game_id) == game_id:
        return _game(game_id, _function(game_id), "1")
    if not _FULL_ID.fullmatch(game_id):
        return None
    full_id, creator = _creator(game_id)
    twin = next((game for game in known if game.env_id == full_id), None)
    if twin is not None:
        return dataclasses.replace(twin, id=full_id, env_id="")
    version = _VERSION.search(full_id)
    return _game(full_id, creator, version.group(1) if version else "0")


def _function(text: str) -> Creator:
    module_name, _, name = text.partition(":")
    if os.getcwd() not in sys.path:  # noqa: PTH109  # sys.path holds texts
        sys.path.append(os.getcwd())  # noqa: PTH109  # behind all else, so that no folder here hides a package
    function = getattr(_import(module_name, text), name, None)
    if not callable(function):
        raise UsageError(f"game {text!r}: module {module_name!r} has no function {name!r}")
    return function  # type: ignore[no-any-return]  # callable, as was checked


def _import(module_name: str, game_id: str) -> ModuleType:
    try:
        return importlib.import_module(module_name)
    except (Exception, SystemExit) as error:
        raise UsageError(f"game {game_id!r}: module {module_name!r} cannot be imported ({error})") from error


def _creator(full_id: str) -> tuple[str, Creator]:
    """The id with its version, and what makes the env: the parallel one where there are both."""
    import pettingzoo
    from pettingzoo.env_registry.exceptions import PettingZooRegistryError

    for env_type in ("parallel", "aec"):
        with contextlib.suppress(PettingZooRegistryError):  # it is not in this one
            spec = pettingzoo.spec(env_type, full_id)
            return spec.id, functools.partial(_registered, env_type, spec)
    creator = _of_a_package_like_pettingzoo(full_id)
    if creator is None:
        ids = {*pettingzoo.aec_registry, *pettingzoo.parallel_registry, *_ids_of_packages()}
        hint = _package_hint(full_id) or did_you_mean(full_id, ids)
        raise UsageError(f"no game {full_id!r}.{hint} 'pettingzoo.pprint_registry()' lists what PettingZoo has.")
    return _dashed(full_id), creator


def _dashed(name: str) -> str:
    """The name as PettingZoo writes it: `chess-v6` for `chess_v6`."""
    return _VERSION.sub(r"-v\1", name)


def _registered(env_type: str, spec: Any, **options: Any) -> Any:
    """An env of PettingZoo's registry. Raises ImportError where a package is missing that one of our extras brings."""
    import pettingzoo
    from pettingzoo.env_registry.exceptions import FailedToImport

    try:
        return pettingzoo.make(env_type, spec, **options)
    except FailedToImport as error:
        if spec.namespace in _EXTRAS and isinstance(error.__cause__, ImportError):
            raise error.__cause__ from error
        raise


def _of_a_package_like_pettingzoo(full_id: str) -> Creator | None:
    package, _, name = full_id.partition("/")
    module_name = package + "." + _VERSION.sub(r"_v\1", name)
    try:
        if not name or importlib.util.find_spec(module_name) is None:
            return None
    except (ImportError, ValueError):
        return None
    module = _import(module_name, full_id)
    return getattr(module, "parallel_env", None) or getattr(module, "env", None)


def _ids_of_packages() -> list[str]:
    """The full ids of what the packages that are laid out like PettingZoo bring."""
    specs = {package: importlib.util.find_spec(package) for package in _PACKAGES}
    return [
        f"{package}/{_dashed(module.name)}"
        for package, spec in specs.items()
        if spec
        for module in pkgutil.iter_modules(spec.submodule_search_locations)
        if _VERSION.search(module.name)
    ]


def _package_hint(full_id: str) -> str:
    package = full_id.partition("/")[0]
    if package not in _PACKAGES or importlib.util.find_spec(package):
        return ""
    return f" Its package is not installed: pip install 'game-ai-arena[{package}]'."


def _game(game_id: str, creator: Creator, version: str) -> Game:
    extra = game_id.partition("/")[0]
    game = Game(
        game_id,
        make=creator,
        version=version,
        extra=extra if extra in _EXTRAS else "",
        return_range=(float("-inf"), float("inf")),
        stochastic=True,  # for all we know the seed decides about it
        max_plies=_MAX_PLIES,
    )
    env = _said(game)
    options = _options(creator, env)
    if getattr(env, "metadata", {}).get("is_parallelizable") and hasattr(env, "agent_iter"):
        game = dataclasses.replace(game, make=functools.partial(_at_once, creator), simultaneous=True)
    env.close()
    return dataclasses.replace(game, simultaneous=not hasattr(env, "agent_iter") or game.simultaneous, options=options)


def _at_once(creator: Creator, **options: Any) -> Any:
    """An env whose seats choose at the same time as a parallel one: its AEC form holds moves not all may know."""
    from pettingzoo.utils.conversions import aec_to_parallel

    return aec_to_parallel(creator(**options))


def _said(game: Game) -> Any:
    """A new env, whatever goes wrong said in one line."""
    try:
        return game.make_native()
    except UsageError:
        raise
    except (Exception, SystemExit) as error:
        raise UsageError(f"game {game.id!r}: its env cannot be made ({type(error).__name__}: {error})") from error


def _options(creator: Creator, env: Any) -> Mapping[str, Any]:
    """The parameters of the env with plain defaults; who hands all of them on is asked for what it hands them to."""
    asked: list[Creator] = [creator, type(env.unwrapped)]
    if hasattr(env.unwrapped, "env"):  # sisl's envs are shells of what does the work
        asked.append(type(env.unwrapped.env))
    for maker in asked:
        parameters = inspect.signature(maker).parameters.values()
        if not any(one.kind is one.VAR_KEYWORD for one in parameters):
            break
    return {
        one.name: one.default
        for one in parameters
        if isinstance(one.default, int | float | str) and one.name not in _DRAWING
    }
