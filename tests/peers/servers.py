"""Servers of other engines on 127.0.0.1, on an extract of the test's own."""

import json
import runpy
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.peers.wheels import unpacked

START_S = 60.0


def osrm_program(name: str) -> Path:
    """Path of one of OSRM's programs."""
    return unpacked("osrm-bindings") / "osrm" / "bin" / name


def osrm_car_profile() -> Path:
    """OSRM's own profile for cars."""
    return unpacked("osrm-bindings") / "osrm" / "share" / "profiles" / "car.lua"


def prepare_osrm(extract: Path, folder: Path, *, profile: Path | None = None, threads: int = 1) -> Path:
    """Run osrm-extract and osrm-contract; return the base of the files they leave."""
    copy = folder / f"map{''.join(extract.suffixes[-2:])}"
    shutil.copy(extract, copy)
    _run([osrm_program("osrm-extract"), "-p", profile or osrm_car_profile(), "-t", str(threads), copy])
    base = folder / "map.osrm"
    _run([osrm_program("osrm-contract"), "-t", str(threads), base])
    return base


@contextmanager
def osrm_server(base: Path, *, max_table_size: int = 100, threads: int = 1) -> Iterator[str]:
    """Serve prepared files; yields the address."""
    port = _free_port()
    options = ["-i", "127.0.0.1", "-p", str(port), "-t", str(threads), "--max-table-size", str(max_table_size)]
    with _running([osrm_program("osrm-routed"), *options, base], port, base.parent / "osrm-routed.log"):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def valhalla_server(extract: Path, folder: Path) -> Iterator[str]:
    """Build Valhalla's tiles of an extract and serve them; yields the address."""
    programs = unpacked("pyvalhalla") / "valhalla" / "bin"
    port = _free_port()
    config = folder / "valhalla.json"
    config.write_text(json.dumps(_valhalla_config(folder, port)))
    (folder / "tiles").mkdir()
    _run([programs / "valhalla_build_tiles", "-c", config, extract])
    with _running([programs / "valhalla_service", config, "1"], port, folder / "valhalla_service.log"):
        yield f"http://127.0.0.1:{port}"


def _valhalla_config(folder: Path, port: int) -> dict[str, Any]:
    """Return the wheel's default configuration with our folders and our port."""
    source = unpacked("pyvalhalla") / "valhalla" / "valhalla_build_config.py"
    defaults = runpy.run_path(str(source))
    config = _without_optional(defaults["config"], defaults["Optional"])
    config["mjolnir"] |= {"tile_dir": str(folder / "tiles"), "tile_extract": "", "concurrency": 1}
    for part in ("loki", "thor", "odin", "meili"):
        config[part].setdefault("service", {})["proxy"] = f"ipc://{folder}/{part}"
    config["httpd"]["service"] |= {
        "listen": f"tcp://127.0.0.1:{port}",
        "loopback": f"ipc://{folder}/loopback",
        "interrupt": f"ipc://{folder}/interrupt",
    }
    return config


def _without_optional(config: dict[str, Any], optional: type) -> dict[str, Any]:
    return {
        key: _without_optional(value, optional) if isinstance(value, dict) else value
        for key, value in config.items()
        if not isinstance(value, optional)
    }


@contextmanager
def _running(command: Sequence[str | Path], port: int, log: Path) -> Iterator[None]:
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT) as process:
        try:
            _wait_until_it_listens(process, port, log)
            yield
        finally:
            process.kill()


def _wait_until_it_listens(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    give_up = time.monotonic() + START_S
    while time.monotonic() < give_up:
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError(f"The server did not start:\n{log.read_text()[-2000:]}")


def _run(command: Sequence[str | Path]) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout[-2000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
