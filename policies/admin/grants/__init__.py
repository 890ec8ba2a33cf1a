"""Pages of lists of who gets paid without applying: the list step by step, one firm, payments, the clock."""

from . import clock, payouts, rows, runs

__all__ = ["clock", "payouts", "rows", "runs"]
