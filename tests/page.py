"""A page as the tests read it: its elements, its words, and what a browser would load or send."""

import re
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "rect", "path"}
UNSEEN = {"script", "style", "head"}


class Page(HTMLParser):
    """`elements` are (tag, attributes, text so far inside) in order; `text` is what a person sees."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html, self.elements, self.open, self.words = html, [], [], []
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))

    def handle_starttag(self, tag, attributes):
        element = {"tag": tag, "inside": [one["tag"] for one in self.open], "text": "", **dict(attributes)}
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open[-1]["tag"] == tag, f"</{tag}> closes <{self.open[-1]['tag']}>"
        self.open.pop()

    def handle_data(self, data):
        for element in self.open:
            element["text"] += data
        if self.open and not UNSEEN & {one["tag"] for one in self.open}:
            self.words.append(data)

    def all(self, *tags: str) -> list[dict]:
        return [one for one in self.elements if one["tag"] in tags]

    def one(self, tag: str, **wanted: str) -> dict:
        """The only such element."""
        (found,) = [
            each for each in self.all(tag) if all(each.get(name) == value for name, value in wanted.items())
        ]
        return found

    def link(self, text: str) -> str:
        """Where the only link of that text leads."""
        (found,) = {one["href"] for one in self.all("a") if one["text"].strip() == text}
        return found

    def ids(self) -> list[str]:
        return [one["id"] for one in self.elements if "id" in one]


def read(response) -> Page:
    return Page(response.content.decode())
