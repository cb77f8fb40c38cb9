#!/bin/sh
# Sees that the tests have what pip cannot give: a browser, curl and a Chinese font.
# Prints the browser's path on stdout, nothing when none can be had. Explains itself on stderr.
set -u
cd "$(dirname "$0")/.."

say() { printf 'doorstep: %s\n' "$*" >&2; }
has() { command -v "$1" >/dev/null 2>&1; }

find_browser() {
    if [ -n "${DOORSTEP_TEST_BROWSER:-}" ]; then
        command -v "$DOORSTEP_TEST_BROWSER"
        return
    fi
    for name in chromium chromium-browser google-chrome google-chrome-stable \
        "/Applications/Chromium.app/Contents/MacOS/Chromium" \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
        # Ubuntu's chromium-browser is a stub that only asks for a snap: a browser is what answers.
        if has "$name" && "$name" --version >/dev/null 2>&1; then
            command -v "$name"
            return
        fi
    done
    return 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_use_apt() {
    has apt-get && { [ "$(id -u)" = 0 ] || { has sudo && sudo -n true 2>/dev/null; }; }
}

missing_packages() {
    find_browser >/dev/null || echo chromium
    has curl || echo curl
    { has fc-list && [ -n "$(fc-list :lang=zh-cn)" ]; } || echo fonts-noto-cjk
}

install_with_apt() {
    say "installing $*"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=60 update -qq >&2 &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=60 install \
            -y -qq --no-install-recommends "$@" >&2
}

playwright_browser() {
    .venv/bin/python - <<'PYTHON'
from pathlib import Path

from playwright.sync_api import sync_playwright

with sync_playwright() as playwright:
    path = playwright.chromium.executable_path
if Path(path).exists():
    print(path)
PYTHON
}

missing=$(missing_packages | tr '\n' ' ')
if [ -n "$missing" ] && may_use_apt; then
    # shellcheck disable=SC2086 # one word for each package
    install_with_apt $missing || say "could not install $missing"
fi
if find_browser; then
    exit 0
fi
found=$(playwright_browser)
if [ -z "$found" ]; then
    say "no browser on this machine: asking Playwright for its own"
    .venv/bin/playwright install chromium >&2 && found=$(playwright_browser)
fi
[ -z "$found" ] || echo "$found"
