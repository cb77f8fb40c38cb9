"""Wait for one message of a webhook, verify it, print it: `receive_webhook.py build/webhook.json`.

The file is what `POST /v1/webhooks` answered: it has the address to listen at, and the secret, shown this once.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

WEBHOOK = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))


class Receiver(BaseHTTPRequestHandler):
    """Takes messages."""

    def do_POST(self) -> None:
        """Answer 204 to a message of ours, 401 to any other."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            message = Webhook(WEBHOOK["secret"]).verify(body, dict(self.headers.items()))
        except WebhookVerificationError:
            self.send_error(401)
            return
        self.send_response(204)
        self.end_headers()
        self.server.received = message  # type: ignore[attr-defined]  # no more are waited for

    def log_message(self, *_: object) -> None:
        """Print the message alone."""


with HTTPServer(("127.0.0.1", urlsplit(WEBHOOK["url"]).port or 80), Receiver) as server:
    server.received = None  # type: ignore[attr-defined]
    while server.received is None:  # type: ignore[attr-defined]
        server.handle_request()
    print(json.dumps(server.received, indent=2))  # type: ignore[attr-defined]
