"""The fixtures of the site's tests, for what takes minutes."""

from tests.site.conftest import browser, context, heard, host, page, site, site_url

__all__ = ["browser", "context", "heard", "host", "page", "site", "site_url"]
