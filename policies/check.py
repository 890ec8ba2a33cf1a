"""Pages of the self-check: one question a page, all questions on one, the result.

Each view reads the day and the address, makes one call into the domain and renders. No rule lives here, and
nothing is kept: the address holds the answers.
"""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from enterprises.facts import Fact, Facts
from enterprises.lists.writing import FORMATS
from enterprises.views import short_address

from . import answers, catalogue, cures, guidance, interview, matching, questions, takeaway
from .catalogue import Catalogue
from .forms import TITLES, FactsForm, divisions
from .interview import DAY, FIRM, SKIP, THEN, Step

Data = dict[str, Any]
GROUPS = ("yes", "unknown", "near")
ASKED_NEXT = 3
IN_FULL = 6
IN_LINES = 100
NAMED = 3
IF = "if-"
MISSING = 6
FIGURES = ("money", "count", "percent", "points")


def swapped(request: HttpRequest) -> bool:
    """Whether a script asks, which puts part of a page in place of another; not when it restores a page."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def whole_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A script that asks for a page which isn't part of another is told to open it."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if swapped(request):
            return HttpResponse(headers={"HX-Redirect": request.get_full_path()})
        return view(request, *args, **kwargs)

    return opened


# One question a page


@require_safe
@short_address
def start(request: HttpRequest) -> HttpResponse:
    """Where the self-check begins; with anything answered, the question that decides most of what is open."""
    words = catalogue.load()
    form = _form(request, words)
    return _ask(request, words, form) if set(request.GET) - {DAY} else _begin(request, form)


@whole_page
def _begin(request: HttpRequest, form: FactsForm) -> HttpResponse:
    status = 400 if form.errors else 200
    return render(request, "policies/check.html", {"form": form, "on": form.day}, status=status)


@require_safe
@short_address
def ask(request: HttpRequest, question: str) -> HttpResponse:
    """The question of that name: to change its answer, or to go on from there."""
    words = catalogue.load()
    form = _form(request, words)
    return _ask(request, words, form, question) if form.question(question) else redirect("check")


@require_safe
@short_address
@whole_page
def named(request: HttpRequest) -> HttpResponse:
    """The firm that was named with what the register knows of it; nobody named leads to the questions."""
    words = catalogue.load()
    form = _form(request, words)
    if FIRM not in request.GET:
        return redirect(_there("check", _pairs(request))) if SKIP in request.GET else _begin(request, form)
    if not form.is_valid():
        return _ask(request, words, form)
    known, query = answers.of_facts(form.facts()), urlencode(kept(request, SKIP))
    context = {"firm": form.enterprise, "known": known, "query": query, "on": form.day}
    return render(request, "policies/named.html", context)


def _ask(request: HttpRequest, words: Catalogue, form: FactsForm, name: str = "") -> HttpResponse:
    """The page of one question: the one that can't be read, else that of the name, else the next."""
    wrong = next((one for one in form.errors if form.question(one)), "")
    if form.errors and not wrong:
        return _begin(request, form)
    facts = form.facts()
    step = interview.step(_pairs(request), form, questions.next_questions(facts, words), wrong or name)
    if step is None:
        return redirect(_there("results", _pairs(request)))
    context = {**_page_of(step, words), "onward": not name or THEN in request.GET, "form": form}
    context |= {"tally": interview.tally(facts, words), "firm": form.enterprise, "on": form.day}
    context["divisions"] = divisions() if step.name == "industry" else ()
    template = "policies/_ask.html" if swapped(request) else "policies/ask.html"
    shown = render(request, template, {**context, "swapped": swapped(request)}, status=400 if wrong else 200)
    patch_vary_headers(shown, ["HX-Request", "HX-History-Restore-Request"])
    return shown


def _page_of(step: Step, words: Catalogue) -> Data:
    """What the page shows of the question: where back and past it lead, and which instruments hang on it."""
    titles = {offer.instrument.code: offer.instrument for offer in words.offers}
    decided = [titles[code] for code in step.why.codes[:NAMED]] if step.why else []
    onward = [*step.kept, (THEN, "check")]
    return {
        "step": step,
        "decided": decided,
        "back": _before(step, onward),
        "skip": _there("check", step.passed),
    }


def _before(step: Step, pairs: interview.Pairs) -> str:
    if not step.before or (SKIP, FIRM) in pairs and step.before == FIRM:
        return reverse("check")
    if step.before == FIRM:
        return _there("named", [pair for pair in pairs if pair[0] != THEN])
    return f"{reverse('ask', args=[step.before])}?{urlencode(pairs)}"


def _there(name: str, pairs: interview.Pairs) -> str:
    return f"{reverse(name)}?{urlencode(pairs)}" if pairs else reverse(name)


def _pairs(request: HttpRequest) -> interview.Pairs:
    """What the address holds, in its order."""
    return parse_qsl(request.META.get("QUERY_STRING", "").encode("latin-1").decode("utf-8", "replace"))


def _form(request: HttpRequest, words: Catalogue) -> FactsForm:
    return _form_of(request.GET, words)


def _form_of(given: QueryDict, words: Catalogue) -> FactsForm:
    return FactsForm(given, vocabulary=words.vocabulary, on=timezone.localdate())


# All on one page


@require_safe
@short_address
@whole_page
def everything(request: HttpRequest) -> HttpResponse:
    """All questions on one page, for whoever has the figures at hand."""
    form = FactsForm(request.GET or None, vocabulary=catalogue.vocabulary(), on=timezone.localdate())
    return all_questions(request, form)


# The result, and what is taken along


def judged(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Gives the view the form and what was found; answers that can't be read show the form instead."""

    @require_safe
    @short_address
    @whole_page
    @wraps(view)
    def shown(request: HttpRequest) -> HttpResponse:
        words = catalogue.load()
        form = _form(request, words)
        if not form.is_valid():
            return all_questions(request, form, status=400)
        return view(request, form, _found(form, words), words)

    return shown


def _found(form: FactsForm, words: Catalogue) -> matching.Result:
    facts, now = form.facts(), timezone.localtime()
    return matching.match(facts, words, now.time() if facts.on == now.date() else None)


@judged
def results(request: HttpRequest, form: FactsForm, found: matching.Result, words: Catalogue) -> HttpResponse:
    """What the firm can claim, lacks, nearly reaches and doesn't meet."""
    told = answers.of_result(found, every=False, most=None if "all" in request.GET else IN_LINES)
    context = _shown(request, form, found.facts, told, cures.of_result(found, words))
    weighed = questions.next_questions(found.facts, words)
    asked = _askable(weighed, form)
    context["titles"] = next((one.text for one in weighed if one.field == TITLES), "")
    if not context["all"]:
        context["full"] = list(_answerable(context["full"], form, {field.name for field, _ in asked}))
    return render(request, "policies/results.html", {**context, "next": asked})


@judged
def table(request: HttpRequest, form: FactsForm, found: matching.Result, words: Catalogue) -> HttpResponse:
    """The result as a workbook, a row for each condition."""
    write, kind = FORMATS["xlsx"]
    name = {"Content-Disposition": 'attachment; filename="results.xlsx"'}
    return HttpResponse(write(takeaway.table(answers.of_result(found))), content_type=kind, headers=name)


@judged
def dates(request: HttpRequest, form: FactsForm, found: matching.Result, words: Catalogue) -> HttpResponse:
    """All deadlines as a calendar."""
    text = takeaway.calendar(answers.of_result(found), found.facts, at=timezone.now())
    name = {"Content-Disposition": 'attachment; filename="results.ics"'}
    return HttpResponse(text, content_type="text/calendar; charset=utf-8", headers=name)


@judged
def dossier(request: HttpRequest, form: FactsForm, found: matching.Result, words: Catalogue) -> HttpResponse:
    """What to have ready for each instrument: the facts to be proved, where to go, what the source says."""
    rows = takeaway.dossier(answers.of_result(found), found.facts)
    there = {offer.instrument.code: offer.instrument for offer in words.offers}
    codes = [one["instrument"]["code"] for one in rows]
    guides = guidance.of_all(codes)
    told = [(there[code].how, guides[code]) for code in codes]
    context = {"rows": [(one, *how) for one, how in zip(rows, told, strict=True)], "firm": form.enterprise}
    context |= {"query": request.GET.urlencode(), "on": found.facts.on}
    return render(request, "policies/dossier.html", context)


@judged
def what_if(request: HttpRequest, form: FactsForm, found: matching.Result, words: Catalogue) -> HttpResponse:
    """Some figures changed, or the day: what is won by it and what is lost."""
    changed = request.GET.copy()
    for name in [one for one in request.GET if one.startswith(IF)]:
        changed.setlist(name.removeprefix(IF), changed.pop(name))
    typed = FactsForm(request.GET, vocabulary=words.vocabulary, on=found.facts.on, prefix=IF[:-1])
    other, before = _form_of(changed, words), answers.of_result(found)
    after = answers.of_result(_found(other, words)) if other.is_valid() else None
    context = {
        "form": typed,
        "fields": _figures(typed, answers.of_facts(found.facts)),
        "unknown": _askable(questions.next_questions(found.facts, words), typed, MISSING),
        "asked": changed != request.GET,
        "change": after and takeaway.compare(before, after),
        "before": before,
        "after": after,
        "kept": [(name, value) for name, value in kept(request) if not name.startswith(IF)],
        "query": changed.urlencode(),
        "on": found.facts.on,
    }
    return render(request, "policies/what_if.html", context, status=400 if typed.errors else 200)


def _figures(form: FactsForm, known: list[Data]) -> list[tuple[Any, str]]:
    """The inputs for what is known and can change, each with what it is now; what is wrong; last the day.

    Every figure, and of what is picked that which a firm can work on.
    """
    rows = [(form.question(row["field"]), row["text"]) for row in known]
    shown = {one.fields[0].name: f"现在：{text}" for one, text in rows if one and _changes(one.fact)}
    shown |= {name: shown.get(name, "") for name in form.errors} | {DAY: f"现在：{form.day.isoformat()}"}
    return [(form[name], now) for name, now in shown.items()]


def _changes(fact: Fact) -> bool:
    return fact.kind in FIGURES or (fact.curable and fact.kind in ("flag", "choice"))


def kept(request: HttpRequest, *but: str) -> list[tuple[str, str]]:
    """What the address holds, for a form that adds to it."""
    return [(name, value) for name, values in request.GET.lists() for value in values if name not in but]


def all_questions(request: HttpRequest, form: FactsForm, status: int = 200) -> HttpResponse:
    """All questions with what was answered; what can't be read is named at the top and at its field."""
    known = answers.of_facts(form.facts()) if form.is_valid() and form.enterprise else []
    context = {"form": form, "divisions": divisions(), "known": known, "on": form.day}
    return render(request, "policies/check_all.html", context, status=status)


def _shown(request: HttpRequest, form: FactsForm, facts: Facts, result: Data, cured: dict[str, Data]) -> Data:
    """All that the result page shows; open matches beyond the first few are listed in one line each.

    So are those that only a person is left to judge. `query` leaves out what was passed over: addresses of
    many answers, many times on a page, would weigh more than the page.
    """
    rows = [one["instrument"] for one in result["matches"]]
    rows += [row for one in result["no"] for row in one["instruments"]]
    links = {row["code"]: ("#" + row["code"], row["title"]) for row in rows}
    matches = [
        {**linked(one, links), "cure": cured.get(one["instrument"]["code"])} for one in result["matches"]
    ]
    groups = {name: [one for one in matches if one["group"] == name] for name in GROUPS}
    everything = "all" in request.GET
    open_ = [one for one in groups["unknown"] if one["missing"] or everything]
    in_full = len(matches) if everything else IN_FULL
    return {
        "counts": result["counts"],
        "bundle": result["bundle"],
        "labels": answers.GROUP_LABELS,
        "groups": groups,
        "judged": [one for one in groups["unknown"] if one not in open_],
        "full": open_[:in_full],
        "brief": open_[in_full:],
        "nearest": groups["near"][:in_full],
        "further": [(one, _failed(one)[0]["reason"]) for one in groups["near"][in_full:]],
        "refusals": result["no"],
        "unlisted": sum(result["counts"].values()) - len(rows),
        "divisions": divisions(),
        "facts": answers.of_facts(facts),
        "firm": form.enterprise,
        "on": facts.on,
        "kept": kept(request),
        "query": urlencode(kept(request, SKIP, THEN)),
        "all": everything,
        "address": request.build_absolute_uri(),
    }


def linked(match: Data, links: dict[str, tuple[str, str]]) -> Data:
    """The match with address and title of what it excludes, and whether the source numbers no clause."""
    exclusive = [
        {**one, "others": [links[code] for code in one["codes"] if code in links]}
        for one in match["exclusive_with"]
    ]
    uncited = not any(one["article"] for one in match["clauses"])
    return {**match, "exclusive_with": exclusive, "uncited": uncited}


def _failed(match: Data) -> list[Data]:
    return [one for one in match["clauses"] if one["answer"] == "no"]


def _answerable(matches: list[Data], form: FactsForm, asked: set[str]) -> Iterator[Data]:
    """The matches; where one input would decide, that isn't asked before, it is filled in in place."""
    for match in matches:
        name = match["missing"][0]["field"] if len(match["missing"]) == 1 else ""
        if name in form.fields and name not in asked:
            asked.add(name)
            form.fields[name].widget.attrs["form"] = "next"
            match = {**match, "ask": form[name]}
        yield match


def _askable(
    asked: tuple[questions.NextQuestion, ...], form: FactsForm, most: int = ASKED_NEXT
) -> list[tuple[Any, str]]:
    """The first few questions that are one field of the form, with why each is asked."""
    return [(form[one.field], one.text) for one in asked if one.field in form.fields][:most]
