"""The fixtures of the other tests, for what takes minutes."""

from tests.handbook.conftest import book
from tests.site.conftest import browser, context, heard, host, page, site, site_url

__all__ = ["book", "browser", "context", "heard", "host", "page", "site", "site_url"]
