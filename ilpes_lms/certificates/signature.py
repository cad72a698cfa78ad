"""The signature in a certificate's PDF: PAdES B-B, added behind the document without touching a byte of it.

A signature's field is a form field on the page, which PDF/A-3a and PDF/UA-1 want to be tagged and described: it is,
though it takes no room. The same document, key and moment give the same bytes, so that a certificate that is made
again after a crash is the one that was kept before.
"""

import asyncio
import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, cast

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.signers.pdf_cms import SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from ilpes_lms.certificates.keys import SigningKey

_FIELD = "Signature1"
_DIGEST = "sha256"
# In hexadecimal digits: an ECDSA signature with its attributes takes less than 1 kB, each certificate 1 to 2.
_ROOM, _ROOM_FOR_EACH = 4096, 6144
_PRINTED, _LOCKED = 4, 128
_MARK_SIGNED, _MARK_APPEND_ONLY = 1, 2


def sign(pdf: bytes, key: SigningKey, *, at: datetime, description: str) -> bytes:
    """Return a PDF with the key's signature; `description` is read aloud in the place of the field."""
    writer = _Behind(io.BytesIO(pdf))
    _add_field(writer, description)
    setup = SignatureObject(
        timestamp=at, subfilter=SigSeedSubFilter.PADES, bytes_reserved=_ROOM + _ROOM_FOR_EACH * (1 + len(key.chain))
    )
    steps = PdfCMSEmbedder().write_cms(_FIELD, writer, existing_fields_only=True)
    next(steps)
    steps.send(SigObjSetup(sig_placeholder=setup))
    prepared, output = steps.send(SigIOSetup(md_algorithm=_DIGEST))
    steps.send(_signed(key, prepared.document_digest))
    return cast("bytes", output.getvalue())


def _signed(key: SigningKey, digest: bytes) -> Any:
    """Return the signature of a digest, made in a thread of its own: whoever asks may run an event loop in theirs."""
    with ThreadPoolExecutor(1) as apart:
        signing = apart.submit(lambda: asyncio.run(_Signer(key).async_sign(digest, _DIGEST, use_pades=True)))
        return signing.result()


class _Behind(IncrementalPdfFileWriter):  # type: ignore[misc]  # pyHanko's types are not followed
    """Writes behind a PDF: its metadata stays as it was written, its second id follows from its bytes."""

    def __init__(self, stream: io.BytesIO) -> None:
        super().__init__(stream)
        first, _by_chance = self.document_id
        digest = hashlib.sha256(stream.getvalue()).digest()[: len(first)]
        self._document_id = generic.ArrayObject([generic.ByteStringObject(each) for each in (first, digest)])

    def _update_meta(self) -> None:
        """Leave the metadata alone: it says what the typesetter claims, and when it did."""


class _Signer(SimpleSigner):  # type: ignore[misc]  # pyHanko's types are not followed
    """Signs with nothing drawn by chance (RFC 6979)."""

    def __init__(self, key: SigningKey) -> None:
        store = SimpleCertificateStore.from_certs([_as_asn1(one) for one in key.chain])
        private = key.private.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        super().__init__(_as_asn1(key.certificate), asn1_keys.PrivateKeyInfo.load(private), store)
        self._private = key.private

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:  # noqa: ARG002 - SHA-256 is the only one used
        return self._private.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))


def _as_asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def _add_field(writer: _Behind, description: str) -> None:
    """Add the signature's field to the form, to the first page, and as an element `Form` to the structure."""
    page_ref, _resources = writer.find_page_for_modification(0)
    page, tree = page_ref.get_object(), writer.root["/StructTreeRoot"]
    key = int(tree["/ParentTreeNextKey"])
    field = writer.add_object(_field(page_ref, description, key))
    element = writer.add_object(_element(field, page_ref, writer.root.raw_get("/StructTreeRoot"), description))
    _append(writer, page, "/Annots", field)
    _append(writer, tree, "/K", element)
    nums = tree["/ParentTree"]["/Nums"]
    nums.extend([generic.NumberObject(key), element])
    writer.update_container(nums)
    tree[pdf_name("/ParentTreeNextKey")] = generic.NumberObject(key + 1)
    writer.update_container(tree)
    writer.root[pdf_name("/AcroForm")] = writer.add_object(
        _dictionary(
            Fields=generic.ArrayObject([field]), SigFlags=generic.NumberObject(_MARK_SIGNED | _MARK_APPEND_ONLY)
        )
    )
    writer.update_root()


def _field(page: Any, description: str, structure_key: int) -> generic.DictionaryObject:
    nowhere = generic.ArrayObject([generic.NumberObject(0)] * 4)
    return _dictionary(
        Type=pdf_name("/Annot"), Subtype=pdf_name("/Widget"), FT=pdf_name("/Sig"), T=pdf_string(_FIELD),
        TU=pdf_string(description), Contents=pdf_string(description), Rect=nowhere, P=page,
        F=generic.NumberObject(_PRINTED | _LOCKED), StructParent=generic.NumberObject(structure_key),
    )  # fmt: skip


def _element(field: Any, page: Any, parent: Any, description: str) -> generic.DictionaryObject:
    reference = _dictionary(Type=pdf_name("/OBJR"), Obj=field, Pg=page)
    return _dictionary(
        Type=pdf_name("/StructElem"), S=pdf_name("/Form"), P=parent, Pg=page, Alt=pdf_string(description),
        K=generic.ArrayObject([reference]),
    )  # fmt: skip


def _append(writer: _Behind, holder: Any, name: str, item: Any) -> None:
    entries = holder[name]
    if isinstance(entries, generic.ArrayObject):
        entries.append(item)
        writer.update_container(entries)
    else:
        holder[pdf_name(name)] = generic.ArrayObject([holder.raw_get(name), item])
        writer.update_container(holder)


def _dictionary(**entries: Any) -> generic.DictionaryObject:
    return generic.DictionaryObject({pdf_name(f"/{name}"): value for name, value in entries.items()})
