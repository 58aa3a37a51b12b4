"""Tagged PDF: structure tree, XMP and output intent, added to what ReportLab wrote.

ReportLab writes no structure. The canvas records which marked content belongs to which element; this pass writes
the tree with pikepdf. Built for PDF/UA-1 and PDF/A, certified for neither: no validator runs in the tests.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cache
from io import BytesIO
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import ImageCms


@dataclass
class Element:
    """One element of the structure tree; `kids` are elements or (page, marked content) pairs in reading order."""

    role: str
    kids: list[Element | tuple[int, int]] = field(default_factory=list)
    alt: str = ""
    language: str = ""

    def child(self, role: str) -> Element:
        """Add and return an element."""
        made = Element(role)
        self.kids.append(made)
        return made


@dataclass(frozen=True)
class Properties:
    """What a reader's window and an archive show of the document."""

    title: str
    author: str
    subject: str
    created: date
    language: str = "fr-FR"


def tag(content: bytes, root: Element, properties: Properties) -> bytes:
    """Add the structure tree, the language, the XMP packet and the sRGB output intent to a PDF."""
    with pikepdf.open(BytesIO(content)) as pdf:
        _write_tree(pdf, root)
        pdf.Root.Lang = String(properties.language)
        pdf.Root.MarkInfo = Dictionary(Marked=True)
        pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        profile = pdf.make_stream(_srgb(), N=3, Filter=Name.FlateDecode)
        intent = Dictionary(
            Type=Name.OutputIntent, S=Name("/GTS_PDFA1"), OutputConditionIdentifier=String("sRGB IEC61966-2.1")
        )
        intent.DestOutputProfile = profile
        pdf.Root.OutputIntents = Array([pdf.make_indirect(intent)])
        _write_metadata(pdf, properties)
        stream = BytesIO()
        # What is compressed stays as it is: opening every stream only to shut it again was half the cost of the pass.
        pdf.save(
            stream, deterministic_id=True, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none
        )
        return stream.getvalue()


def _write_tree(pdf: pikepdf.Pdf, root: Element) -> None:
    tree = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    parents: dict[int, dict[int, pikepdf.Object]] = {}
    document = _write_element(pdf, root, tree, parents)
    tree.K = Array([document])
    numbers = Array()
    for number, page in enumerate(pdf.pages):
        page.obj.StructParents = number
        page.obj.Tabs = Name.S
        owners = parents.get(number, {})
        none = document
        numbers.append(number)
        numbers.append(pdf.make_indirect(Array([owners.get(i, none) for i in range(max(owners, default=-1) + 1)])))
    tree.ParentTree = pdf.make_indirect(Dictionary(Nums=numbers))
    tree.ParentTreeNextKey = len(pdf.pages)
    pdf.Root.StructTreeRoot = tree


def _write_element(
    pdf: pikepdf.Pdf, element: Element, parent: pikepdf.Object, parents: dict[int, dict[int, pikepdf.Object]]
) -> pikepdf.Object:
    made = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name(f"/{element.role}"), P=parent))
    if element.alt:
        made.Alt = String(element.alt)
    if element.language:
        made.Lang = String(element.language)
    kids = Array()
    for kid in element.kids:
        if isinstance(kid, Element):
            kids.append(_write_element(pdf, kid, made, parents))
        else:
            page, number = kid
            parents.setdefault(page, {})[number] = made
            kids.append(Dictionary(Type=Name.MCR, Pg=pdf.pages[page].obj, MCID=number))
    made.K = kids
    return made


def _write_metadata(pdf: pikepdf.Pdf, properties: Properties) -> None:
    moment = datetime.combine(properties.created, time(), UTC)
    stamp = String(moment.strftime("D:%Y%m%d%H%M%S+00'00'"))
    pdf.docinfo.CreationDate = stamp
    pdf.docinfo.ModDate = stamp
    packet = _XMP.format(
        title=escape(properties.title),
        author=escape(properties.author),
        subject=escape(properties.subject),
        language=escape(properties.language),
        moment=moment.isoformat(),
        producer=escape(str(pdf.docinfo.get("/Producer", "ReportLab"))),
    )
    pdf.Root.Metadata = pdf.make_stream(packet.encode(), Type=Name.Metadata, Subtype=Name.XML)


_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreateDate>{moment}</xmp:CreateDate><xmp:ModifyDate>{moment}</xmp:ModifyDate>
<xmp:CreatorTool>Casefile</xmp:CreatorTool><pdf:Producer>{producer}</pdf:Producer>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


@cache
def _srgb() -> bytes:
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = bytes.fromhex("07ea000100010000000000 00".replace(" ", ""))  # a fixed date: same bytes each time
    return zlib.compress(bytes(profile))
