"""Serve an app on loopback, so that a test asks it as a caller would."""

import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

__all__ = ["serve"]


@contextmanager
def serve(app: FastAPI, *, listener: socket.socket | None = None) -> Generator[str]:
    """Serve an app for as long as a `with` block runs.

    Parameters
    ----------
    app : FastAPI
        The app.
    listener : socket, optional
        A bound one of your own; by default one on a free port of loopback.

    Yields
    ------
    str
        The address, without a slash at its end.
    """
    if listener is None:
        # Its protocol is named, else asyncio lets small packets wait for each other.
        listener = socket.socket(proto=socket.IPPROTO_TCP)
        listener.bind(("127.0.0.1", 0))
    listener.listen()
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()  # uvicorn closes the listener
