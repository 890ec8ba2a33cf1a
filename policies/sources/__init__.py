"""Whether the addresses that documents rest on still answer: asked politely, kept for a person to look at.

`asking` puts one question to one address and knows no database, `pages` reads the title of what answers;
`rounds` asks many, host by host; `keeping` says which are due and writes down what came back. Nothing here
publishes or withdraws anything.
"""

from .asking import Answer, ask
from .keeping import AGAIN_AFTER, MOST_AT_ONCE, ask_for, clear, due, keep
from .rounds import ask_all

__all__ = ["AGAIN_AFTER", "MOST_AT_ONCE", "Answer", "ask", "ask_all", "ask_for", "clear", "due", "keep"]
