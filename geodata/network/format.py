"""What a stored road network says it is; it changes whenever another program would read it wrong."""

from typing import Final

FORMAT: Final = "doorstep road network"
VERSION: Final = 7
