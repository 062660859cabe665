"""Looks at /docs and /redoc with headless Chromium, as a person would.

    check_docs.py [http://127.0.0.1:8080 [KEY]]

Without an address it starts what `make run` starts, and ends it again.
Every operation of /openapi.json has to be displayed on both pages, "Try it out" has to create a user and
list users, nothing may be written to the browser's console, and no request may go to another host.
The created user is deleted again. With the key of a writer, "Try it out" has to be refused first, and to work once the
key was entered behind the button "Authorize".
"""

import json
import ssl
import sys
import time
import urllib.request
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from stack import whole
from stack.machine import temporary_folder

SECONDS = 30
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def start_browser():
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1400,2400"):
        options.add_argument(argument)
    options.set_capability("acceptInsecureCerts", True)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))


def fetch(url, method="GET", key=None):
    anything = ssl.create_default_context()
    anything.check_hostname = False
    anything.verify_mode = ssl.CERT_NONE  # the certificate of `make run` is self-signed
    request = urllib.request.Request(url, method=method, headers={"Authorization": f"Bearer {key}"} if key else {})
    with urllib.request.urlopen(request, context=anything) as answer:
        return answer.read()


def operations(document):
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield method, path, item[method]


def wait_for(browser, what, condition):
    return WebDriverWait(browser, SECONDS).until(lambda _: condition(), f"{what}: not within {SECONDS} s")


def visible(browser, selector):
    return [found for found in browser.find_elements(By.CSS_SELECTOR, selector) if found.is_displayed()]


def check_swagger(browser, base, document):
    browser.get(f"{base}/docs")
    wanted = {(method, path) for method, path, _ in operations(document)}

    def displayed():
        return {
            (
                block.find_element(By.CSS_SELECTOR, ".opblock-summary-method").text.lower(),
                block.find_element(By.CSS_SELECTOR, ".opblock-summary-path").get_attribute("data-path"),
            )
            for block in visible(browser, ".opblock")
        }

    wait_for(browser, f"/docs shows {sorted(wanted)}", lambda: wanted <= displayed())
    assert browser.title.endswith(" - Swagger UI"), browser.title


def check_refusal(browser):
    """Without a key nothing can be done, and the page says so, as does the browser's console."""
    status, text = try_it_out(browser, "get", "/users/")
    assert (status, json.loads(text)) == (401, {"detail": "Not authenticated"}), (status, text)
    (entry,) = browser.get_log("browser")
    assert "401 (Unauthorized)" in entry["message"], entry


def set_text(browser, kind, field, text):
    """React listens to its own setter, so the text is set the way a paste would."""
    browser.execute_script(
        f"const set = Object.getOwnPropertyDescriptor({kind}.prototype, 'value').set;"
        "set.call(arguments[0], arguments[1]);"
        "arguments[0].dispatchEvent(new Event('input', {bubbles: true}))",
        field,
        text,
    )


def authorize(browser, key):
    """Enters the key behind the button."""

    def part(selector):
        return wait_for(browser, selector, lambda: next(iter(visible(browser, selector)), None))

    part(".auth-wrapper .btn.authorize").click()
    set_text(browser, "HTMLInputElement", part(".auth-container input"), key)
    part(".auth-btn-wrapper .btn.authorize").click()
    part(".auth-btn-wrapper .btn-done").click()
    part(".auth-wrapper .btn.authorize.locked, .auth-wrapper .btn.authorize .locked")


def try_it_out(browser, method, path, body=None):
    """Opens an operation, executes it, and returns the status and the text that the page shows."""
    block = next(
        block
        for block in browser.find_elements(By.CSS_SELECTOR, f".opblock-{method}")
        if block.find_element(By.CSS_SELECTOR, ".opblock-summary-path").get_attribute("data-path") == path
    )

    def part(selector):
        return wait_for(
            browser,
            f"{method} {path} {selector}",
            lambda: next(iter(block.find_elements(By.CSS_SELECTOR, selector)), None),
        )

    def press(selector):
        browser.execute_script("arguments[0].scrollIntoView({block: 'center'}); arguments[0].click()", part(selector))

    press(".opblock-summary-control")
    press(".try-out__btn")
    if body is not None:
        set_text(browser, "HTMLTextAreaElement", part("textarea.body-param__text"), json.dumps(body))
    press(".execute")
    status = part(".live-responses-table .response .response-col_status").text.split()[0]
    return int(status), part(".live-responses-table .response .response-col_description code").text


def check_try_it_out(browser, base, key):
    email = f"browser-{time.time_ns()}@example.com"
    status, text = try_it_out(browser, "post", "/users/", {"email": email, "name": "Browser"})
    user = json.loads(text)
    assert status == 200 and user["email"] == email, (status, text)
    try:
        status, text = try_it_out(browser, "get", "/users/")
        assert status == 200 and isinstance(json.loads(text), list), (status, text)
    finally:
        fetch(f"{base}/users/{user['id']}", "DELETE", key)


def check_redoc(browser, base, document):
    browser.get(f"{base}/redoc")
    summaries = {operation["summary"] for _, _, operation in operations(document)}

    def displayed():
        return {heading.text.strip() for heading in visible(browser, "h2")}

    wait_for(browser, f"/redoc shows {sorted(summaries)}", lambda: summaries <= displayed())
    assert browser.title.endswith(" - ReDoc"), browser.title


def check_console(browser):
    entries = [entry for entry in browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]
    assert not entries, f"the browser's console says: {entries}"


def check_requests(browser, base):
    hosts = set()
    for entry in browser.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            address = urlsplit(message["params"]["request"]["url"])
            if address.scheme not in ("data", "blob"):
                hosts.add(address.netloc)
    assert hosts == {urlsplit(base).netloc}, f"requests went to {hosts}"


def main():
    if len(sys.argv) > 3:
        sys.exit("usage: check_docs.py [BASE [KEY]], for example http://127.0.0.1:8080")
    if len(sys.argv) > 1:
        return check_pages(sys.argv[1].rstrip("/"), sys.argv[2] if len(sys.argv) == 3 else None)
    with temporary_folder("browser") as folder, whole.running(folder) as (port, _):
        check_pages(f"http://127.0.0.1:{port}", None)


def check_pages(base, key):
    with_key = {
        "without a key Try it out is refused": lambda: check_refusal(browser),
        "/docs shows every operation again": lambda: check_swagger(browser, base, document),
        "Authorize takes the key": lambda: authorize(browser, key),
    }
    document = json.loads(fetch(f"{base}/openapi.json"))
    browser = start_browser()
    try:
        for name, check in {
            "/docs shows every operation": lambda: check_swagger(browser, base, document),
            **(with_key if key else {}),
            "Try it out creates and lists": lambda: check_try_it_out(browser, base, key),
            "nothing on the console": lambda: check_console(browser),
            "/redoc shows every operation": lambda: check_redoc(browser, base, document),
            "still nothing on the console": lambda: check_console(browser),
            "no request to another host": lambda: check_requests(browser, base),
        }.items():
            check()
            print(f"ok  {name}", flush=True)
    finally:
        browser.quit()


if __name__ == "__main__":
    main()
