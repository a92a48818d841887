"""How large a page is and how fast it answers, in headless Chromium.

    python -m tests.benchmarks.bench_page exports/graph.html --repeats 5

Each run opens the page in a fresh browser. What is printed are medians, with the least and the most:

- **picture**: from the start of loading to the first frame that shows the picture as it stays. Positions are in the
  page, so the first picture is the stable one.
- **focus**: from Enter on a search hit to the frame that shows it in the middle; the hit is the first entity of most
  papers. The search's index is made before, at the first letter (**first letter**).
- **community**: from choosing the largest community to the frame that shows it alone.

The index of the search is made in pauses after the picture; the first letter is typed a second after it.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

#: Runs in the page: waits until what was changed has been drawn, then gives the milliseconds since `start`.
_DRAWN = (
    "const done = arguments[arguments.length - 1];"
    "const drawn = (start) =>"
    " requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)));"
)
_PICTURE = "return performance.getEntriesByName('picture')[0]?.startTime ?? null"
_LETTER = (
    _DRAWN + "const start = performance.now(); const field = document.getElementById('search'); field.focus();"
    "field.value = 'm'; field.dispatchEvent(new Event('input')); drawn(start);"
)
_FOCUS = (
    _DRAWN + "let most = 0; graph.name.forEach((_, e) => { if (supportOf(e) > supportOf(most)) most = e; });"
    "const field = document.getElementById('search'); field.focus(); field.value = graph.name[most];"
    "field.dispatchEvent(new Event('input')); const start = performance.now();"
    "field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' })); drawn(start);"
)
_COMMUNITY = (
    _DRAWN + "const sizes = (graph.children.get(-1) ?? []).map((g) => [graph.groups[g].size, g]);"
    "sizes.sort((a, b) => b[0] - a[0]); const start = performance.now(); openGroup(sizes[0][1]); drawn(start);"
)


def open_browser(profile: str) -> Any:
    """Return headless Chromium with its profile in a folder of ours."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or shutil.which("google-chrome") or ""
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1300,850"):
        options.add_argument(flag)
    options.add_argument(f"--user-data-dir={profile}")
    return webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver") or "chromedriver"))


def wait_for_picture(driver: Any, page: Path) -> float:
    """Return when the first picture stood, in milliseconds from the start of loading; end after two minutes of none."""
    until = time.monotonic() + 120
    while (picture := driver.execute_script(_PICTURE)) is None:
        if time.monotonic() > until:
            told = "; ".join(entry["message"] for entry in driver.get_log("browser"))
            sys.exit(f"{page}: no picture within two minutes: {told or 'its console says nothing'}")
        time.sleep(0.05)
    return float(picture)


def _measured(page: Path) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as profile:
        driver = open_browser(profile)
        try:
            driver.get(page.resolve().as_uri())
            found = {"picture": wait_for_picture(driver, page)}
            time.sleep(1)
            for name, script in (("first letter", _LETTER), ("focus", _FOCUS)):
                found[name] = driver.execute_async_script(script)
            driver.execute_script("go({ view: { type: 'top' }, chosen: null })")
            found["community"] = driver.execute_async_script(_COMMUNITY)
            return found
        finally:
            driver.quit()


def main() -> None:
    """Measure, and print a row a page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=Path, nargs="+", help="pages that kg build wrote")
    parser.add_argument("--repeats", type=int, default=5)
    chosen = parser.parse_args()
    for page in chosen.pages:
        before = os.getloadavg()[0]
        runs = [_measured(page) for _ in range(chosen.repeats)]
        loads = " to ".join(f"{load:.1f}" for load in sorted((before, os.getloadavg()[0])))
        sys.stdout.write(
            f"{page}: {page.stat().st_size / 1e6:.1f} MB; load of the machine {loads} on {os.cpu_count()} cores\n"
        )
        for name in runs[0]:
            times = [run[name] for run in runs]
            sys.stdout.write(
                f"  {name:<14}{statistics.median(times):>8.0f} ms   ({min(times):.0f} to {max(times):.0f})\n"
            )


if __name__ == "__main__":
    main()
