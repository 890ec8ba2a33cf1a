"""The register turned on its side: firms' facts as planes of bits, so that a rule is asked of all at once.

Standard library only; knows no table, no fact and no rule. A plane is one Python integer whose bit i speaks
of the firm in place i of its block. A question to a column is answered by two planes, (true, possible): the
firms that surely meet it and those that may, exactly as `policies.criteria` combines them. Numbers are kept
by the bits of their value (`numbers.py`), sets by one plane a member (`members.py`), firms in blocks
(`blocks.py`), blocks in files (`files.py`). All is exact: money in yuan, shares in millionths of a percent
with a mark where more digits follow, days as ordinals, places and industries by code. There are no floats.
"""

from .blocks import BLOCK, Block, Columns, Row
from .files import Damaged
from .numbers import Numbers, places

__all__ = ["BLOCK", "Block", "Columns", "Damaged", "Numbers", "Row", "places"]
