"""The rules by which pages are judged: each finds what breaks it, and nothing in a right page."""

import html5lib
import pytest

from tests.support.markup import RULES, broken

PAGE = """
<html lang="en"><head><meta charset="utf-8"><title>A page</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><nav aria-label="Sections"><a href="/">Home</a></nav><main><h1>A page</h1>{}</main></body>
</html>
"""
RIGHT = """
<h2 id="one">One</h2><p>A line with <a href="#one">a link</a>, <time datetime="2026-05-28">
yesterday</time>.</p><h3>Below</h3><h2>Two</h2>
<ul aria-labelledby="one"><li><p>An item</p></li></ul>
<img src="/a.jpg" alt="" width="4" height="3"><label>Name <input name="n"></label>
<table><tr><th>A</th><td>B</td></tr></table><details><summary>More</summary><a href="/x">X</a>
</details>
"""
WRONG = {
    '<p id="a">x</p><p id="a">y</p>': "ids_are_unique",
    '<p aria-describedby="nothing">x</p>': "references_lead_somewhere",
    "<h1>Another</h1>": "one_heading_leads_the_others",
    "<h3>Too deep</h3>": "one_heading_leads_the_others",
    "<h2></h2>": "one_heading_leads_the_others",
    '<a href="/x"><button>x</button></a>': "interactive_things_stand_alone",
    '<button><span tabindex="0">x</span></button>': "interactive_things_stand_alone",
    "<span><div>x</div></span>": "content_is_where_it_may_be",
    "<ul><div>x</div></ul>": "content_is_where_it_may_be",
    '<img src="/a.jpg" width="4" height="3">': "pictures_say_what_they_show",
    '<img src="/a.jpg" alt="harbour.jpg" width="4" height="3">': "pictures_say_what_they_show",
    '<img src="/a.jpg" alt="A harbour">': "pictures_say_what_they_show",
    '<img src="/a" srcset="/a 9w" alt="" width="4" height="3">': "pictures_say_what_they_show",
    '<input name="n">': "fields_have_labels",
    '<a href="/x"><img src="/a" alt="" width="4" height="3"></a>': "what_is_pressed_has_a_name",
    '<a href="">x</a>': "what_is_pressed_has_a_name",
    '<iframe src="/x"></iframe>': "what_is_pressed_has_a_name",
    '<p lang="english">x</p>': "languages_are_languages",
    '<p style="color: red">x</p>': "nothing_is_written_inline",
    '<p onclick="x()">x</p>': "nothing_is_written_inline",
    "<script>x()</script>": "nothing_is_written_inline",
    "<center>x</center>": "nothing_is_obsolete",
    '<time datetime="yesterday">x</time>': "nothing_is_obsolete",
    "<nav><a href='/x'>x</a></nav>": "landmarks_are_few",
    "<main>x</main>": "landmarks_are_few",
}


def judged(body: str) -> set[str]:
    """Return the names of the rules a page with this in it breaks."""
    tree = html5lib.parse(PAGE.replace("{}", body), namespaceHTMLElements=False)
    return {problem.partition(":")[0] for problem in broken(tree)}


def test_a_right_page_breaks_no_rule() -> None:
    """What the standard allows is let pass."""
    assert judged(RIGHT) == set()


@pytest.mark.parametrize("body", WRONG)
def test_what_is_wrong_is_found(body: str) -> None:
    """Each fault breaks the rule that is about it, and no other."""
    assert judged(body) == {WRONG[body]}


def test_a_head_that_forbids_enlarging_is_found() -> None:
    """Whoever sees badly must be able to enlarge a page."""
    narrow = PAGE.replace("initial-scale=1", "maximum-scale=1").replace("{}", "")
    tree = html5lib.parse(narrow, namespaceHTMLElements=False)

    assert [problem.partition(":")[0] for problem in broken(tree)] == ["the_head_says_what_it_must"]


def test_every_rule_is_tried() -> None:
    """No rule stands there that nothing shows to bite."""
    names = {rule.__name__ for rule in RULES}

    assert {*WRONG.values(), "the_head_says_what_it_must"} == names
