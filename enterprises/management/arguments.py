"""What a person types behind a command, read as strictly as a form and refused in Chinese."""

from django.core.management.base import CommandError

from ..kinds import Count, Refused


def whole(text: object, label: str, least: int, most: int) -> int:
    """A whole number within bounds."""
    try:
        number = Count().parse(text, label=label)
    except Refused as why:
        raise CommandError(str(why)) from None
    if not least <= number <= most:
        raise CommandError(f"“{label}”请填 {least} 到 {most} 之间的整数。")
    return number
