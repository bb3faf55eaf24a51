"""A linter for the descriptors and handles that a Python program hands to the processes it starts."""

__version__ = "0.1.0"
