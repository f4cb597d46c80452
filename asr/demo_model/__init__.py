"""A tiny, real model for Vosk, built from synthesised speech: for demonstrations and tests.

It knows the words of ``words.py`` in the voice of a machine and nothing else. ``python -P -m
asr.demo_model OUT`` makes it anew, error rates included; set-up builds it from ``weights.npz``.
"""
