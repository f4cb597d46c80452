"""Measurements of this machine's hotline against the plain way, side by side in one run.

Only ratios are worth comparing: each is the median of interleaved pairs, with its least and most.
"""
