"""Open a page of `odkit report` in Chromium, and print the seconds from opening it to what a reader waits for."""

import json
import os
import shutil
import sys
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

page_file, user = sys.argv[1:]
with sync_playwright() as play:
    # as root Chromium cannot make its sandbox
    browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"] if os.geteuid() == 0 else [])
    page = browser.new_page()
    start = time.perf_counter()
    page.goto(Path(page_file).as_uri(), wait_until="commit")
    page.fill("#query", user)
    page.wait_for_function("name => [...document.querySelectorAll('#list [role=option] b')].some(e => e.textContent === name)", arg=user)
    searched = time.perf_counter() - start
    page.fill("#filter-text", "no finding holds these words")
    page.wait_for_function("document.querySelector('#filter-count').textContent.startsWith('0 ')")
    filtered = time.perf_counter() - start
    browser.close()
print(json.dumps({"searched": searched, "filtered": filtered}))
