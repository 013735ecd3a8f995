"""Bad on purpose: every box of the diagram, before anybody asked for one."""

from snippets.basecamp.ladder import BOXES


def what_to_build():
    return list(BOXES)
