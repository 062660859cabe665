"""Looks at every page that shows what clients have stored or sent, with headless Chromium, where that is markup.

    check_markup.py http://127.0.0.1:8080

Nothing of it may run or become an element, nothing of another host may be loaded. Makes users, and deletes them again.
"""

import json
import sys
import urllib.parse
import urllib.request

from check_docs import check_requests, check_swagger, fetch, start_browser, try_it_out, visible, wait_for
from selenium.common.exceptions import NoAlertPresentException
from selenium.webdriver.common.by import By

# Each sets the variable `stolen`, or asks for an image called `stolen`, if it is taken for more than text.
MARKUP = [
    "<script>stolen=1</script>",
    '"><img src=stolen onerror=stolen=1>',
    "'><svg onload=stolen=1>",
    "</script><script>stolen=1</script>",
    '</code></pre><iframe srcdoc="<script>parent.stolen=1</script>">',
    '<a href="javascript:stolen=1" style="position:fixed;inset:0">x</a>',
    "[x](javascript:stolen=1) ![x](stolen)",
    '{{constructor.constructor("stolen=1")()}}${stolen=1}',
    "<style>@import url(//evil.example/stolen)</style>",
    "<!--><img src=stolen onerror=stolen=1>-->",
    "&lt;img src=stolen onerror=stolen=1&gt;",
    "\u202e<img src=stolen onerror=stolen=1>",
]
QUERIES = [
    "?url=https://evil.example/openapi.json", "?configUrl=https://evil.example/config.json",
    "?spec-url=https://evil.example/openapi.json", "#tag/<img src=stolen onerror=stolen=1>",
    "?urls.primaryName=%3Cimg%20src=stolen%20onerror=stolen=1%3E", "?oauth2RedirectUrl=javascript:stolen=1",
    "#/%3Cimg%20src=stolen%20onerror=stolen=1%3E", "#/users/%22%3E%3Cscript%3Estolen=1%3C/script%3E",
    "?code=%3Cscript%3Estolen=1%3C/script%3E&state=%22%3E%3Cimg%20src=stolen%20onerror=stolen=1%3E",
]


def make_users(base):
    for number, name in enumerate(MARKUP):
        body = json.dumps({"email": f"markup{number}@example.com", "name": name}).encode()
        request = urllib.request.Request(f"{base}/users/", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            yield json.load(answer)["id"]


def check_nothing_ran(browser, where):
    """Nor would it have, without the policy: a refusal of the policy's would be on the console."""
    try:
        raise AssertionError(f"{where}: a dialog: {browser.switch_to.alert.text}")
    except NoAlertPresentException:
        pass
    assert browser.execute_script("return typeof stolen") == "undefined", f"{where}: a script ran"
    found = browser.find_elements(By.CSS_SELECTOR, "[src*=stolen], [onerror], [onload], iframe, [href^='javascript:']")
    assert not found, f"{where}: text became {[one.get_attribute('outerHTML')[:200] for one in found]}"
    messages = [entry["message"] for entry in browser.get_log("browser")]
    entries = [message for message in messages if "Content Security Policy" in message]
    assert not entries, f"{where}: {entries}"


def check_try_it_out(browser, base, document):
    """What is stored, in an answer, and what is sent, in a refusal."""
    check_swagger(browser, base, document)
    status, text = try_it_out(browser, "get", "/users/")
    names = [user["name"] for user in json.loads(text)]
    assert status == 200 and set(MARKUP) <= set(names), (status, text)
    check_nothing_ran(browser, "an answer in /docs")
    name = " ".join(MARKUP)
    check_swagger(browser, base, document)
    status, text = try_it_out(browser, "post", "/users/", {"email": name, "name": name})
    assert status == 422 and json.loads(text)["detail"][0]["input"] == name, (status, text)
    check_nothing_ran(browser, "a refusal in /docs")


def check_itself(browser):
    """What becomes an element is found."""
    browser.execute_script("document.body.insertAdjacentHTML('beforeend', arguments[0])", MARKUP[1])
    try:
        check_nothing_ran(browser, "")
    except AssertionError:
        return
    raise AssertionError("markup that is one is not found, so all of this says nothing")


def check_direct(browser, base, ids):
    """The answers themselves, as pages, and paths that nobody has."""
    for path in ["/users/", *(f"/users/{id}" for id in ids), *(f"/{urllib.parse.quote(name)}" for name in MARKUP)]:
        browser.get(base + path)
        assert browser.execute_script("return document.contentType") == "application/json", path
        check_nothing_ran(browser, path)


def check_addresses(browser, base):
    """What stands in the address of a page."""
    for page, is_there in ("/docs", ".opblock"), ("/redoc", "h2"), ("/docs/oauth2-redirect", "body"):
        for query in QUERIES:
            browser.get("about:blank")
            browser.get(f"{base}{page}{query}")
            if page != "/docs/oauth2-redirect":
                wait_for(browser, f"{page}{query}", lambda selector=is_there: visible(browser, selector))
            check_nothing_ran(browser, page + query)


def main():
    base = sys.argv[1].rstrip("/")
    document = json.loads(fetch(f"{base}/openapi.json"))
    ids = list(make_users(base))
    browser = start_browser()
    try:
        check_try_it_out(browser, base, document)
        check_direct(browser, base, ids)
        check_addresses(browser, base)
        check_requests(browser, base)
        check_itself(browser)
    finally:
        browser.quit()
        for id in ids:
            fetch(f"{base}/users/{id}", "DELETE")


if __name__ == "__main__":
    main()
