"""helm test: an object written to the landing zone is read back, and cannot be overwritten."""

import os
import uuid

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import from_url


def main() -> None:
    """Use an object of this run's own, and delete it in the end."""
    store = from_url(os.environ["LANDING_URL"])
    path = f"helm-test/{uuid.uuid4().hex}"
    content = os.urandom(64 * 1024)
    obstore.put(store, path, content, mode="create")
    try:
        if obstore.get(store, path).bytes().to_bytes() != content:
            raise SystemExit(f"{path}: read something else than was written")
        try:
            obstore.put(store, path, b"other", mode="create")
        except AlreadyExistsError:
            pass
        else:
            raise SystemExit(f"{path}: was overwritten, so the landing zone is not immutable")
    finally:
        obstore.delete(store, path)
    print("object store: an object written, read, and kept from being overwritten")


main()
