"""helm test: the docs of dbt are served, or the page that says that there are none yet."""

import os
import urllib.error
import urllib.request


def main() -> None:
    """Ask as a browser does."""
    url = os.environ["DBT_DOCS_URL"]
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310  the chart's own service
            print(f"dbt docs: {len(answer.read())} bytes of the last build")
    except urllib.error.HTTPError as error:
        text = error.read().decode(errors="replace")
        if "No docs yet" not in text:
            raise SystemExit(f"{url}: {error.code} {text.strip()}") from error
        print("dbt docs: none yet, as before the first build")


main()
