"""Fetch the browser libraries that the pages use from npm, by exact version, into service/web/static/vendor.

Run `python scripts/vendor.py` to refresh the files (needs npm), and `python scripts/vendor.py --check` to
compare what is on disk with VENDOR.md (needs nothing). A new version is a change of `PACKAGES`: the
integrity is the one that `npm view NAME@VERSION dist.integrity` prints.
"""

import argparse
import base64
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "service" / "web" / "static" / "vendor"
INVENTORY = "VENDOR.md"
_SOURCE_MAP = re.compile(rb"\n?(//[#@] sourceMappingURL=[^\n]*|/\*# sourceMappingURL=[^*]*\*/)\s*$")
_ROW = re.compile(r"^\| `(?P<file>[^`]+)` \| [^|]+ \| [^|]+ \| `(?P<sha256>[0-9a-f]{64})` \|$", re.MULTILINE)


class VendorError(Exception):
    """A package or a file that is not what it is said to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One npm package and the files of it that are kept.

    Attributes
    ----------
    integrity : npm's subresource integrity of the tarball.
    files : path in the package -> name in the vendor folder.
    kept : files that npm's tarball lacks and that stay as they are (a license text).
    """

    name: str
    version: str
    license: str
    integrity: str
    files: dict[str, str]
    kept: tuple[str, ...] = ()


PACKAGES = (
    Package(
        name="maplibre-gl",
        version="6.17.0",
        license="BSD-3-Clause",
        integrity="sha512-2chIZwpLGenoUQOcnm9Pk4SLbA8ppNFq8jlpXiq9vcYm3Y1wJ3fc82FL0GLwBaPYJCLzPv/mC46KEupVov75rQ==",
        files={
            "dist/maplibre-gl.mjs": "maplibre-gl.mjs",
            "dist/maplibre-gl-worker.mjs": "maplibre-gl-worker.mjs",
            "dist/maplibre-gl.css": "maplibre-gl.css",
            "LICENSE.txt": "maplibre-gl.LICENSE.txt",
        },
    ),
    Package(
        name="pmtiles",
        version="4.5.0",
        license="BSD-3-Clause",
        integrity="sha512-CBeD4SoUluFziGdy/8k7FOjQxQy486n+929W/tWophauvMICpkZ26vGBWhDt/6b1FZQWNaf4jFdT/5+q0Wii5w==",
        files={"dist/pmtiles.js": "pmtiles.js"},
        kept=("pmtiles.LICENSE.txt",),
    ),
    Package(
        name="fflate",  # inside pmtiles.js
        version="0.8.2",
        license="MIT",
        integrity="sha512-cPJU47OaAoCbg0pBvzsgpTPhmhqI5eJjh/JIu8tPj5q+T7iLvW/JAYUqmE7KOB4R1ZyEhzBaIQpQpardBF5z8A==",
        files={"LICENSE": "fflate.LICENSE.txt"},
    ),
    Package(
        name="swagger-ui-dist",
        version="5.35.0",
        license="Apache-2.0",
        integrity="sha512-U06rpMtW9V3XPGOBeamTUSr0Z09jMX4IJuANpE/EZbAhw0G8CgwrzU4YmXkn/h0wCDNsXdGarTNNHC3sU8yVUQ==",
        files={
            "swagger-ui-bundle.js": "swagger-ui-bundle.js",
            "swagger-ui.css": "swagger-ui.css",
            "LICENSE": "swagger-ui.LICENSE.txt",
            "NOTICE": "swagger-ui.NOTICE.txt",
            "swagger-ui-bundle.js.LICENSE.txt": "swagger-ui-bundle.js.LICENSE.txt",
        },
    ),
)


def refresh(vendor: Path) -> None:
    """Fetch every package, check its integrity, write its files and the inventory."""
    vendor.mkdir(parents=True, exist_ok=True)
    rows = []
    for package in PACKAGES:
        with tempfile.TemporaryDirectory() as folder:
            tarball = _fetch(package, Path(folder))
            for name, content in _members(package, tarball):
                (vendor / name).write_bytes(content)
        for name in (*package.files.values(), *package.kept):
            digest = hashlib.sha256((vendor / name).read_bytes()).hexdigest()
            rows.append(f"| `{name}` | {package.name} {package.version} | {package.license} | `{digest}` |")
    (vendor / INVENTORY).write_text(_inventory(rows), encoding="utf-8")


def faults(vendor: Path) -> list[str]:
    """Say what differs between the folder and its inventory; empty when nothing does."""
    text = (vendor / INVENTORY).read_text(encoding="utf-8")
    listed = {row["file"]: row["sha256"] for row in _ROW.finditer(text)}
    present = {path.name for path in vendor.iterdir()} - {INVENTORY}
    found = [f"{name} is in no row of {INVENTORY}" for name in sorted(present - listed.keys())]
    for name, digest in listed.items():
        if name not in present:
            found.append(f"{name} is missing")
        elif hashlib.sha256((vendor / name).read_bytes()).hexdigest() != digest:
            found.append(f"{name} is not the file that {INVENTORY} names")
    return found


def _fetch(package: Package, folder: Path) -> Path:
    subprocess.run(
        ["npm", "pack", "--silent", f"{package.name}@{package.version}"], cwd=folder, check=True, stdout=sys.stderr
    )
    tarball = next(folder.glob("*.tgz"))
    digest = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != package.integrity:
        msg = f"{package.name} {package.version} has integrity sha512-{digest}, not {package.integrity}."
        raise VendorError(msg)
    return tarball


def _members(package: Package, tarball: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the kept files; the line that names a source map is dropped, as the map is not shipped."""
    with tarfile.open(tarball) as archive:
        for path, name in package.files.items():
            file = archive.extractfile(f"package/{path}")
            if file is None:
                msg = f"{package.name} {package.version} has no file {path}."
                raise VendorError(msg)
            yield name, _SOURCE_MAP.sub(b"\n", file.read())


def _inventory(rows: list[str]) -> str:
    lines = [
        "# Vendored browser libraries",
        "",
        "Fetched from npm by `python scripts/vendor.py`, unchanged except that the line naming a source map is",
        "dropped. Do not edit: change the version in that script and run it again.",
        "`pmtiles.js` contains fflate. npm's package of pmtiles carries no license text: `pmtiles.LICENSE.txt`",
        "is the one of its repository, github.com/protomaps/PMTiles.",
        "",
        "| file | package | license | sha256 |",
        "|---|---|---|---|",
        *rows,
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Refresh, or only check; the exit code is 1 when the check finds something."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with VENDOR.md and fetch nothing")
    if not parser.parse_args().check:
        refresh(VENDOR)
    found = faults(VENDOR)
    for fault in found:
        print(f"vendor: {fault}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
