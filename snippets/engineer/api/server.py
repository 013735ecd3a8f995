"""Serve an app on this machine, so that a test calls it as a caller would."""

import socket
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress

import uvicorn
from fastapi import FastAPI

__all__ = ["serve"]


@contextmanager
def serve(app: FastAPI) -> Generator[str]:
    """Serve an app on a free port for as long as a `with` block runs.

    Parameters
    ----------
    app : FastAPI
        Its lifespan begins before the block does, and ends after it.

    Yields
    ------
    str
        The address, without a slash at its end.

    Raises
    ------
    RuntimeError
        If the app fails at its start.
    """
    # Its protocol is named, else asyncio lets small packets wait for each other.
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None))

        def run() -> None:
            with suppress(
                SystemExit
            ):  # uvicorn's way to end when an app fails to start
                server.run([listener])

        thread = threading.Thread(target=run)
        thread.start()
        try:
            while not server.started:
                if not thread.is_alive():
                    raise RuntimeError(f"{app.title} failed at its start: see its log")
                time.sleep(0.001)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
