"""What people have put into fields so that it runs on somebody else's screen, and how one sees it.

The set is that of the anchors (bad inputs, content): each text calls `ran` with its own number if
any of it is ever executed, and leaves something in the page if any of it is ever taken for markup.
"""

from typing import Any

from playwright.sync_api import Page

PAYLOADS: tuple[str, ...] = (
    "<script>ran(1)</script>",
    '"><img src=x onerror=ran(2)>',
    "<svg/onload=ran(3)>",
    "</title></textarea></style></script><img src=x onerror=ran(4)>",
    "x onmouseover=ran(5) onfocus=ran(5) autofocus x=",
    "javascript:ran(6)",
    "JaVa\tScRiPt:ran(6)",
    "data:text/html,<script>ran(7)</script>",
    "vbscript:ran(8)",
    "[x](javascript:ran(9)) ![x](x 'onerror=ran(9)')",
    '<noscript><p title="</noscript><img src=x onerror=ran(10)>">',
    "<math><mtext><mglyph><style><!--</style><img src=x onerror=ran(10)>",
    "<form id=__proto__><input name=getElementById>",
    "<p style=\"background:url('javascript:ran(12)')\">",
    "{{7*191}}${7*191}#{7*191}<%=7*191%>",
    "{{constructor.constructor('ran(14)')()}}",
    '<iframe srcdoc="<script>parent.ran(15)</script>">',
    "<base href=//elsewhere.example/><meta http-equiv=refresh content=0;url=//x.example>",
    "<a href=javascript:ran(16) target=_blank>x</a>",
    "<details open ontoggle=ran(17)><video><source onerror=ran(18)></video>",
    "'-ran(19)-'\u2028ran(19)\u2029//</script>",
)
SIGNS = 80
"""The shortest field is as long: a longer text of the set is cut there."""

LISTEN = """globalThis.ran = (number) => console.error(`number ${number} ran`);"""
"""Said as an error, which fails whoever's screen it is on."""

AUDIT = """() => {
  const found = [];
  for (const element of document.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) {
      if (name.startsWith("on")) found.push(`${element.tagName} ${name}=${value}`);
      const leads = ["href", "src", "action", "formaction", "xlink:href", "srcdoc"].includes(name);
      const scheme = value.replace(/[\\u0000-\\u0020]/g, "").toLowerCase();
      if (leads && /^(javascript|vbscript|data:text|view-source|file):/.test(scheme))
        found.push(`${element.tagName} ${name}=${value}`);
    }
    const made = "iframe, object, embed, base, [http-equiv=refresh], #__proto__, script:not([src])";
    // What a page says to machines is data: whole JSON, in the head, and only one of it.
    const facts = "head > script[type='application/ld+json']:not(script ~ script[type$='json'])";
    if (element.matches(facts)) JSON.parse(element.textContent);
    else if (element.matches(made))
      found.push(element.outerHTML.slice(0, 200));
    if (element.matches("a[target=_blank]:not([rel~=noopener])"))
      found.push(element.outerHTML.slice(0, 200));
  }
  const shown = `${document.title} ${document.body.innerText}`;
  if (shown.includes("1337")) found.push("something was worked out: 1337");
  return found;
}"""


def audit(page: Page) -> list[str]:
    """Return what on this page was made by somebody's text, and whatever leads somewhere unsafe."""
    found: list[str] = page.evaluate(AUDIT)
    return found


SPEAK = """async ([door, frames]) => {
  const socket = new WebSocket(location.origin.replace("http", "ws") + door);
  const heard = [];
  await new Promise((opened, failed) => {
    socket.onopen = opened;
    socket.onerror = failed;
  });
  for (const [at, frame] of frames.entries()) {
    const answered = new Promise((done, failed) => {
      setTimeout(() => failed(new Error(`no answer to ${JSON.stringify(frame)}`)), 9000);
      socket.onmessage = ({ data }) => {
        const told = JSON.parse(data);
        heard.push(told);
        const greeted = frame.type === "live.hello" && told.type === "live.welcome";
        if (greeted || told.ref === `${at}`) done();
      };
    });
    socket.send(JSON.stringify({ ...frame, ref: `${at}` }));
    await answered;
  }
  socket.close();
  return heard;
}"""


def speak(page: Page, door: str, *frames: dict[str, Any]) -> list[dict[str, Any]]:
    """Say `frames` over a socket of one's own, each after the last was answered.

    Returns:
        Everything that was heard meanwhile.
    """
    hello = {"type": "live.hello", "protocol": 1}
    first = {**hello, **frames[0]} if "type" not in frames[0] else hello
    rest = frames[1:] if "type" not in frames[0] else frames
    heard: list[dict[str, Any]] = page.evaluate(SPEAK, [door, [first, *rest]])
    return heard
