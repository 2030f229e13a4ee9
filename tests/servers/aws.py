"""A stand-in for the control plane of an AWS account: IAM, STS, EC2's security groups, Redshift and checkip.

It answers as botocore's models say and takes nothing else, verifies every signature, and keeps an account's state.
Tests script what happens: how long a cluster is being made, which calls fail, what somebody else does meanwhile.
It answers on one address of 127.0.0.1; the service is the one that the signature names.
"""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from query_model import SERVICES, ModelBreach, ServiceModel

ACCOUNT = "123456789012"
KEY, SECRET = "AKIDSTANDIN", "stand-in/secret+key"
REGION, OTHER_REGION = REGIONS = ("eu-west-1", "us-west-2")
VPC, OTHER_VPC = "vpc-0default", "vpc-0other"  # the second is that of a subnet group
CALLER_ADDRESS = "203.0.113.7"
MODELS = {name: ServiceModel(name) for name in SERVICES}
AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, ?SignedHeaders=([^,]+), ?"
    r"Signature=([0-9a-f]{64})")


TRUST = json.dumps({"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Principal": {"Service": "redshift.amazonaws.com"}, "Action": "sts:AssumeRole"}]})


class Refusal(Exception):
    def __init__(self, code, message="as the test wishes"):
        super().__init__(message)
        self.code = code


class Region:
    """What an account holds in one region: clusters by identifier, security groups by id."""

    def __init__(self):
        self.clusters, self.groups = {}, {}


class Account:
    """What the account holds, by name, and what happened in it. `clusters` and `groups` are those of REGION."""

    def __init__(self):
        self.number = ACCOUNT
        self.roles, self.snapshots = {}, []
        self.regions = {name: Region() for name in REGIONS}
        self._region = REGION  # of the call that is being carried out
        self.calls = []        # ("iam", "CreateRole", {...}) in order
        self.breaches = []     # requests that are not as the model says; a test fails for any
        self.failures = {}     # action -> list of codes, one per call; None lets a call pass
        self.looks_to_create = 2   # how often a new cluster is seen as creating
        self.looks_to_delete = 2
        self.looks_to_attach = 1
        self.before = {}       # action -> function called before it is carried out
        self.has_default_vpc = True
        self.group_in_use = 0  # how many deletions of a security group are refused
        self.login_password = "temporary/pass+word=="
        self.login_expires = "2100-01-01T00:00:00Z"
        self.bodies = {}       # action -> what comes in place of its answer
        self.endpoint = {}     # what of a new cluster's endpoint is not as it would be

    @property
    def clusters(self):
        return self.regions[self._region].clusters

    @property
    def groups(self):
        return self.regions[self._region].groups

    def is_empty(self):
        return not (self.roles or any(region.clusters or region.groups for region in self.regions.values()))

    def actions(self):
        return [action for _, action, _ in self.calls]

    def call(self, service, action, parameters, region=REGION):
        self._region = region if region in REGIONS else REGION
        try:
            return self._call(service, action, parameters)
        finally:
            self._region = REGION

    def _call(self, service, action, parameters):
        self.calls.append((service, action, parameters))
        if hook := self.before.get(action):
            hook(self)
        code = self.failures.get(action) and self.failures[action].pop(0)
        if code:
            denied = f"User: arn:aws:iam::{ACCOUNT}:user/ann is not authorized to perform: {service}:{action}"
            raise Refusal(code, denied if "Denied" in code or "Unauthorized" in code else "as the test wishes")
        return getattr(self, "_" + action)(**parameters) or {}

    # STS

    def _GetCallerIdentity(self):
        return {"Account": self.number, "Arn": f"arn:aws:iam::{self.number}:user/ann", "UserId": "AIDA"}

    # IAM

    def role(self, name):
        if name not in self.roles:
            raise Refusal("NoSuchEntity", f"The role with name {name} cannot be found.")
        return self.roles[name]

    def add_role(self, name, tags=(), trust=TRUST, path="/"):
        self.roles[name] = {
            "RoleName": name, "RoleId": "AROA", "Path": path, "Arn": f"arn:aws:iam::{ACCOUNT}:role{path}{name}",
            "CreateDate": "2026-11-28T00:00:00Z", "AssumeRolePolicyDocument": trust, "Tags": list(tags),
            "policies": {}}

    def _CreateRole(self, RoleName, AssumeRolePolicyDocument, Description, Tags):
        if RoleName in self.roles:
            raise Refusal("EntityAlreadyExists", f"Role with name {RoleName} already exists.")
        json.loads(AssumeRolePolicyDocument)
        self.add_role(RoleName, Tags, AssumeRolePolicyDocument)
        return self._GetRole(RoleName)

    def _GetRole(self, RoleName):
        role = {k: v for k, v in self.role(RoleName).items() if k != "policies"}
        return {"Role": {**role, "AssumeRolePolicyDocument": quote(role["AssumeRolePolicyDocument"])}}

    def _UpdateAssumeRolePolicy(self, RoleName, PolicyDocument):
        json.loads(PolicyDocument)
        self.role(RoleName)["AssumeRolePolicyDocument"] = PolicyDocument

    def _PutRolePolicy(self, RoleName, PolicyName, PolicyDocument):
        json.loads(PolicyDocument)
        self.role(RoleName)["policies"][PolicyName] = PolicyDocument

    def _GetRolePolicy(self, RoleName, PolicyName):
        policies = self.role(RoleName)["policies"]
        if PolicyName not in policies:
            raise Refusal("NoSuchEntity", "The role policy cannot be found.")
        return {"RoleName": RoleName, "PolicyName": PolicyName, "PolicyDocument": quote(policies[PolicyName])}

    def _DeleteRolePolicy(self, RoleName, PolicyName):
        self._GetRolePolicy(RoleName, PolicyName)
        del self.roles[RoleName]["policies"][PolicyName]

    def _DeleteRole(self, RoleName):
        if self.role(RoleName)["policies"]:
            raise Refusal("DeleteConflict", "Cannot delete entity, must delete policies first.")
        del self.roles[RoleName]

    def _SimulatePrincipalPolicy(self, PolicySourceArn, ActionNames, ResourceArns, ContextEntries=()):
        policies = self.role(PolicySourceArn.split("/")[-1])["policies"].values()
        context = {entry["ContextKeyName"]: entry["ContextKeyValues"][0] for entry in ContextEntries}
        allowed = any(allows(json.loads(policy), ActionNames[0], ResourceArns[0], context) for policy in policies)
        return {"EvaluationResults": [{"EvalActionName": ActionNames[0], "EvalResourceName": ResourceArns[0],
                                       "EvalDecision": "allowed" if allowed else "implicitDeny"}]}

    # EC2

    def _DescribeVpcs(self, Filters):
        assert Filters == [{"Name": "is-default", "Values": ["true"]}], Filters
        return {"Vpcs": [{"VpcId": VPC, "IsDefault": True}] if self.has_default_vpc else []}

    def _DescribeSecurityGroups(self, Filters):
        def is_wanted(group):
            shown = {"group-name": group["GroupName"], "vpc-id": group["VpcId"],
                     **{f"tag:{tag['Key']}": tag["Value"] for tag in group["Tags"]}}
            return all(shown.get(f["Name"]) in f["Values"] for f in Filters)

        return {"SecurityGroups": [group for group in self.groups.values() if is_wanted(group)]}

    def add_group(self, name, tags=(), vpc=VPC):
        group_id = f"sg-{len(self.groups) + 1:08d}"
        self.groups[group_id] = {"GroupId": group_id, "GroupName": name, "Description": "", "VpcId": vpc,
                                 "Tags": list(tags), "IpPermissions": []}
        return group_id

    def _CreateSecurityGroup(self, Description, GroupName, VpcId, TagSpecifications):
        if any((g["GroupName"], g["VpcId"]) == (GroupName, VpcId) for g in self.groups.values()):
            raise Refusal("InvalidGroup.Duplicate", "already exists")
        return {"GroupId": self.add_group(GroupName, TagSpecifications[0]["Tags"], VpcId)}

    def _AuthorizeSecurityGroupIngress(self, GroupId, IpPermissions):
        self.groups[GroupId]["IpPermissions"] += IpPermissions

    def _RevokeSecurityGroupIngress(self, GroupId, IpPermissions):
        for permission in IpPermissions:
            self.groups[GroupId]["IpPermissions"].remove(permission)

    def _DeleteSecurityGroup(self, GroupId):
        in_use = any(GroupId in c["groups"] for c in self.clusters.values())
        if in_use or self.group_in_use > 0:
            self.group_in_use -= 1
            raise Refusal("DependencyViolation", "resource has a dependent object")
        del self.groups[GroupId]

    # Redshift

    def cluster(self, identifier):
        if identifier not in self.clusters:
            raise Refusal("ClusterNotFound", f"Cluster {identifier} not found.")
        return self.clusters[identifier]

    def add_cluster(self, identifier, status="available", **members):
        self.clusters[identifier] = {
            "looks": 0, "groups": [], "password": None,
            "shown": {"ClusterIdentifier": identifier, "ClusterStatus": status, "NodeType": "ra3.large",
                      "NumberOfNodes": 2, "DBName": "dev", "MasterUsername": "awsuser", "Encrypted": True,
                      "PubliclyAccessible": False, "IamRoles": [], "Tags": [], "VpcId": VPC,
                      "Endpoint": {"Address": f"{identifier}.c0.{self._region}.redshift.amazonaws.com", "Port": 5439,
                                   **self.endpoint},
                      **members}}

    def _CreateCluster(self, ClusterIdentifier, NodeType, MasterUsername, DBName, ClusterType, Port, Encrypted,
                       PubliclyAccessible, Tags, NumberOfNodes=1, MasterUserPassword=None,
                       ManageMasterPassword=False, VpcSecurityGroupIds=(), ClusterSubnetGroupName=None):
        if ClusterIdentifier in self.clusters:
            raise Refusal("ClusterAlreadyExists", "Cluster already exists")
        if bool(MasterUserPassword) == ManageMasterPassword:
            raise Refusal("InvalidParameterCombination", "one of MasterUserPassword and ManageMasterPassword")
        if MasterUserPassword and not is_password(MasterUserPassword):
            raise Refusal("InvalidParameterValue", "The parameter MasterUserPassword is not valid.")
        if (NumberOfNodes == 1) != (ClusterType == "single-node"):
            raise Refusal("InvalidParameterCombination", "Number of nodes does not fit the cluster type")
        members = {"MasterPasswordSecretArn": "arn:aws:secretsmanager:secret"} if ManageMasterPassword else {}
        self.add_cluster(ClusterIdentifier, "creating", NodeType=NodeType, NumberOfNodes=NumberOfNodes, DBName=DBName,
                         MasterUsername=MasterUsername, Encrypted=Encrypted, PubliclyAccessible=PubliclyAccessible,
                         Tags=Tags, **members)
        cluster = self.clusters[ClusterIdentifier]
        cluster["shown"]["Endpoint"].update({"Port": Port, **self.endpoint})
        cluster.update(looks=self.looks_to_create, groups=list(VpcSecurityGroupIds), password=MasterUserPassword)

    def _DescribeClusters(self, ClusterIdentifier):
        cluster = self.cluster(ClusterIdentifier)
        shown = cluster["shown"]
        if cluster["looks"] == 0 and shown["ClusterStatus"] == "creating":
            shown["ClusterStatus"] = "available"
        elif cluster["looks"] == 0 and shown["ClusterStatus"] == "final-snapshot":
            shown["ClusterStatus"] = "deleting"
        elif cluster["looks"] == 0 and shown["ClusterStatus"] == "deleting":
            del self.clusters[ClusterIdentifier]
            self.cluster(ClusterIdentifier)
        elif cluster["looks"] == 0:
            for role in shown["IamRoles"]:
                role["ApplyStatus"] = "in-sync"
        cluster["looks"] = max(0, cluster["looks"] - 1)
        shown["VpcSecurityGroups"] = [{"VpcSecurityGroupId": group, "Status": "active"} for group in cluster["groups"]]
        hidden = {"Endpoint"} if shown["ClusterStatus"] == "creating" else set()
        return {"Clusters": [{k: v for k, v in shown.items() if k not in hidden}]}

    def _ModifyClusterIamRoles(self, ClusterIdentifier, AddIamRoles):
        cluster = self.cluster(ClusterIdentifier)
        if cluster["shown"]["ClusterStatus"] != "available":
            raise Refusal("InvalidClusterState", "There is an operation running on the Cluster.")
        for arn in AddIamRoles:
            if arn not in [role["Arn"] for role in self.roles.values()]:
                raise Refusal("InvalidParameterValue", f"The IAM role {arn} is not valid.")
        cluster["shown"]["IamRoles"] += [{"IamRoleArn": arn, "ApplyStatus": "adding"} for arn in AddIamRoles]
        cluster["looks"] = self.looks_to_attach

    def _DeleteCluster(self, ClusterIdentifier, SkipFinalClusterSnapshot, FinalClusterSnapshotIdentifier=None):
        cluster = self.cluster(ClusterIdentifier)
        if cluster["shown"]["ClusterStatus"] != "available":
            raise Refusal("InvalidClusterState", "There is an operation running on the Cluster.")
        if SkipFinalClusterSnapshot == bool(FinalClusterSnapshotIdentifier):
            raise Refusal("InvalidParameterCombination", "a final snapshot has a name")
        if FinalClusterSnapshotIdentifier:
            self.snapshots.append(FinalClusterSnapshotIdentifier)
        cluster["shown"]["ClusterStatus"] = "final-snapshot" if FinalClusterSnapshotIdentifier else "deleting"
        cluster["looks"] = self.looks_to_delete

    def _DescribeClusterSubnetGroups(self, ClusterSubnetGroupName):
        return {"ClusterSubnetGroups": [{"ClusterSubnetGroupName": ClusterSubnetGroupName, "VpcId": OTHER_VPC}]}

    def _GetClusterCredentials(self, ClusterIdentifier, DbUser, AutoCreate, DbName=None):
        self.cluster(ClusterIdentifier)
        return {"DbUser": f"IAM{'A' if AutoCreate else ''}:{DbUser}", "DbPassword": self.login_password,
                "Expiration": self.login_expires}


def is_password(text):
    """The rules of CreateCluster's MasterUserPassword."""
    return bool(8 <= len(text) <= 64 and re.search("[A-Z]", text) and re.search("[a-z]", text)
                and re.search("[0-9]", text) and re.fullmatch(r"""[!-~]+""", text)
                and not set(text) & set("'\"\\/@"))


def allows(policy, action, resource, context):
    """Whether a policy of the form that starlift writes allows an action."""
    for statement in policy["Statement"]:
        resources = statement["Resource"]
        resources = [resources] if isinstance(resources, str) else resources
        conditions = statement.get("Condition", {}).get("StringLike", {})
        if (action in statement["Action"] and any(is_like(resource, pattern) for pattern in resources)
                and all(any(is_like(context.get(key, ""), pattern) for pattern in patterns)
                        for key, patterns in conditions.items())):
            return True
    return False


def is_like(text, pattern):
    parts = re.split(r"(\$\{[*?$]\}|\*|\?)", pattern)
    special = {"*": ".*", "?": "."}
    return re.fullmatch("".join(special.get(p) or re.escape(p[2] if p.startswith("${") else p) for p in parts),
                        text, re.DOTALL) is not None


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self._send(200, CALLER_ADDRESS + "\n", "text/plain")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        account, lock = self.server.account, self.server.lock
        signed = AUTHORIZATION.fullmatch(self.headers.get("authorization", ""))
        if not signed:
            return self._send(403, "<ErrorResponse><Error><Code>MissingAuthenticationToken</Code></Error></ErrorResponse>")
        model = MODELS[signed[4]]
        try:
            self._verify(signed, body)
            action, parameters = model.read_request(body)
            with lock:
                answer = account.call(model.name, action, parameters, signed[3])
            self._send(200, account.bodies.get(action) or model.write_answer(action, answer, "req-1"))
        except ModelBreach as breach:
            account.breaches.append(f"{model.name}: {breach}")
            self._send(400, model.write_error("ValidationError", str(breach), "req-1"))
        except Refusal as refusal:
            self._send(model.status_of(refusal.code), model.write_error(refusal.code, str(refusal), "req-1"))

    def _verify(self, signed, body):
        key, day, region, service, headers, signature = signed.groups()
        if key != self.server.credentials.access_key:
            raise Refusal("InvalidClientTokenId", "The security token included in the request is invalid.")
        expected_region = "us-east-1" if service == "iam" else region if region in REGIONS else REGION
        request = AWSRequest(self.command, f"http://{self.headers['host']}{self.path}", data=body,
                             headers={name: self.headers[name] for name in headers.split(";") if name != "host"})
        request.context["timestamp"] = self.headers["x-amz-date"]
        auth = SigV4Auth(self.server.credentials, service, expected_region)
        string_to_sign = auth.string_to_sign(request, auth.canonical_request(request))
        if auth.signature(string_to_sign, request) != signature or region != expected_region:
            raise Refusal("SignatureDoesNotMatch", "The signature we calculated does not match.")

    def _send(self, status, text, kind="text/xml"):
        data = text.encode()
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


class AwsStandIn:
    """The server; `account` is what it stands for, `key` and `secret` what its caller signs with."""

    def __init__(self, key=KEY, secret=SECRET):
        self.account = Account()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.account, self._server.lock = self.account, threading.Lock()
        self._server.credentials = Credentials(key, secret)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def environment(self):
        return {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{self._server.server_port}", "AWS_REGION": REGION,
                "AWS_ACCESS_KEY_ID": self._server.credentials.access_key,
                "AWS_SECRET_ACCESS_KEY": self._server.credentials.secret_key}

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
