"""Prices as the label kernels take them: whole parts of a second, cuts as bits."""

from collections.abc import Sequence

import numpy as np

from routing.engines.bound.arrays import Tolls
from routing.engines.bound.cuts import MAX_CUTS, Cut
from routing.engines.bound.master import Prices
from routing.engines.bound.near import Neighbourhoods
from routing.engines.bound.pricing import SCALE


def tolls_of(prices: Prices, cuts: Sequence[Cut], near: Neighbourhoods, penalty: Sequence[int]) -> Tolls:
    """Round prices to parts of a second, see SCALE; none of a visit is above its penalty."""
    size = len(penalty)
    near_low, near_high = near.bits()
    cut_in, cut_near = np.zeros(size, np.uint64), np.zeros(size, np.uint64)
    cut_price = np.zeros(MAX_CUTS, np.int64)
    for bit, (cut, price) in enumerate(zip(cuts, prices.cut, strict=True)):
        cut_price[bit] = round(price * SCALE)
        if cut_price[bit]:
            cut_in[list(cut.visits)] |= np.uint64(1 << bit)
            cut_near[list(cut.memory)] |= np.uint64(1 << bit)
    most = np.array(penalty, np.int64) * SCALE
    return Tolls(
        prize=np.minimum(np.rint(prices.prize * SCALE).astype(np.int64), most),
        near_low=near_low,
        near_high=near_high,
        cut_in=cut_in,
        cut_near=cut_near,
        cut_price=cut_price,
    )
