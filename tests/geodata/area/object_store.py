"""An S3 for tests: moto's server on a port of loopback, which s3fs speaks to as it would to any."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import s3fs
from moto.server import ThreadedMotoServer

_SECRET = "of-nobody"
BUCKET = "areas-of-a-bank"


@contextmanager
def object_store() -> Iterator[str]:
    """Run it; yield its address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


@contextmanager
def bucket(endpoint: str) -> Iterator[str]:
    """Have an empty bucket, its address and key in the environment as on a machine of a bank; yield a URL in it."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL", endpoint)
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            environment.setenv(name, _SECRET)
        s3fs.S3FileSystem.clear_instance_cache()
        store = s3fs.S3FileSystem()
        store.mkdir(BUCKET)
        try:
            yield f"s3://{BUCKET}/doorstep"
        finally:
            store.rm(BUCKET, recursive=True)
            s3fs.S3FileSystem.clear_instance_cache()


def contents(url: str) -> list[str]:
    """List all that lies there."""
    store = s3fs.S3FileSystem()
    store.invalidate_cache()
    return sorted(store.find(url))


def replace(path: str, content: bytes) -> None:
    """Let something else lie there."""
    s3fs.S3FileSystem().pipe_file(path, content)
