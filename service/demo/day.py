"""The day that the demonstration plans: sixty cases in Liechtenstein, three of them hopeless on purpose."""

from importlib.resources import files


def demo_day() -> str:
    """Return the body of the request, JSON. It names no date: the day is today."""
    return (files("service.demo") / "day.json").read_text(encoding="utf-8")
