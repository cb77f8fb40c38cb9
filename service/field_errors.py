"""From pydantic's errors to the field errors of a problem: pointers and rules, never a value."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Final

from service.schemas.problem import FieldError

#: More would only make the answer larger than the request.
MAX_FIELD_ERRORS: Final = 100
#: Longer keys are cut: no schema has one.
_MAX_KEY_LENGTH: Final = 64

#: pydantic's error types -> our code and rule, where its own words do not say what to do.
_RULES: Final = {
    "missing": ("missing", "Required: add it."),
    "extra_forbidden": ("unknown_key", "Unknown key: correct its spelling or remove it."),
    "model_type": ("wrong_type", "Must be a JSON object."),
    "model_attributes_type": ("wrong_type", "Must be a JSON object."),
    "list_type": ("wrong_type", "Must be a JSON array."),
    "string_type": ("wrong_type", "Must be a JSON string."),
    "string_unicode": ("wrong_text", "Must be valid Unicode text, without lone surrogates."),
    "int_type": ("wrong_type", "Must be a whole number, not a string, a boolean or a fraction."),
    "int_parsing": ("wrong_type", "Must be a whole number."),
    "int_from_float": ("wrong_type", "Must be a whole number, not a string, a boolean or a fraction."),
    "float_type": ("wrong_type", "Must be a number, not a string or a boolean."),
    "bool_type": ("wrong_type", "Must be true or false."),
    "too_short": ("wrong_length", "Must not be empty."),
    "string_too_short": ("wrong_length", "Must not be empty."),
    "finite_number": ("out_of_range", "Must be a finite number."),
}
#: pydantic's error types whose message speaks of the rule alone, and our code for them.
_SAFE: Final = {
    "greater_than": "out_of_range",
    "greater_than_equal": "out_of_range",
    "less_than": "out_of_range",
    "less_than_equal": "out_of_range",
    "string_too_long": "wrong_length",
    "too_long": "wrong_length",
    "literal_error": "unknown_word",
    "string_pattern_mismatch": "wrong_text",
    "local_time": "local_time",
    "iso_date": "iso_date",
    "control_character": "control_character",
    "window_order": "window_order",
    "place_missing": "place_missing",
    "duplicate_id": "duplicate_id",
    "duplicate_speed": "duplicate_speed",
}
#: Our own errors that say themselves which field they are about.
_POINTING: Final = ("duplicate_id", "duplicate_speed")


def field_errors(errors: Sequence[Mapping[str, object]]) -> tuple[FieldError, ...]:
    """Return the first hundred errors of a body, as FastAPI reports them, with pointers into the body."""
    return tuple(_field_error(error) for error in islice(errors, MAX_FIELD_ERRORS))


def json_pointer(steps: Sequence[object]) -> str:
    """Return the steps as a JSON pointer (RFC 6901).

    Examples
    --------
    >>> json_pointer(["cases", 3, "a/b"])
    '/cases/3/a~1b'
    """
    return "".join("/" + _token(str(step)) for step in steps)


def _field_error(error: Mapping[str, object]) -> FieldError:
    kind = str(error["type"])
    if kind in _RULES:
        code, rule = _RULES[kind]
    elif kind in _SAFE:
        code, rule = _SAFE[kind], str(error["msg"])
    else:
        code, rule = "invalid", "Does not have the form that the reference at /docs describes."
    return FieldError(pointer=_pointer(kind, error), code=code, detail=rule)


def _pointer(kind: str, error: Mapping[str, object]) -> str:
    context = error.get("ctx")
    if kind in _POINTING and isinstance(context, Mapping):
        return str(context["pointer"])
    location = error["loc"]
    steps = list(location)[1:] if isinstance(location, Sequence) else []
    return json_pointer([*steps, "end"] if kind == "window_order" else steps)


def _token(step: str) -> str:
    if len(step) > _MAX_KEY_LENGTH:
        step = step[:_MAX_KEY_LENGTH] + "…"
    clean = step.encode("utf-8", "replace").decode("utf-8")
    return clean.replace("~", "~0").replace("/", "~1")
