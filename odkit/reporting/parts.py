"""The parts of the page as HTML, in their order; each is empty where there is nothing for it.

Those of the answers stand here, those of what is in the directory in contents.py.
"""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from odkit.reporting.contents import policies, records, search, shares
from odkit.reporting.model import Case, Page, RuleBlock, Section
from odkit.reporting.pieces import EMPTY, block, dot, matrix, number, picture, scroll, section, together, when

__all__ = ["navigation", "parts_of"]

_TONES = {"error": "bad", "warning": "doubt"}  # of severities; that of all others is "calm"


def navigation(page: Page) -> Markup:
    """Return links to the parts."""
    link = Markup('<li><a href="#%s">%s</a></li>')
    always = Markup('<li><a href="#%s">%s</a></li>\n')
    links = (
        always % ("verdict", "Verdict"),
        always % ("exports", "Before and after" if page.two else "Export"),
        when(page.pictures, link, "servers", "Servers"),
        when(_has_hosts(page), link, "hosts", "Hosts"),
        when(page.plan, link, "purge", "Purge plan"),
        when(page.carry, link, "carry", "Carry plan"),
        always % ("findings", "Findings"),
        always % ("records", "Records"),
        when(page.domains, link, "policies", "Policies"),
        when(page.shares, link, "shares", "Mounts and homes"),
        when(page.tables, link, "search", "Search"),
    )
    return Markup('<nav aria-label="Parts of this report">\n<ul>\n%s</ul>\n</nav>\n') % together(links)


def parts_of(page: Page) -> Iterator[Markup]:
    """Yield the parts, with an empty line behind each."""
    for part in (_verdict, _exports, _servers, _hosts, _plans, _findings, records, policies, shares, search):
        yield part(page)
        yield Markup("\n")


def _has_hosts(page: Page) -> bool:
    return bool(page.matrix.rows or page.matrix.left or page.matrix.others)


def _verdict(page: Page) -> Markup:
    verdict = page.verdict
    line = Markup('<div><dt>%s</dt><dd><span class="dot %s"></span>%s</dd></div>\n')
    first = together(_first(rule) for rule in page.rules if rule.code in verdict.first)
    return Markup(
        '<section id="verdict" class="verdict %s" aria-labelledby="verdict-head">\n<h2 id="verdict-head">%s</h2>\n'
        '<dl class="lines">\n%s</dl>\n%s</section>\n'
    ) % (
        verdict.head.tone,
        verdict.head.text,
        together(line % (name, mark.tone, mark.text) for name, mark in verdict.lines),
        when(verdict.first, Markup('<h3>Look at first</h3>\n<ol class="first">\n%s</ol>\n'), first),
    )


def _first(rule: RuleBlock) -> Markup:
    return Markup(
        '<li><a href="#%s"><span class="badge %s">%s</span> %s</a> <span class="count">%s</span> <span class="advice">%s</span></li>\n'
    ) % (
        rule.code,
        "bad" if rule.severity == "error" else "doubt",
        rule.severity,
        rule.name.replace("-", " "),
        number(rule.count),
        rule.advice,
    )


def _exports(page: Page) -> Markup:
    two = Markup('<thead><tr><td></td><th scope="col">Before</th><th scope="col">After</th></tr></thead>')
    facts = together(
        Markup('<tr><th scope="row">%s</th><td>%s</td>%s</tr>\n') % (fact.what, fact.was, when(page.two, Markup("<td>%s</td>"), fact.now))
        for fact in page.facts
    )
    checks = together(
        Markup('<li>%s<span class="name">%s</span> <span>%s</span></li>\n') % (dot(mark), name, mark.text) for name, mark in page.checks
    )
    table = Markup('<table class="facts">\n%s<tbody>\n%s</tbody>\n</table>\n') % (when(page.two, two), facts)
    inner = Markup('%s<h3>%s</h3>\n<ul class="checks">\n%s</ul>\n%s') % (
        scroll("What the exports are", table),
        "What was compared" if page.two else "What was checked",
        checks,
        when(page.unjudged and page.people, Markup("<p>%s.</p>"), page.unjudged),
    )
    return section("exports", "Before and after" if page.two else "The export", inner)


def _servers(page: Page) -> Markup:
    if not page.pictures:
        return EMPTY
    return section("servers", "Servers", together(picture(each, place) for place, each in enumerate(page.pictures, 1)))


def _hosts(page: Page) -> Markup:
    if not _has_hosts(page):
        return EMPTY
    others = EMPTY
    left = page.matrix.left
    if page.matrix.others:
        others = Markup(
            '<details><summary>Only in computer records or lists of principals: %s</summary>\n<ul class="names">%s</ul>\n%s</details>\n'
        ) % (
            number(len(page.matrix.others) + left),
            together(Markup("<li>%s</li>") % name for name in page.matrix.others),
            when(left, Markup('<p class="left">%s more: <code>odkit list hosts EXPORT</code>.</p>'), number(left)),
        )
    elif left:
        others = Markup(
            "<p>%s further names stand only in computer records or lists of principals; they are not shown here.</p>\n"
        ) % number(left)
    inner = Markup(
        "<p>Each number counts the places in the directory that name the host. The colour is the verdict on the host: "
        '<span class="badge good">live</span> it is in use, '
        '<span class="badge bad">retired</span> nothing should name it any more, '
        '<span class="badge doubt">review</span> the evidence disagrees, '
        '<span class="badge calm">unknown</span> nothing tells, so that it is kept.%s</p>\n%s%s'
    ) % (
        when(page.people, Markup(" Open a host for the evidence.")),
        matrix(page.matrix, "Hosts by service") if page.matrix.rows else EMPTY,
        others,
    )
    return section("hosts", "Hosts and what names them", inner)


def _plans(page: Page) -> Markup:
    parts = (("purge", "Purge plan", page.plan), ("carry", "Carry plan", page.carry))
    return together(_plan(name, head, part) for name, head, part in parts if part is not None)


def _plan(name: str, head: str, part: Section) -> Markup:
    principals = matrix(part.matrix, "Principals by host and service") if part.matrix is not None else EMPTY
    lines = together(Markup("<p>%s</p>") % line for line in part.lines)
    return section(name, head, together((lines, principals, *map(block, part.blocks))))


def _findings(page: Page) -> Markup:
    severity = Markup('<label><input type="checkbox" name="severity" value="%s" checked> %s</label>\n')
    filtered = Markup(
        '<div class="filter" id="filter" hidden role="search" aria-label="Findings">\n'
        '<label for="filter-text">Filter</label> <input id="filter-text" type="search" autocomplete="off" spellcheck="false">\n'
        '%s<span id="filter-count" role="status"></span>\n</div>\n'
    ) % together(severity % (each, each) for each in ("error", "warning", "info"))
    found = filtered + together(map(_rule, page.rules)) if page.rules else Markup("<p>There are none.</p>\n")
    return section("findings", "Findings", found)


def _rule(rule: RuleBlock) -> Markup:
    left = Markup('<p class="left">The first %s of %s; <code>odkit verify --json</code> lists all.</p>')
    cases = Markup('<ol class="cases">\n%s</ol>\n%s') % (
        together(_case(case, rule) for case in rule.cases),
        when(rule.count > len(rule.cases), left, len(rule.cases), number(rule.count)),
    )
    return Markup(
        '<details class="rule" id="%(code)s" data-severity="%(severity)s" data-count="%(plain)s">\n'
        '<summary><span class="badge %(tone)s">%(severity)s</span> <h3>%(name)s</h3> <span class="count">%(count)s</span> '
        '<span class="code">%(code)s</span><span class="advice">%(advice)s</span></summary>\n%(cases)s</details>\n'
    ) % {
        "code": rule.code,
        "severity": rule.severity,
        "plain": rule.count,
        "tone": _TONES.get(rule.severity, "calm"),
        "name": rule.name.replace("-", " "),
        "count": number(rule.count),
        "advice": rule.advice,
        "cases": cases if rule.cases else EMPTY,
    }


def _case(case: Case, rule: RuleBlock) -> Markup:
    own = Markup('<span class="badge %s">%s</span> ')
    place = Markup(' <span class="where">%s%s%s</span>')
    return Markup('<li data-severity="%s"><span class="text">%s%s</span>%s</li>\n') % (
        case.severity,
        when(case.severity != rule.severity, own, _TONES.get(case.severity, "calm"), case.severity),
        case.text,
        when(case.where or case.subject, place, case.where, " · " if case.where and case.subject else "", case.subject),
    )
