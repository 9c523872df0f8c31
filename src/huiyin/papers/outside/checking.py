"""Is what came back the file that was sent, signed by the person meant, with a certificate of a body that is trusted here, now?"""

from __future__ import annotations

import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from huiyin.core.values import Refusal, Text
from huiyin.papers.outside.configured import Trusted

if TYPE_CHECKING:
    from asn1crypto import x509
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

# Clocks of two machines differ a little.
SKEW: Final = timedelta(minutes=5)
REASONS: Final = {
    "unreadable": Text("签回来的文件不是PDF，或者打不开。", "What came back is no PDF or cannot be read."),
    "unsigned": Text("签回来的文件里没有电子签名。", "What came back carries no electronic signature."),
    "altered": Text("签回来的文件签名以后被改过。", "What came back was changed after it was signed."),
    "other_document": Text("签回来的不是送去签的那份文件。", "What came back is not the document that was sent."),
    "other_time": Text("签名时间不在这次签署的时间里。", "The signature was not made in the time of this signing."),
    "certificate_expired": Text("签名用的证书已经过期或者还没有生效。", "The certificate has expired or is not yet valid."),
    "not_trusted": Text("签名用的证书不在本单位认可的名录里。", "The certificate is of no body this office trusts."),
    "other_person": Text("证书上的名字不是该签的人。", "The certificate names somebody else than who is to sign."),
}


@dataclass(frozen=True, slots=True)
class Accepted:
    """A signature that holds: whose certificate, of which body, whether the installation says it is licensed, and when."""

    subject: str
    body: Text
    licensed: bool
    at: datetime


def check(
    sent: bytes, got: bytes, trust: Sequence[Trusted], *, names: Collection[str], begun: datetime, now: datetime
) -> Accepted | Refusal:
    """Tell whether a file is the one that was sent with one good signature added, or the reason why it is refused.

    Args:
        names: whose certificate it may be; the common name of its subject is compared.
        begun: when it was sent.
    """
    # Dear to load, and pages that show nothing of a service need none of it.
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        signatures = PdfFileReader(io.BytesIO(got), strict=False).embedded_signatures
        return _check(sent, got, signatures, trust, names, begun, now)
    except Exception:
        # A broken PDF makes its reader stumble in ways of every kind.
        return refused("altered" if b"/ByteRange" in got else "unreadable")


def refused(code: str) -> Refusal:
    """Return the refusal with this code."""
    return Refusal(code, REASONS[code])


def _check(
    sent: bytes,
    got: bytes,
    signatures: Sequence[EmbeddedPdfSignature],
    trust: Sequence[Trusted],
    names: Collection[str],
    begun: datetime,
    now: datetime,
) -> Accepted | Refusal:
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    if not signatures:
        return refused("unsigned")
    last = signatures[-1]
    certificate = last.signer_cert
    roots = [one.root for one in trust]
    status = validate_pdf_signature(last, ValidationContext(trust_roots=roots, moment=now, allow_fetching=False), skip_diff=True)
    if not (status.intact and status.valid and status.coverage == SignatureCoverageLevel.ENTIRE_FILE):
        return refused("altered")
    if len(signatures) != 1 or not got.startswith(sent):
        return refused("other_document")
    if not certificate.not_valid_before <= now <= certificate.not_valid_after:
        return refused("certificate_expired")
    path = status.validation_path
    body = None if path is None or not status.trusted else next((one for one in trust if one.root.sha256 == path.first.sha256), None)
    if body is None:
        return refused("not_trusted")
    if _named(certificate) not in names:
        return refused("other_person")
    at = last.self_reported_timestamp
    if at is None or not begun - SKEW <= at <= now + SKEW:
        return refused("other_time")
    return Accepted(_named(certificate), body.title, body.licensed, at)


def _named(certificate: x509.Certificate) -> str:
    return str(certificate.subject.native.get("common_name", ""))
