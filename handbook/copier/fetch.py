"""Fetch a file from a site, and from nowhere else."""

import http.client
from urllib import error, request
from urllib.parse import urlsplit

__all__ = ["fetch"]


def fetch(url: str, limit: int, timeout: float) -> bytes:
    """Fetch one file, at most `limit` bytes of it.

    Parameters
    ----------
    url : str
        http or https.
    limit : int
        Bytes.
    timeout : float
        Seconds that the connection may be silent.

    Raises
    ------
    OSError
        If it cannot be had from exactly this scheme, host and port.
    """
    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler(),
        request.HTTPHandler(),
        request.HTTPSHandler(),
        request.HTTPRedirectHandler(),
        request.HTTPErrorProcessor(),
        request.HTTPDefaultErrorHandler(),
        request.UnknownHandler(),
        _OneSite(url),
    ):
        opener.add_handler(handler)
    try:
        with opener.open(url, timeout=timeout) as response:
            content: bytes = response.read(limit)
            return content
    except error.HTTPError as answer:
        with answer:
            raise OSError(f"the site answers {answer.code} {answer.reason}") from answer
    except (http.client.HTTPException, ValueError) as broken:
        raise OSError(f"the answer is broken: {broken!r:.80}") from broken


class _OneSite(request.BaseHandler):
    """Sees every request, those of redirects too."""

    def __init__(self, url: str) -> None:
        self.site = urlsplit(url)[:2]

    def http_request(self, asked: request.Request) -> request.Request:
        scheme, host = urlsplit(asked.full_url)[:2]
        if (scheme, host) != self.site:
            raise OSError(f"the site sends elsewhere, to {scheme}://{host}")
        return asked

    https_request = http_request
