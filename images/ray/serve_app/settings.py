# SPDX-License-Identifier: MPL-2.0
"""The arguments of the builder, as `spcs_ray_serve_model` passes them in `args`, and those that change while it runs."""

from dataclasses import asdict, dataclass, field, fields

# Models of this family need no files: their names say that there is no model.
TOY_PREFIX = "toy/"
ENGINES = ("toy", "vllm")

# The ingress of the platform cuts a connection on which nothing moves for 90 s.
IDLE_LIMIT_SECONDS = 90


class SettingsError(ValueError):
    """Wrong arguments; the text names the argument, its value and what it should be."""


@dataclass(frozen=True)
class Settings:
    """engine: "toy", "vllm" or "auto": by the model's name. Sizes are tokens, times seconds."""

    model: str
    engine: str = "auto"
    tensor_parallel_size: int = 1
    seed: int = 0
    max_model_len: int | None = None
    default_max_tokens: int = 256
    heartbeat_seconds: float = 15.0
    max_body_bytes: int = 8 * 1024 * 1024
    token_seconds: float = 0.02
    prefill_seconds: float = 0.0
    engine_kwargs: dict = field(default_factory=dict)

    @property
    def engine_name(self) -> str:
        if self.engine != "auto":
            return self.engine
        return "toy" if self.model.startswith(TOY_PREFIX) else "vllm"

    def plain(self) -> dict:
        return asdict(self)


# What `user_config` may change without a restart.
CHANGEABLE = ("default_max_tokens", "heartbeat_seconds", "max_body_bytes", "token_seconds", "prefill_seconds")

_INTEGERS = {"tensor_parallel_size": 1, "default_max_tokens": 1, "max_body_bytes": 1024, "max_model_len": 1}
_SECONDS = ("heartbeat_seconds", "token_seconds", "prefill_seconds")


def parse(arguments: dict) -> Settings:
    """Settings from the builder's arguments; SettingsError for what is unknown, missing or out of range."""
    _refuse_unknown(arguments, [f.name for f in fields(Settings)], "argument")
    if not isinstance(arguments.get("model"), str) or not arguments["model"].strip():
        raise SettingsError('args.model must be the name of a model, such as "lmsys/vicuna-13b-v1.5-16k" or "toy/words"')
    engine = arguments.get("engine", "auto")
    if engine not in ("auto", *ENGINES):
        raise SettingsError(f"args.engine is {engine!r}; it must be one of auto, {', '.join(ENGINES)}")
    if not isinstance(arguments.get("engine_kwargs", {}), dict):
        raise SettingsError("args.engine_kwargs must be an object")
    return Settings(**{name: _checked(name, value) for name, value in arguments.items()})


def changed(settings: Settings, user_config: dict | None) -> Settings:
    """The settings after Serve's `reconfigure`."""
    user_config = user_config or {}
    _refuse_unknown(user_config, CHANGEABLE, "member of user_config")
    return Settings(**settings.plain() | {name: _checked(name, value) for name, value in user_config.items()})


def _refuse_unknown(given: dict, known, what: str) -> None:
    if not isinstance(given, dict):
        raise SettingsError(f"an object is needed, not {type(given).__name__}")
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise SettingsError(f"unknown {what}: {', '.join(unknown)}; there are {', '.join(sorted(known))}")


def _checked(name: str, value):
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if name in _INTEGERS and value is not None:
        # Serve may hand on whole numbers as floating ones.
        if not number or int(value) != value or value < _INTEGERS[name]:
            raise SettingsError(f"{name} is {value!r}; it must be a whole number of at least {_INTEGERS[name]}")
        return int(value)
    if name == "seed":
        if not number or int(value) != value:
            raise SettingsError(f"seed is {value!r}; it must be a whole number")
        return int(value)
    if name in _SECONDS:
        if not number or value < 0:
            raise SettingsError(f"{name} is {value!r}; it must be a number of seconds")
        if name == "heartbeat_seconds" and not 0 < value <= IDLE_LIMIT_SECONDS / 2:
            raise SettingsError(
                f"heartbeat_seconds is {value!r}; it must be above 0 and at most {IDLE_LIMIT_SECONDS // 2}: connections "
                f"that are idle for {IDLE_LIMIT_SECONDS} s are cut"
            )
        return float(value)
    return value
