"""Buckets of a real server that speaks S3, in this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import Request, urlopen

from minio import Minio
from moto.server import ThreadedMotoServer

from ilpes_lms.supervisor import free_port


@contextmanager
def buckets(*names: str) -> Iterator[str]:
    """Run the server with empty buckets of these names; yield its host and port."""
    server = ThreadedMotoServer("127.0.0.1", free_port(), verbose=False)
    server.start()
    try:
        address = ":".join(map(str, server.get_host_and_port()))
        # All servers of a process share what they keep: a bucket made for other tests would be found here.
        urlopen(Request(f"http://{address}/moto-api/reset", method="POST")).close()
        client = Minio(address, access_key="key", secret_key="secret", secure=False, region="us-east-1")
        for name in names:
            client.make_bucket(name)
        yield address
    finally:
        server.stop()


def address_of(server: str, place: str) -> str:
    """Return the FILES_URL of a bucket, or of a folder in it."""
    return f"s3://key:secret@{server}/{place}?region=us-east-1&secure=0"
