"""What axe finds on a page, in light and in dark."""

from playwright.sync_api import Page

from tests.site.host import ROOT

__all__ = ["violations"]

_AXE = ROOT / ".cache/node/node_modules/axe-core/axe.min.js"
_RUN = """async ([options, each]) => {
    const name = (node) => node.tagName + "." + (node.getAttribute("class") ?? "");
    const kind = (row) => {
        const within = [row, ...row.querySelectorAll("*")].map(name);
        return [...new Set(within)].sort().join();
    };
    const lists = document.querySelectorAll("tbody, dl, ul, ol, code, article");
    for (const list of each ? [] : lists) {
        const met = {};
        for (const row of list.querySelectorAll(":scope > :not(h1, h2, h3)")) {
            met[kind(row)] = (met[kind(row)] ?? 0) + 1;
            if (met[kind(row)] > 2) row.remove();
        }
    }
    const found = await axe.run(document, {
        ...options, resultTypes: ["violations"], selectors: false, preload: false,
    });
    return found.violations.flatMap(({ id, nodes }) => nodes.map(
        ({ html, any, all, none }) => [id, html, [...any, ...all, ...none][0]?.message]
    ));
}"""


def violations(
    page: Page, scheme: str = "default", *only: str, each: bool = False
) -> list[list[str]]:
    """Let axe look at a page, which is no good for anything else afterwards.

    Parameters
    ----------
    page : Page
        Whoever opened it asked for reduced motion, else colours are on their way.
    scheme : {"default", "slate"}
        In which colours.
    *only : str
        Rules to look at, without any: all of them, best practices too.
    each : bool
        Whether to look at each row, paragraph and word of code, which takes ten times
        as long, or at two of those in a list that are alike but for their words.

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
    options = {"runOnly": only} if only else every
    found: list[list[str]] = page.evaluate(_RUN, [options, each])
    return found
