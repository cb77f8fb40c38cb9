"""Turning templates into pages."""

from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

_TEMPLATES: Final = Path(__file__).parent / "templates"


def render(template: str, **names: object) -> str:
    """Return the page of a template; what it is given is escaped. `asset` says where a file of static/ is."""
    return _environment().get_template(template).render(names)


@cache
def _environment() -> Environment:
    """Make the template engine: everything is escaped, and an unknown name is an error."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = lambda path: f"/static/{path}"
    return environment
