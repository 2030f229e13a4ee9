"""Requests and answers of AWS's Query protocol, as botocore's service models describe them.

What a client sends is read strictly: a parameter that the model does not name, a wrong type, a missing required one
is a ModelBreach. Answers are written from plain dicts; a member that the model does not name is one, too.
"""

import json
import re
from pathlib import Path
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

import botocore

DATA = Path(botocore.__file__).parent / "data"
SERVICES = {"redshift": "2012-12-01", "iam": "2010-05-08", "ec2": "2016-11-15", "sts": "2011-06-15"}

# Newer than the models of Debian 12's botocore 1.29 (they came with 1.31.42, "ManageMasterPassword").
NEWER_MEMBERS = {
    ("redshift", "CreateClusterMessage"): {"ManageMasterPassword": {"shape": "BooleanOptional"}},
    ("redshift", "Cluster"): {"MasterPasswordSecretArn": {"shape": "String"}},
}
NO_LONGER_REQUIRED = {("redshift", "CreateClusterMessage"): {"MasterUserPassword"}}


class ModelBreach(Exception):
    """A request or an answer that is not as the model says."""


class ServiceModel:
    def __init__(self, name):
        self.name = name
        self.version = SERVICES[name]
        model = json.loads((DATA / name / self.version / "service-2.json").read_text())
        self.is_ec2 = model["metadata"]["protocol"] == "ec2"
        self.namespace = model["metadata"]["xmlNamespace"]
        self.operations, self.shapes = model["operations"], model["shapes"]
        for (service, shape), members in NEWER_MEMBERS.items():
            if service == name:
                self.shapes[shape]["members"].update(members)
        for (service, shape), members in NO_LONGER_REQUIRED.items():
            if service == name:
                self.shapes[shape]["required"] = [m for m in self.shapes[shape]["required"] if m not in members]

    def read_request(self, body):
        """The action, and its parameters as boto3 would take them."""
        pairs = parse_qsl(body, keep_blank_values=True, strict_parsing=True)
        form = dict(pairs)
        if len(form) != len(pairs):
            raise ModelBreach("a parameter comes twice")
        action, version = form.pop("Action", None), form.pop("Version", None)
        if action not in self.operations:
            raise ModelBreach(f"{self.name} has no action {action}")
        if version != self.version:
            raise ModelBreach(f"{action}: version {version} is not {self.version}")
        shape = self.operations[action].get("input", {}).get("shape")
        parameters = self._read_structure(shape, "", form) if shape else {}
        if form:
            raise ModelBreach(f"{action} has no parameter {sorted(form)}")
        return action, parameters

    def write_answer(self, action, values, request_id):
        output = self.operations[action].get("output", {})
        inner = self._write_members(self.shapes[output["shape"]], values) if output else ""
        if output.get("resultWrapper"):
            inner = f"<{output['resultWrapper']}>{inner}</{output['resultWrapper']}>"
        identity = f"<requestId>{request_id}</requestId>" if self.is_ec2 else (
            f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>")
        return f'<{action}Response xmlns="{self.namespace}">{inner}{identity}</{action}Response>'

    def write_error(self, code, message, request_id):
        error = f"<Code>{code}</Code><Message>{escape(message)}</Message>"
        if self.is_ec2:
            return (f"<Response><Errors><Error>{error}</Error></Errors>"
                    f"<RequestID>{request_id}</RequestID></Response>")
        return (f'<ErrorResponse xmlns="{self.namespace}"><Error><Type>Sender</Type>{error}</Error>'
                f"<RequestId>{request_id}</RequestId></ErrorResponse>")

    def status_of(self, code):
        """The HTTP status of an error: what its shape says, else 400."""
        for shape in self.shapes.values():
            error = shape.get("error", {})
            if error.get("code") == code:
                return error["httpStatusCode"]
        return 403 if code in ("AccessDenied", "SignatureDoesNotMatch", "InvalidClientTokenId") else 400

    def _wire_name(self, name, member):
        if not self.is_ec2:
            return member.get("locationName", name)
        written = member.get("queryName") or member.get("locationName") or name
        return written[0].upper() + written[1:]

    def _read_structure(self, shape_name, prefix, form):
        shape, values = self.shapes[shape_name], {}
        for name, member in shape["members"].items():
            value = self._read(member["shape"], prefix + self._wire_name(name, member), form)
            if value is not None:
                values[name] = value
        missing = set(shape.get("required", ())) - set(values)
        if missing:
            raise ModelBreach(f"{shape_name} misses {sorted(missing)}")
        return values

    def _read(self, shape_name, key, form):
        shape = self.shapes[shape_name]
        if shape["type"] == "structure":
            is_there = any(k.startswith(key + ".") for k in form)
            return self._read_structure(shape_name, key + ".", form) if is_there else None
        if shape["type"] == "list":
            return self._read_list(shape, key, form)
        return self._read_scalar(shape, key, form.pop(key)) if key in form else None

    def _read_list(self, shape, key, form):
        if not self.is_ec2 and not shape.get("flattened"):
            key += "." + shape["member"].get("locationName", "member")
        values = []
        while any(k == f"{key}.{len(values) + 1}" or k.startswith(f"{key}.{len(values) + 1}.") for k in form):
            values.append(self._read(shape["member"]["shape"], f"{key}.{len(values) + 1}", form))
        return values or None

    def _read_scalar(self, shape, key, text):
        kind = shape["type"]
        if kind == "boolean":
            if text not in ("true", "false"):
                raise ModelBreach(f"{key} is no boolean: {text}")
            return text == "true"
        if kind in ("integer", "long"):
            if not re.fullmatch(r"-?\d+", text):
                raise ModelBreach(f"{key} is no number: {text}")
            return int(text)
        if kind != "string":
            raise ModelBreach(f"{key}: a {kind} is not expected here")
        if "enum" in shape and text not in shape["enum"]:
            raise ModelBreach(f"{key} is none of {shape['enum']}: {text}")
        if len(text) < shape.get("min", 0) or len(text) > shape.get("max", len(text)):
            raise ModelBreach(f"{key} has a length that is not allowed: {len(text)}")
        return text

    def _write_members(self, shape, values):
        unknown = set(values) - set(shape["members"])
        if unknown:
            raise ModelBreach(f"the answer has no member {sorted(unknown)}")
        return "".join(self._write(member["shape"], member.get("locationName", name), values[name])
                       for name, member in shape["members"].items() if values.get(name) is not None)

    def _write(self, shape_name, tag, value):
        shape = self.shapes[shape_name]
        if shape["type"] == "structure":
            inner = self._write_members(shape, value)
        elif shape["type"] == "list":
            item = shape["member"].get("locationName", "member")
            inner = "".join(self._write(shape["member"]["shape"], item, entry) for entry in value)
        elif isinstance(value, bool):
            inner = "true" if value else "false"
        else:
            inner = escape(str(value))
        return f"<{tag}>{inner}</{tag}>"
