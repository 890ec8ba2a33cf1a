"""Lists of policies as bureaus publish them: `plan → decide → apply → undo`, a draft a row to be completed.

Such a list has a row a policy, with its text in short and the document it rests on, but neither conditions
nor clauses. So a row becomes the draft of an instrument, and of its document where that isn't known: of low
confidence, saying where it was read. Nothing is published by it. Files are read by `enterprises.lists`.
"""

from .planning import Notice, apply, decide, plan, rows_of, summary, undo

__all__ = ["Notice", "apply", "decide", "plan", "rows_of", "summary", "undo"]
