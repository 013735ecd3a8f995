"""Where the focus stops on a page, and whether it shows."""

from typing import Any

from playwright.sync_api import Page

__all__ = ["stops"]

# The ring lies around what has the focus, or around what that works: a label, a peak.
_FOCUSED = """() => {
    const here = document.activeElement;
    if (here === document.body) return null;
    const brush = document.createElement("canvas").getContext("2d");
    const rgba = (colour) => {
        brush.clearRect(0, 0, 1, 1);
        brush.fillStyle = colour;
        brush.fillRect(0, 0, 1, 1);
        return [...brush.getImageData(0, 0, 1, 1).data];
    };
    const light = (colour) => rgba(colour).slice(0, 3)
        .map((each) => each / 255)
        .map((each) => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4)
        .reduce((sum, each, at) => sum + each * [0.2126, 0.7152, 0.0722][at], 0);
    const behind = (node) => {
        for (let at = node.parentElement; at; at = at.parentElement) {
            const { backgroundColor } = getComputedStyle(at);
            if (rgba(backgroundColor)[3] === 255) return backgroundColor;
        }
        return "white";
    };
    const contrast = (one, other) => {
        const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05);
    };
    const shows = (node) => {
        const style = getComputedStyle(node);
        const { width, height } = node.getBoundingClientRect();
        if (node.matches(".map__target")) return parseFloat(style.strokeWidth) >= 5;
        return width * height > 0 && style.outlineStyle !== "none"
            && parseFloat(style.outlineWidth) >= 2
            && contrast(style.outlineColor, behind(node)) >= 3;
    };
    const shown = [here, here.nextElementSibling, here.querySelector(".map__target"),
        here.id && document.querySelector(`label[for="${CSS.escape(here.id)}"]`)];
    const seen = shown.some((node) => node && shows(node));
    return { name: here.outerHTML.slice(0, 160), seen };
}"""


def stops(page: Page, most: int) -> list[dict[str, Any]]:
    """Press Tab until the page ends.

    Parameters
    ----------
    page : Page
        A page on which nothing has the focus.
    most : int
        How often to press at most.

    Returns
    -------
    list of dict
        Of each stop its `name`, the beginning of its HTML, and whether it is `seen`:
        with a ring of two pixels that has three times the contrast to what is behind.
    """
    found = []
    for _ in range(most):
        page.keyboard.press("Tab")
        focused = page.evaluate(_FOCUSED)
        if focused is None:
            break
        found.append(focused)
    return found
