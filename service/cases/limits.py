"""How much one plan or batch may ask for. Settings may allow less, never more."""

from datetime import date
from typing import Final

MAX_CASES: Final = 5000
#: Of addresses to locate in the background.
MAX_BATCH_ROWS: Final = 100_000
MAX_COLLECTORS: Final = 500
MAX_BUDGET_S: Final = 600
MAX_ITERATIONS: Final = 1_000_000_000
MAX_THREADS: Final = 256
MAX_MINUTES_PER_PRIORITY_POINT: Final = 60
#: Days that a plan may be made for: beyond them lies a mistake in the request.
EARLIEST_DAY: Final = date(2000, 1, 1)
LATEST_DAY: Final = date(2100, 12, 31)
