"""The phone tree: restart what rings, then call down the list. Bad on purpose."""

from dataclasses import replace

PHONE_TREE = ["platform engineer", "data scientist", "data engineer", "desk lead"]


def restart_first(service, owner):
    restarted = replace(service, kept=None)  # a fresh process remembers nothing
    woken = PHONE_TREE[: PHONE_TREE.index(owner) + 1]  # until somebody knows it
    return restarted, woken
