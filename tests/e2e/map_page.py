"""A map page in a browser: opened, watched for anything it must not do, and read."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from playwright.sync_api import Browser, ConsoleMessage, Page

DESKTOP: Final[dict[str, Any]] = {"viewport": {"width": 1440, "height": 900}}
PHONE: Final[dict[str, Any]] = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
}
#: A page under SwiftShader, on a machine that does other things too.
_PATIENCE_S: Final = 60.0

#: Every figure of the list: what its element holds and what the reader sees.
_READ_LIST: Final = """
() => {
  const text = (element) => element.textContent.trim();
  const figure = (element) => [element.value ?? element.getAttribute("datetime"), text(element)];
  const figures = (root, kind) => [...root.querySelectorAll(kind)].map(figure);
  return {
    title: text(document.getElementById("title")),
    totals: figures(document.getElementById("totals"), "data, time"),
    cards: [...document.querySelectorAll(".card")].map((card) => ({
      collector: card.dataset.collector,
      hours: figures(card, ".card-hours time"),
      facts: figures(card, ".facts data"),
      depots: figures(card, ".stops .depot time"),
      legs: [...card.querySelectorAll(".leg")].map((leg) => figures(leg, ".leg-sums data")),
      stops: [...card.querySelectorAll(".stop")].map((stop) => ({
        number: text(stop.querySelector(".badge")),
        arrival: figures(stop, ".stop-time time"),
        case: text(stop.querySelector(".case-id")),
        service: figures(stop, ".stop-note > .duration"),
        waiting: figures(stop, ".stop-wait data, .stop-wait time"),
        priority: figures(stop, ".priority data"),
        mandatory: stop.querySelector(".must") !== null,
      })),
    })),
    unassigned: [...document.querySelectorAll("#unassigned .reason")].flatMap((reason) =>
      [...reason.querySelectorAll(".case")].map((one) => ({
        case: text(one.querySelector(".case-id")), code: reason.dataset.code, title: text(reason.querySelector("h3")),
      }))),
  };
}
"""


@dataclass
class Watched:
    """A page, and what it did that it must not do."""

    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def until(self, script: str, wanted: Callable[[Any], bool] = bool) -> Any:
        """Evaluate until it answers what is wanted. The strict policy forbids Playwright's wait_for_function."""
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            answer = self.page.evaluate(script)
            if wanted(answer):
                return answer
            if time.monotonic() > deadline:
                msg = f"The page never answered what was wanted to {script!r}; it says {answer!r}. {self.complaints}"
                raise AssertionError(msg)
            self.page.wait_for_timeout(50)

    def open(self, url: str) -> None:
        """Go there and wait for the state of the plan."""
        self.page.goto(url)
        self.until("document.body.dataset.state ?? 'message'", lambda state: state != "loading")

    def open_map(self, url: str) -> None:
        """Go there and wait until the map is drawn."""
        self.open(url)
        self.until_drawn()

    def until_drawn(self) -> None:
        """Wait until the map is drawn and still."""
        self.until("document.getElementById('map').dataset.drawn === 'yes'")
        self.until("(({map}) => map.loaded() && !map.isMoving())(document.getElementById('map').routeMap)")

    def read_list(self) -> Any:
        """Return every figure of the list."""
        return self.page.evaluate(_READ_LIST)

    def source(self, name: str) -> list[Any]:
        """Return the features of one source of the map, as they are drawn."""
        script = "(name) => document.getElementById('map').routeMap.map.getSource(name).getData()"
        features: list[Any] = self.page.evaluate(script, name)["features"]
        return features

    def rendered(self, layer: str) -> list[Any]:
        """Return the properties of the features of a layer that are on the screen."""
        script = """(layer) => document.getElementById('map').routeMap.map
            .queryRenderedFeatures({ layers: [layer] }).map(({ properties }) => properties)"""
        properties: list[Any] = self.page.evaluate(script, layer)
        return properties

    def until_rendered(self, layer: str, wanted: Callable[[list[Any]], bool]) -> list[Any]:
        """Wait until a layer shows what is wanted: a camera that was told to move has not moved yet."""
        deadline = time.monotonic() + _PATIENCE_S
        while not wanted(shown := self.rendered(layer)):
            if time.monotonic() > deadline:
                msg = f"Layer {layer} never showed what was wanted, but {len(shown)} features."
                raise AssertionError(msg)
            self.page.wait_for_timeout(50)
        return shown

    def screen_position(self, lon: float, lat: float) -> tuple[float, float]:
        """Return where a place is on the screen."""
        script = """([lon, lat]) => { const element = document.getElementById('map');
            const { x, y } = element.routeMap.map.project([lon, lat]); const box = element.getBoundingClientRect();
            return [x + box.left, y + box.top]; }"""
        x, y = self.page.evaluate(script, [lon, lat])
        return x, y


#: Opens a page in a context of its own that may ask no other host and may complain of nothing.
OpenPage = Callable[..., AbstractContextManager[Watched]]


@contextmanager
def watched_page(browser: Browser, **context: Any) -> Iterator[Watched]:
    """Give a page in a context of its own."""
    opened = browser.new_context(**{**DESKTOP, "locale": "en-GB", "reduced_motion": "reduce", **context})
    page = opened.new_page()
    watched = Watched(page)

    def note(message: ConsoleMessage) -> None:
        if "GPU stall due to ReadPixels" not in message.text:  # the software renderer about itself
            watched.complaints.append(message.text)

    page.on("request", lambda request: watched.asked.append(request.url))
    page.on("console", note)
    page.on("pageerror", lambda error: watched.complaints.append(str(error)))
    page.add_init_script(
        "addEventListener('securitypolicyviolation', (event) =>"
        " console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`))"
    )
    try:
        yield watched
    finally:
        opened.close()
