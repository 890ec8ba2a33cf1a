"""What a check finds: a sentence, and whether it keeps an instrument from being published."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Flaw:
    """An error blocks publishing; anything else wants a person's tick."""

    text: str
    blocks: bool = False

    def __str__(self) -> str:
        return self.text

    @property
    def said(self) -> str:
        """The sentence with what it asks for."""
        return f"{'必须改' if self.blocks else '请核对'}：{self.text}"


def error(text: str) -> Flaw:
    return Flaw(text, blocks=True)


def warning(text: str) -> Flaw:
    return Flaw(text)
