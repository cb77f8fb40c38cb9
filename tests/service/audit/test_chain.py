"""The chain: whatever is changed in a log, removed from it or added to it is found, and found where it is."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from service.audit.chain import ADDED, ALTERED, CUT_OFF, GENESIS, MISSING, REPLACED, Break, Head, first_break, linked
from service.audit.entry import Recorded

_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_maybe = st.none() | _texts
_details = st.dictionaries(_texts, _texts | st.integers(-(2**53), 2**53) | st.booleans(), max_size=3)
_instants = st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
_values: dict[str, st.SearchStrategy[Any]] = {
    "tenant": _texts,
    "seq": st.integers(1, 2**40),
    "at": _instants,
    "actor_kind": _texts,
    "actor": _texts,
    "role": _maybe,
    "action": _texts,
    "object_kind": _maybe,
    "object_id": _maybe,
    "reason": _maybe,
    "request": _maybe,
    "details": _details,
    "hash": st.binary(min_size=32, max_size=32),
}
_rows = st.builds(Recorded, **_values)


@st.composite
def logs(draw: st.DrawFn) -> list[Recorded]:
    """Logs of one to six entries as they are written."""
    last, log = GENESIS, []
    for seq, row in enumerate(draw(st.lists(_rows, min_size=1, max_size=6)), start=1):
        log.append(linked(replace(row, tenant="bank", seq=seq), last))
        last = log[-1].hash
    return log


def end_of(log: list[Recorded]) -> Head:
    return Head(seq=log[-1].seq, hash=log[-1].hash) if log else Head()


@given(logs())
def test_a_log_as_it_was_written_has_no_break(log: list[Recorded]) -> None:
    seen = [end_of(log[:count]) for count in range(len(log) + 1)]

    assert first_break(log, end=end_of(log), seen=seen) is None


def test_the_strategy_changes_every_field_there_is() -> None:
    assert set(_values) == {field.name for field in fields(Recorded)}


@given(logs(), st.data())
def test_a_change_of_any_field_of_any_entry_is_found_there(log: list[Recorded], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(log) - 1))
    name = data.draw(st.sampled_from(sorted(_values)))
    value = data.draw(_values[name])
    # 1 and True are the same to Python and not the same in JSON: both must be told apart, by their text.
    assume(repr(value) != repr(getattr(log[index], name)))
    changed = [*log[:index], replace(log[index], **{name: value}), *log[index + 1 :]]

    found = first_break(changed, end=end_of(log))

    assert found is not None
    assert (found.seq, found.why) == (index + 1, MISSING if name == "seq" else ALTERED)


@given(logs(), st.data())
def test_a_change_of_any_bit_of_any_text_is_found(log: list[Recorded], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(log) - 1))
    raw = bytearray(log[index].hash)
    bit = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[bit // 8] ^= 1 << bit % 8
    changed = [*log[:index], replace(log[index], hash=bytes(raw)), *log[index + 1 :]]

    assert first_break(changed, end=end_of(log)) == Break(seq=index + 1, why=ALTERED)


@given(logs(), st.data())
def test_a_missing_entry_is_found_where_it_was(log: list[Recorded], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(log) - 1))

    found = first_break([*log[:index], *log[index + 1 :]], end=end_of(log))

    assert found == Break(seq=index + 1, why=CUT_OFF if index == len(log) - 1 else MISSING)


@given(logs(), st.data())
def test_a_log_cut_off_together_with_its_head_is_found_by_a_head_kept_elsewhere(
    log: list[Recorded], data: st.DataObject
) -> None:
    kept = log[: data.draw(st.integers(0, len(log) - 1))]

    assert first_break(kept, end=end_of(kept)) is None
    assert first_break(kept, end=end_of(kept), seen=[end_of(log)]) == Break(seq=len(kept) + 1, why=CUT_OFF)


@given(logs(), st.data())
def test_a_log_written_anew_with_right_hashes_is_found_by_a_head_kept_elsewhere(
    log: list[Recorded], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(log) - 1))
    forged, last = log[:index], log[index - 1].hash if index else GENESIS
    for row in log[index:]:
        forged.append(linked(replace(row, at=row.at + timedelta(seconds=1)), last))
        last = forged[-1].hash

    assert first_break(forged, end=end_of(forged)) is None
    assert first_break(forged, end=end_of(forged), seen=[end_of(log)]) == Break(seq=len(log), why=REPLACED)


@given(logs(), st.data())
def test_entries_behind_the_end_are_found(log: list[Recorded], data: st.DataObject) -> None:
    known = log[: data.draw(st.integers(0, len(log) - 1))]

    assert first_break(log, end=end_of(known)) == Break(seq=len(known) + 1, why=ADDED)


@given(logs())
def test_a_head_is_read_as_it_was_written(log: list[Recorded]) -> None:
    assert Head.parse(f" {end_of(log)}\n") == end_of(log)
