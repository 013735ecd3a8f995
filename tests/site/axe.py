"""What axe finds on a page, in light and in dark."""

from playwright.sync_api import Page

from tests.site.host import ROOT

__all__ = ["violations"]

_AXE = ROOT / ".cache/node/node_modules/axe-core/axe.min.js"
_RUN = """async (options) => {
    const found = await axe.run(document, { ...options, resultTypes: ["violations"] });
    return found.violations.flatMap(({ id, nodes }) => nodes.map(
        ({ html, any, all, none }) => [id, html, [...any, ...all, ...none][0]?.message]
    ));
}"""


def violations(page: Page, address: str) -> list[list[str]]:
    """Visit a page and let axe look at it with all its rules, best practices too."""
    assert _AXE.exists(), "axe is not there: run `make .cache/node/ready-test` first"
    page.emulate_media(reduced_motion="reduce")  # else colours are on their way
    page.goto(address)
    page.add_script_tag(path=_AXE)
    found = []
    # The scheme changes the colours, and nothing else that axe looks at.
    for scheme, options in {
        "default": {},
        "slate": {"runOnly": ["color-contrast"]},
    }.items():
        page.evaluate("scheme => document.body.dataset.mdColorScheme = scheme", scheme)
        found += [[scheme, *violation] for violation in page.evaluate(_RUN, options)]
    return found
