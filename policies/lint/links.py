"""What is wrong between instruments: cycles of replacing, of local versions, of one requiring another."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field

from .flaws import Flaw, error, warning

Graph = Mapping[str, Set[str]]
KINDS = {"replaces": "替代", "local_of": "本地版本", "requires": "以先享受为条件"}


@dataclass(frozen=True)
class Links:
    """Code → the codes that it points to, by kind of link; and the members of each exclusion group."""

    replaces: Graph = field(default_factory=dict)
    local_of: Graph = field(default_factory=dict)
    requires: Graph = field(default_factory=dict)
    groups: Graph = field(default_factory=dict)


def check(code: str, links: Links) -> Iterator[Flaw]:
    for kind, label in KINDS.items():
        circle = cycle(code, getattr(links, kind))
        if circle:
            yield error(f"“{label}”的关系绕成一圈：{'→'.join(circle)}。")
    for name, members in links.groups.items():
        others = members - {code}
        for wanted in sorted(others & links.requires.get(code, set())) if code in members else ():
            yield error(f"以先享受{wanted}为条件，又和它同在互斥组{name}，谁都拿不到。")
        if code in members and not others:
            yield warning(f"互斥组{name}里只有这一项，没有要排斥的。")


def cycle(start: str, graph: Graph) -> list[str]:
    """A way from the code back to itself, both ends named; empty when there is none."""
    ways, seen = [[start]], set()
    while ways:
        way = ways.pop()
        for code in sorted(graph.get(way[-1], ())):
            if code == start:
                return [*way, code]
            if code not in seen:
                seen.add(code)
                ways.append([*way, code])
    return []
