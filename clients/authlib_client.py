"""What a program with Authlib does: a token, a call, introspection, revocation; with either way to send its secret.

Prints a JSON list, one object for each way.
"""

import json
import os

from authlib.integrations.requests_client import OAuth2Session, OAuthError

URL = os.environ["DOORWARD_URL"]
CLIENT = (os.environ["DOORWARD_CLIENT_ID"], os.environ["DOORWARD_CLIENT_SECRET"])


def session(way, secret=CLIENT[1]):
    return OAuth2Session(
        CLIENT[0],
        secret,
        token_endpoint=f"{URL}/oauth/token",
        token_endpoint_auth_method=way,
        revocation_endpoint_auth_method=way,
        grant_type="client_credentials",
    )


def wrong_secret(way):
    try:
        session(way, "dws_wrong").fetch_token()
    except OAuthError as error:
        return error.error
    return "let in"


def through(way):
    doorward = session(way)
    token = doorward.fetch_token(scope="rooms:read")
    rooms = doorward.get(f"{URL}/api/v1/rooms")
    users = doorward.get(f"{URL}/api/v1/users")
    alive = doorward.introspect_token(f"{URL}/oauth/introspect", token=token["access_token"])
    revoked = doorward.revoke_token(f"{URL}/oauth/revoke", token=token["access_token"])
    dead = doorward.introspect_token(f"{URL}/oauth/introspect", token=token["access_token"])
    return {
        "way": way,
        "token_type": token["token_type"],
        "expires_in": token["expires_in"],
        "rooms": [rooms.status_code, len(rooms.json()["items"])],
        "users": users.status_code,
        "alive": alive.json(),
        "revoked": revoked.status_code,
        "dead": dead.json(),
        "rooms_then": doorward.get(f"{URL}/api/v1/rooms").status_code,
        "wrong_secret": wrong_secret(way),
    }


print(json.dumps([through(way) for way in ("client_secret_basic", "client_secret_post")]))
