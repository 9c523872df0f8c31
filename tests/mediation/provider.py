"""A signature service that does not exist: a certification body of its own, people's certificates, and signatures that are real."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from pyhanko.keys import load_cert_from_pemder, load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from huiyin.core.values import Text
from huiyin.papers.outside.configured import Trusted
from huiyin.papers.outside.gateway import HEADER, header_of

SECRET = "a secret of the test, long enough to be one"
BODY = Text("试验认证机构", "Certification body of the test")


@dataclass(frozen=True)
class Authority:
    """A certification body."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @classmethod
    def made(cls, name: str = "Test root") -> Authority:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return cls(key, _certificate(name, key.public_key(), name, key, ca=True, days=(-400, 4000)))

    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def trusted(self, folder: Path, *, licensed: bool = False) -> Trusted:
        place = folder / "root.pem"
        place.write_bytes(self.pem())
        return Trusted(load_cert_from_pemder(str(place)), licensed, BODY)

    def signs(self, pdf: bytes, name: str = "张三", days: tuple[int, int] = (-1, 300)) -> bytes:
        """Return a PDF that somebody signed with a certificate of this body."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        issuer = self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
        own = _certificate(name, key.public_key(), str(issuer), self.key, ca=False, days=days)
        secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        (leaf,) = load_certs_from_pemder_data(own.public_bytes(serialization.Encoding.PEM))
        signer = SimpleSigner(leaf, load_private_key_from_pemder_data(secret, None), SimpleCertificateStore())
        meta = PdfSignatureMetadata(field_name=f"Signature{len(pdf)}", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
        out: io.BytesIO = PdfSigner(meta, signer).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False))
        return out.getvalue()


def _certificate(
    name: str, public: rsa.RSAPublicKey, issuer: str, by: rsa.RSAPrivateKey, *, ca: bool, days: tuple[int, int]
) -> x509.Certificate:
    now = datetime.now(UTC)
    usage = x509.KeyUsage(not ca, not ca, False, False, False, ca, ca, False, False)
    return (
        x509.CertificateBuilder(
            x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]),
            x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]),
            public,
            x509.random_serial_number(),
        )
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(by, hashes.SHA256())
    )


class Provider:
    """The gateway: takes documents over HTTP, and makes the callbacks a test asks for."""

    def __init__(self) -> None:
        self.sessions: dict[str, dict[str, Any]] = {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                seconds = self.headers[HEADER].partition(",")[0].removeprefix("t=")
                good = self.headers[HEADER] == header_of(SECRET, body, datetime.fromtimestamp(int(seconds), UTC))
                told = json.loads(body)
                provider.sessions[told["session"]] = told
                self.send_response(201 if good and self.path == "/sessions" else 403)
                self.end_headers()
                self.wfile.write(json.dumps({"redirect": f"https://sign.example/{told['session']}"}).encode())

            def log_message(self, *_: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, daemon=True).start()

    def ends(self) -> None:
        """Stop listening."""
        self.server.shutdown()
        self.server.server_close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/"

    def document(self, session: str) -> bytes:
        return base64.b64decode(self.sessions[session]["document"])

    @staticmethod
    def callback(
        session: str, signed: bytes | None, *, secret: str = SECRET, at: datetime | None = None
    ) -> tuple[bytes, Mapping[str, str]]:
        """Return (body, headers) of an answer; without a document the person declined."""
        told: dict[str, Any] = {"session": session, "outcome": "declined" if signed is None else "signed"}
        if signed is not None:
            told["document"] = base64.b64encode(signed).decode()
        body = json.dumps(told).encode()
        return body, {HEADER: header_of(secret, body, at or datetime.now(UTC))}
