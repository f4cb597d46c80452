"""The first seconds of a call: a short flow decides which queue, then gets out of the way.

A leaf: it knows FastAGI and flows, nothing of the gateway.
"""
