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


def violations(page: Page, scheme: str = "default", *only: str) -> list[list[str]]:
    """Let axe look at a page.

    Parameters
    ----------
    page : Page
        Whoever opened it asked for reduced motion, else colours are on their way.
    scheme : {"default", "slate"}
        In which colours.
    *only : str
        Rules to look at, without any: all of them, best practices too.

    Returns
    -------
    list of list of str
        Of each violation the rule, the element and what is wrong with it.
    """
    assert _AXE.exists(), "axe is not there: run `make .cache/node/ready-test` first"
    page.evaluate("scheme => document.body.dataset.mdColorScheme = scheme", scheme)
    page.add_script_tag(path=_AXE)
    # As Lighthouse does; by itself axe leaves this one out.
    every = {"rules": {"target-size": {"enabled": True}}}
    found: list[list[str]] = page.evaluate(_RUN, {"runOnly": only} if only else every)
    return found
