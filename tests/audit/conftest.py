"""The fixtures of the site's tests, for what takes minutes."""

from tests.site.conftest import browser, context, host, page, site, site_url

__all__ = ["browser", "context", "host", "page", "site", "site_url"]
