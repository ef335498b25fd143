"""The Memory Network and all that it needs to learn: NumPy or CuPy, no Qt."""

__version__ = "0.1.0"
