"""A page as the tests read it: its elements, its words, and what a browser would load or send."""

import re
from html.parser import HTMLParser
from urllib.parse import urlencode

VOID = {"meta", "link", "input", "br", "img", "hr", "base"}
UNSEEN = {"script", "style", "head"}


class Page(HTMLParser):
    """`elements` in order, each with tag, attributes, text and what it stands in; `text` is what one sees."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html, self.elements, self.open, self.words = html, [], [], []
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))

    def handle_starttag(self, tag, attributes):
        element = {"tag": tag, "inside": list(self.open), "text": "", **dict(attributes)}
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

    def all(self, *tags: str, **wanted: str) -> list[dict]:
        """Elements of these tags with these attributes (`class_` and `for_` stand for class and for)."""
        asked = {name.rstrip("_").replace("_", "-"): value for name, value in wanted.items()}
        return [
            one
            for one in self.elements
            if one["tag"] in tags and all(one.get(name) == value for name, value in asked.items())
        ]

    def one(self, tag: str, **wanted: str) -> dict:
        """The only such element."""
        (found,) = self.all(tag, **wanted)
        return found

    def within(self, element: dict, *tags: str) -> list[dict]:
        return [one for one in self.all(*tags) if any(outer is element for outer in one["inside"])]

    def link(self, text: str) -> str:
        """Where the only link of that text leads."""
        (found,) = {one["href"] for one in self.all("a") if one["text"].strip() == text}
        return found

    def filled(self, form: dict) -> dict[str, list[str]]:
        """What the form would send as it stands: name → values, in order."""
        sent: dict[str, list[str]] = {}
        for field in self.within(form, "input", "select"):
            if field.get("name") and not (field.get("type") == "checkbox" and "checked" not in field):
                sent.setdefault(field["name"], []).append(self._value(field))
        return sent

    def _value(self, field: dict) -> str:
        if field["tag"] == "input":
            return field.get("value") or ""
        options = self.within(field, "option")
        return next((one for one in options if "selected" in one), options[0])["value"]

    def sent(self, label: str, **typed: str) -> str:
        """The address that sending the form of that name leads to, some fields typed anew."""
        form = self.one("form", aria_label=label)
        fields = {**self.filled(form), **{name: [value] for name, value in typed.items()}}
        return f"{form.get('action', '')}?{urlencode(fields, doseq=True)}"


def read(response) -> Page:
    return Page(response.content.decode())
