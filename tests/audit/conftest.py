"""Share the fixtures of the site's tests with the audit."""

from tests.site.conftest import browser, context, host, page, site, site_url

__all__ = ["browser", "context", "host", "page", "site", "site_url"]
