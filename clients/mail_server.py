"""aiosmtpd on a port of this machine. Each mail that it takes is one line of JSON on stdout. A line on stdin says how it
goes on: `take`, `hang`, or what it answers to every address, such as `550 5.1.1 no such user`."""

import asyncio
import json
import os
import sys
from email import message_from_bytes
from email.policy import default

from aiosmtpd.smtp import SMTP, AuthResult

PASSWORD = os.environ["MAIL_PASSWORD"].encode()


class Handler:
    manner = "take"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.manner == "hang":
            await asyncio.get_running_loop().create_future()
        if self.manner != "take":
            return self.manner
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = message_from_bytes(envelope.content, policy=default)
        mail = {
            "from": str(message["from"]),
            "to": envelope.rcpt_tos,
            "subject": str(message["subject"]),
            "text": message.get_content(),
        }
        print(json.dumps(mail), flush=True)
        return "250 taken"


def authenticate(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (b"doorward", PASSWORD))


async def main():
    handler = Handler()

    def server():
        return SMTP(
            handler,
            enable_SMTPUTF8=True,
            authenticator=authenticate,
            auth_required=True,
            auth_require_tls=False,
        )

    loop = asyncio.get_running_loop()
    await loop.create_server(server, "127.0.0.1", int(sys.argv[1]))
    orders = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    print(json.dumps("ready"), flush=True)
    while order := await orders.readline():
        handler.manner = order.decode().strip()
        print(json.dumps("understood"), flush=True)


asyncio.run(main())
