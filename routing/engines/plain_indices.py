"""Indices of our kernels are taken as they are: none of them counts from the end of an array.

In Python negative ones do, so numba has each index compared with zero and perhaps something added before anything is
read: a fifth of the time of a search (ADR 29). It has no option to leave that out.
"""

from typing import Any

from numba.core import types
from numba.np import arrayobj


def take_indices_as_they_are() -> None:
    """Have code that is compiled without reference counts, ours alone in a process, read indices as they are.

    An index below 0 then reads or writes what lies before the array.
    """
    from_the_end = arrayobj.fix_integer_index

    def as_it_is(context: Any, builder: Any, kind: Any, index: Any, size: Any) -> Any:  # numba has no types
        if context.enable_nrt or not kind.signed:
            return from_the_end(context, builder, kind, index, size)  # type: ignore[no-untyped-call]
        return context.cast(builder, index, kind, types.intp)

    arrayobj.fix_integer_index = as_it_is
