"""Refuse the network in each Python that a chapter starts without a namespace."""

from handbook.run.engine.network import refuse_the_network

refuse_the_network()
