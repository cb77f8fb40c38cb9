"""From pydantic's errors to the field errors of a problem: pointers and rules, never a value."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from service.schemas.base import ID_PATTERN
from service.schemas.problem import FieldError

#: More would only make the answer larger than the request.
MAX_FIELD_ERRORS: Final = 100
#: Longer keys are cut: no schema has one.
_MAX_KEY_LENGTH: Final = 64

_PLACE: Final = '{"address": "..."} or {"location": {"lat": ..., "lon": ...}}'
#: pydantic's error types -> our code and rule, where its own words do not say what to do.
_RULES: Final = {
    "missing": ("missing", "Required: add it."),
    "extra_forbidden": ("unknown_key", "Unknown key: correct its spelling or remove it."),
    "model_type": ("wrong_type", "Must be a JSON object."),
    "model_attributes_type": ("wrong_type", "Must be a JSON object."),
    "list_type": ("wrong_type", "Must be a JSON array."),
    "string_type": ("wrong_type", "Must be a JSON string."),
    "string_unicode": ("wrong_text", "Must be valid Unicode text, without lone surrogates."),
    "uuid_type": ("wrong_text", "Must be a UUID, as the id of a plan is."),
    "uuid_parsing": ("wrong_text", "Must be a UUID, as the id of a plan is."),
    "int_type": ("wrong_type", "Must be a whole number, not a string, a boolean or a fraction."),
    "int_parsing": ("wrong_type", "Must be a whole number."),
    "int_from_float": ("wrong_type", "Must be a whole number, not a string, a boolean or a fraction."),
    "float_type": ("wrong_type", "Must be a number, not a string or a boolean."),
    "bool_type": ("wrong_type", "Must be true or false."),
    "too_short": ("wrong_length", "Must not be empty."),
    "string_too_short": ("wrong_length", "Must not be empty."),
    "finite_number": ("out_of_range", "Must be a finite number."),
    "place_missing": ("place_missing", f"Give an address, a location, or both: {_PLACE}."),
}
#: The rule of a key that lies one level too high.
_MISPLACED: Final = dict.fromkeys(("lat", "lon"), f"Unknown key: a place is {_PLACE}.")
#: The same where the rule has a limit in it, which pydantic's context gives.
_LIMITS: Final = {
    "greater_than": ("out_of_range", "Must be more than {gt}."),
    "greater_than_equal": ("out_of_range", "Must be at least {ge}."),
    "less_than": ("out_of_range", "Must be less than {lt}."),
    "less_than_equal": ("out_of_range", "Must be at most {le}."),
    "string_too_long": ("wrong_length", "Must have at most {max_length} characters."),
    "too_long": ("wrong_length", "Must have at most {max_length} entries, got {actual_length}."),
    "literal_error": ("unknown_word", "Must be {expected}."),
    "enum": ("unknown_word", "Must be {expected}."),
    "string_pattern_mismatch": ("wrong_text", "Must match {pattern}."),
}
#: What the patterns of the schemas say.
_PATTERNS: Final = {
    ID_PATTERN: "Must be letters, digits and . _ : - only, and begin with a letter or a digit.",
    "^[a-z][a-z0-9_-]*$": "Must be small Latin letters, digits, _ and - only, and begin with a letter.",
}
#: Our own error types: the message speaks of the rule alone, and the type is the code.
_SAFE: Final = frozenset(
    {
        "blank",
        "local_time",
        "iso_date",
        "instant",
        "control_character",
        "window_order",
        "duplicate_id",
        "duplicate_speed",
        "pin_missing",
        "start_missing",
        "break_missing",
        "break_order",
        "overtime_outside_shift",
        "prefix_too_long",
        "skill_contradiction",
        "suppression_order",
        "promise_contradiction",
        "calendar_contradiction",
        "duplicate_day",
        "shift_missing",
        "nothing_to_change",
        "person_contradiction",
        "person_missing",
        "twice",
    }
)
#: Our own errors that say themselves which field they are about.
_POINTING: Final = ("duplicate_id", "duplicate_speed")
#: One error for all the fields that contradict others, listed in its context.
_CONTRADICTIONS: Final = "contradictions"


def field_errors(errors: Sequence[Mapping[str, object]]) -> tuple[FieldError, ...]:
    """Return the first hundred errors of a body, as FastAPI reports them, with pointers into the body."""
    return tuple(islice((found for error in errors for found in _found(error)), MAX_FIELD_ERRORS))


def plain_rule(error: Mapping[str, object]) -> str:
    """Return what an error of pydantic's asks for; in pydantic's own words, or ours, where they say it.

    Examples
    --------
    >>> plain_rule({"type": "greater_than_equal", "ctx": {"ge": 1}})
    'Must be at least 1.'
    """
    kind, context = str(error["type"]), error.get("ctx")
    if kind == "string_too_short" and isinstance(context, Mapping) and context.get("min_length") != 1:
        return f"Must have at least {context['min_length']} characters."
    if kind in _RULES:
        return _RULES[kind][1]
    if kind in _LIMITS and isinstance(context, Mapping):
        shown = {name: f"{value:g}" if isinstance(value, float) else value for name, value in context.items()}
        return _PATTERNS.get(str(context.get("pattern"))) or _LIMITS[kind][1].format(**shown)
    return str(error["msg"]).removeprefix("Value error, ")


def json_pointer(steps: Sequence[object]) -> str:
    """Return the steps as a JSON pointer (RFC 6901).

    Examples
    --------
    >>> json_pointer(["cases", 3, "a/b"])
    '/cases/3/a~1b'
    """
    return "".join("/" + _token(str(step)) for step in steps)


def _found(error: Mapping[str, object]) -> Iterator[FieldError]:
    context = error.get("ctx")
    if error["type"] == _CONTRADICTIONS and isinstance(context, Mapping):
        for pointer, code, rule in context["found"]:
            yield FieldError(pointer=json_pointer(_steps(error)) + pointer, code=code, detail=rule)
    else:
        yield _field_error(error)


def _field_error(error: Mapping[str, object]) -> FieldError:
    kind = str(error["type"])
    code, rule = "invalid", "Does not have the form that the reference at /docs describes."
    if kind in _SAFE:
        code, rule = kind, str(error["msg"])
    elif kind in _RULES or kind in _LIMITS:
        code, rule = (_RULES.get(kind) or _LIMITS[kind])[0], plain_rule(error)
    pointer = _pointer(kind, error)
    if kind == "extra_forbidden":
        rule = _MISPLACED.get(pointer.rpartition("/")[2], rule)
    return FieldError(pointer=pointer, code=code, detail=rule)


def _pointer(kind: str, error: Mapping[str, object]) -> str:
    context = error.get("ctx")
    if kind in _POINTING and isinstance(context, Mapping):
        return json_pointer(_steps(error)) + str(context["pointer"])
    steps = _steps(error)
    if isinstance(context, Mapping) and isinstance(field := context.get("field"), Sequence):
        steps += field
    return json_pointer([*steps, "end"] if kind == "window_order" else steps)


def _steps(error: Mapping[str, object]) -> list[object]:
    """Return where in the body the model is that refuses: what it points at itself is behind that."""
    location = error["loc"]
    return list(location)[1:] if isinstance(location, Sequence) else []


def _token(step: str) -> str:
    if len(step) > _MAX_KEY_LENGTH:
        step = step[:_MAX_KEY_LENGTH] + "…"
    clean = step.encode("utf-8", "replace").decode("utf-8")
    return clean.replace("~", "~0").replace("/", "~1")
