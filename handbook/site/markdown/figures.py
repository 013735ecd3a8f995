"""Show the title of a figure's image as a caption below it."""

import re

__all__ = ["frame"]

_IMAGE = re.compile(
    r'<p><img(?P<before>[^>]*? src="[^">]*figures/[^">]*")'
    r'(?: title="(?P<caption>[^"]*)")?(?P<after>[^>]*)></p>'
)


def frame(html: str) -> str:
    """Return a page whose figures have a frame, which can scroll, and a caption."""
    return _IMAGE.sub(_framed, html)


def _framed(image: re.Match[str]) -> str:
    caption = image["caption"]
    below = f"<figcaption>{caption}</figcaption>" if caption else ""
    return (
        '<figure class="figure"><div class="figure__frame">'
        f"<img{image['before']}{image['after']}></div>{below}</figure>"
    )
