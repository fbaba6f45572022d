"""The command line, on top of the public library and nothing else."""

from .main import main

__all__ = ["main"]
