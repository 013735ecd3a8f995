"""Loaded by every Python that a chapter starts where there is no network namespace."""

from handbook.run.engine.network import refuse_the_network

refuse_the_network()
