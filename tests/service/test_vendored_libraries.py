"""The browser libraries on disk are the ones that VENDOR.md names."""

from pathlib import Path

from scripts.vendor import INVENTORY, VENDOR, faults


def test_vendored_files_have_the_sha256_that_the_inventory_names() -> None:
    found = faults(VENDOR)

    assert found == []


def test_a_changed_a_missing_and_an_unlisted_file_are_told_apart(tmp_path: Path) -> None:
    rows = "\n".join(f"| `{name}` | x 1 | MIT | `{'0' * 64}` |" for name in ("changed.js", "missing.js"))
    (tmp_path / INVENTORY).write_text(rows, encoding="utf-8")
    (tmp_path / "changed.js").write_text("1", encoding="utf-8")
    (tmp_path / "unlisted.js").write_text("1", encoding="utf-8")

    found = faults(tmp_path)

    assert [fault.split()[0] for fault in found] == ["unlisted.js", "changed.js", "missing.js"]


def test_vendored_files_name_no_source_map() -> None:
    named = [path.name for path in VENDOR.iterdir() if b"sourceMappingURL=" in path.read_bytes()]

    assert named == []
