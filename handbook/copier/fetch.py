"""Fetch a file from a site, without following redirects to other sites."""

import http.client
from urllib import error, request
from urllib.parse import urlsplit

__all__ = ["fetch"]


def fetch(url: str, limit: int, timeout: float) -> bytes:
    """Return the first `limit` bytes of a file.

    Parameters
    ----------
    url : str
        Its address, with http or https.
    limit : int
        The most bytes to read.
    timeout : float
        The longest pause, in seconds, between two bytes.

    Raises
    ------
    OSError
        If exactly this scheme, host and port don't serve the file.
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
    """Refuses requests to other sites, which redirects may cause."""

    def __init__(self, url: str) -> None:
        self.site = urlsplit(url)[:2]

    def http_request(self, asked: request.Request) -> request.Request:
        scheme, host = urlsplit(asked.full_url)[:2]
        if (scheme, host) != self.site:
            raise OSError(f"the site redirects to another one, {scheme}://{host}")
        return asked

    https_request = http_request
