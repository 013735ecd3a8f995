"""Prepare each Python that runs without a namespace, or with another date."""

import os

if os.environ.get("HANDBOOK_NETWORK") == "guard":
    from handbook.run.engine.network import refuse_the_network

    refuse_the_network()

if "FAKETIME" in os.environ:
    import select
    import time
    from typing import SupportsIndex

    def _sleep(seconds: float | SupportsIndex, /) -> None:
        select.select([], [], [], float(seconds))

    # libfaketime 0.9.10 breaks the system's call to sleep until a given time.
    time.sleep = _sleep
