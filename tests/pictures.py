"""Takes the pictures of the page that the README shows, in headless Chromium.

    kg build examples/papers.jsonl -o exports && python -m tests.pictures exports/graph.html examples

writes `view-all.webp`, `view-community.webp`, `view-entity.webp` and `view-paper.webp`; addresses say what each shows.
"""

import argparse
import base64
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.benchmarks.bench_page import open_browser, wait_for_picture

#: What each picture shows: its name, the page's address, the theme, and what is done before it is taken.
PICTURES = (
    ("view-all", "", "light", ""),
    ("view-community", "", "light", "document.querySelector('#places button').click()"),
    ("view-entity", "#entity=BERT&kind=Method", "dark", ""),
    ("view-paper", "#paper=2201.11903", "light", ""),
)
#: Width and height of the window, pixels; quality of WebP, of 100: text is still clean, and four pictures take 200 kB.
SIZE, QUALITY = (1080, 680), 28


def take(driver: Any, page: Path, folder: Path) -> list[Path]:
    """Write the pictures of ``page`` into ``folder``; return their paths."""
    written = []
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": SIZE[0], "height": SIZE[1], "deviceScaleFactor": 1, "mobile": False},
    )
    for name, address, theme, done in PICTURES:
        driver.get("about:blank")
        driver.get(page.resolve().as_uri() + address)
        wait_for_picture(driver, page)
        driver.execute_script("useTheme(arguments[0]); redraw();", theme)
        driver.execute_async_script(
            "const taken = arguments[arguments.length - 1];"
            f"(async () => {{ await ({done or 'null'}); while (document.querySelector('#facts .later'))"
            " await afterFrame(); await afterFrame(); })().then(() => taken(null))"
        )
        shot = driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
        written.append(folder / f"{name}.webp")
        written[-1].write_bytes(base64.b64decode(shot["data"]))
    driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    return written


def main() -> None:
    """Take the pictures and say how large they are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page", type=Path, help="the page of the example")
    parser.add_argument("folder", type=Path, help="where the pictures go")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as profile:
        driver = open_browser(profile)
        try:
            for path in take(driver, chosen.page, chosen.folder):
                sys.stdout.write(f"{path}: {path.stat().st_size / 1000:.0f} kB\n")
        finally:
            driver.quit()


if __name__ == "__main__":
    main()
