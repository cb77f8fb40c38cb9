#!/bin/sh
# Creates .venv with everything that the locks name, doorstep itself included (editable).
# Needs Python >= 3.11; PYTHON=/path/to/python chooses one. Run by the Makefile.
set -eu
cd "$(dirname "$0")/.."

say() { printf 'doorstep: %s\n' "$*" >&2; }
give_up() { say "$*"; exit 1; }

is_recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        is_recent "$PYTHON" || give_up "PYTHON=$PYTHON is not a Python >= 3.11."
        echo "$PYTHON"
        return
    fi
    for candidate in python3.13 python3.12 python3.11 python3; do
        if is_recent "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    give_up "no Python >= 3.11 found. Install one, or say where it is: make PYTHON=/path/to/python"
}

# Debian and Ubuntu keep ensurepip, which a virtual environment needs, in a package of its own.
ensure_venv_module() {
    if "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        return
    fi
    package=$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
        give_up "this Python cannot make virtual environments. On Debian or Ubuntu: sudo apt-get install $package"
    fi
    say "installing $package"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >&2
}

if ! { is_recent .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1; }; then
    python=$(find_python)
    ensure_venv_module "$python"
    say "creating .venv with $("$python" --version)"
    rm -rf .venv
    "$python" -m venv .venv
fi

say "installing the packages of requirements-dev.lock"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
