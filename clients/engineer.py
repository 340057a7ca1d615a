"""What an engineer of another firm writes, given a client ID and a secret: lists users, asks for more, goes on."""

import os

from authlib.integrations.requests_client import OAuth2Session, OAuthError

URL = os.environ["DOORWARD_URL"]
doorward = OAuth2Session(
    os.environ["DOORWARD_CLIENT_ID"],
    os.environ["DOORWARD_CLIENT_SECRET"],
    token_endpoint=f"{URL}/oauth/token",
    grant_type="client_credentials",
)

try:
    doorward.fetch_token(scope="users:read rooms:read")
except OAuthError as error:
    print("scope:", error.error, flush=True)
doorward.fetch_token()
print("users:", doorward.get(f"{URL}/api/v1/users").json()["count"], flush=True)
print("rooms:", doorward.get(f"{URL}/api/v1/rooms").json()["detail"], flush=True)
while doorward.get(f"{URL}/api/v1/users").status_code == 200:
    pass
print("refused", flush=True)
