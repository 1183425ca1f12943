"""A real browser, which sees a page as its reader does."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest

BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)

MEASURE = """
<pre id="seen"></pre>
<script>
const failures = [];
window.addEventListener("error", it => failures.push(String(it.message || it.target.src)), true);
window.addEventListener("load", () => {
  document.querySelectorAll("details").forEach(it => { it.open = true; });
  const root = document.documentElement, picture = document.querySelector("svg");
  const frame = picture && picture.getBoundingClientRect();
  const outside = it => { const box = it.getBoundingClientRect();
    return box.left < frame.left - 1 || box.right > frame.right + 1
      || box.top < frame.top - 1 || box.bottom > frame.bottom + 1; };
  const sections = {};
  document.querySelectorAll("section").forEach(it => {
    sections[it.id] = { height: it.offsetHeight, text: it.innerText }; });
  const seen = { title: document.title, failures, sections,
    sticks_out: root.scrollWidth - root.clientWidth,
    picture: frame ? [frame.width, frame.height] : null,
    drawn_outside: picture
      ? [...picture.querySelectorAll("text")].filter(outside).map(it => it.textContent) : [] };
  document.getElementById("seen").textContent = JSON.stringify(seen);
});
</script>
"""


def browser() -> str:
    """Give a browser of this machine; where tests run for others, one has to be there."""
    if found := next(filter(None, map(shutil.which, BROWSERS)), None):
        return found
    wanted = (
        f"expected a browser to look at the page with ({', '.join(BROWSERS)}) and found none: "
        "apt-get install chromium-headless-shell"
    )
    if os.environ.get("CI"):
        pytest.fail(wanted)
    pytest.skip(wanted)


def look_at(page: Path, folder: Path, *, width: int) -> dict[str, Any]:
    """Open a page in a window of that width, and give what is seen there."""
    measured = folder / f"measured-{width}.html"
    measured.write_text(page.read_text(encoding="utf-8") + MEASURE, encoding="utf-8")
    answer = subprocess.run(
        [
            browser(),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={folder / 'profile'}",
            f"--window-size={width},900",
            "--virtual-time-budget=5000",
            "--dump-dom",
            measured.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    found = re.search(r'<pre id="seen">(.*?)</pre>', answer.stdout, re.DOTALL)
    assert found and found.group(1), f"nothing was measured:\n{answer.stderr[-2000:]}"
    seen: dict[str, Any] = json.loads(unescape(found.group(1)))
    return seen
