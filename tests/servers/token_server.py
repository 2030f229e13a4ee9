"""A server of AWS's credentials for tests: security tokens (STS), a container's role, an instance's role (IMDSv2).

All give out the same credentials, to those who ask as AWS demands. Told to refuse, it repeats in its error what it was
asked with.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

ROLE = "reader"
ROLE_PATH = "/latest/meta-data/iam/security-credentials/"
SECRET_HEADERS = ("authorization", "x-aws-ec2-metadata-token", "x-amz-security-token")


class TokenServer:
    """Runs in a thread of its own. `credentials` are as STS gives them, with an `Expiration` that is text."""

    container_token = "container-token/canary+1"
    instance_token = "instance-token/canary+2=="
    web_identity = "eyJhbGciOiJub25lIn0.web-identity-canary.c2lnbmF0dXJl"

    def __init__(self, credentials):
        self.credentials = credentials
        self.refuses = False
        self.requests = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Handler,), {"tokens": self}))
        self._server.daemon_threads = True

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def secrets(self):
        """What nobody but the server and who asks it may see."""
        return [self.container_token, self.instance_token, self.web_identity,
                self.credentials["SecretAccessKey"], self.credentials["SessionToken"]]

    def as_json(self):
        token = self.credentials["SessionToken"]
        return json.dumps({**self.credentials, "Token": token, "SessionToken": token})

    def as_xml(self, action):
        values = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in self.credentials.items())
        return (f"<{action}Response><{action}Result><Credentials>{values}</Credentials></{action}Result>"
                f"</{action}Response>")


class Handler(BaseHTTPRequestHandler):
    def do_PUT(self):
        asks_well = self.path == "/latest/api/token" and self.headers["x-aws-ec2-metadata-token-ttl-seconds"]
        self._answer(asks_well, self.tokens.instance_token)

    def do_GET(self):
        if self.path == "/container":
            return self._answer(self.headers["authorization"] == self.tokens.container_token, self.tokens.as_json())
        may_ask = self.headers["x-aws-ec2-metadata-token"] == self.tokens.instance_token
        texts = {ROLE_PATH: ROLE, ROLE_PATH + ROLE: self.tokens.as_json()}
        self._answer(may_ask and self.path in texts, texts.get(self.path))

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        form = {name: value for name, [value] in parse_qs(body).items()}
        is_signed = "Signature=" in self.headers.get("authorization", "")
        may_ask = {"AssumeRole": is_signed,
                   "AssumeRoleWithWebIdentity": form.get("WebIdentityToken") == self.tokens.web_identity}
        self._answer(may_ask.get(form["Action"]), self.tokens.as_xml(form["Action"]), body)

    def _answer(self, is_well, text, asked=""):
        self.tokens.requests.append(f"{self.command} {self.path} {asked}")
        gives_token = self.command == "PUT"  # what is refused after it can repeat it
        status = 200
        if not is_well or (self.tokens.refuses and not gives_token):
            repeated = [self.headers[name] for name in SECRET_HEADERS if self.headers[name]]
            repeated += [value for values in parse_qs(asked).values() for value in values]
            status, text = 403, ("<ErrorResponse><Error><Code>AccessDenied</Code><Message>not with "
                                 f"{escape(' '.join([*reversed(repeated), asked]))}</Message></Error></ErrorResponse>")
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass
