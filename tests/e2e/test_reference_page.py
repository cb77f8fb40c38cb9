"""The HTTP reference in a browser: it draws itself under the strict policy, from this host alone."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.e2e.browser import started_browser
from tests.e2e.site import running_site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_the_reference_draws_itself_and_asks_no_other_host(tmp_path: Path) -> None:
    asked: list[str] = []
    complaints: list[str] = []

    with running_site(tmp_path / "none.pmtiles") as site, started_browser() as browser:
        page = browser.new_page(color_scheme="dark")
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{site.url}/")
        page.locator("#operations-Plans-create_plan").click()
        page.get_by_text("Im Pardiel 46, 9494 Schaan").first.wait_for()
        conventions = page.get_by_text("longitude before latitude").count()
        ink = page.evaluate("getComputedStyle(document.querySelector('.opblock-summary-description')).color")

    assert conventions == 1
    assert min(map(int, re.findall(r"\d+", ink))) > 200  # light letters: the reader's system is dark
    assert complaints == []
    assert {f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" for url in asked} == {site.url}
