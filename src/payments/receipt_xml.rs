//! An electronic receipt as XML, for other systems: the fields of Decree 254/2026, article 23.2.
//!
//! The names of the elements are ours, modelled on electronic invoices: the data format of receipts is not published
//! where this was written (vietnam.md §7.4). The text is in canonical form (no declaration, no space between elements,
//! no empty-element tags), so that a signature can stand over its very bytes.

use quick_xml::escape::partial_escape as escape;

use crate::documents::papers::Receipt;

/// The namespace of the document.
pub const NAMESPACE: &str = "urn:motcua:bien-lai:1";

/// The element that a signature stands over.
pub const SIGNED_ID: &str = "bien-lai";

/// The receipt as one element `DLBLai`.
pub fn data(receipt: &Receipt) -> String {
    let mut xml = format!("<DLBLai xmlns=\"{NAMESPACE}\" Id=\"{SIGNED_ID}\">");
    let mut text = |name: &str, value: &str| {
        xml.push_str(&format!("<{name}>{}</{name}>", plain(value)));
    };
    text("TBLai", "Biên lai thu tiền phí, lệ phí");
    text("KHMBLai", &receipt.template);
    text("KHBLai", &receipt.series);
    text("SBLai", &receipt.number.to_string());
    text("NLap", &receipt.issued_at.date().to_string());
    text("DVTTe", "VND");
    text("TenTCThu", &receipt.collector.name);
    text("MSTTCThu", receipt.collector.tax_code.as_deref().unwrap_or_default());
    text("DChiTCThu", receipt.collector.address.as_deref().unwrap_or_default());
    text("TenNNop", &receipt.payer);
    text("MaTTHC", &receipt.procedure.code);
    text("MaHSo", &receipt.dossier);
    text("HTNop", &receipt.method);
    text("MaTToan", receipt.reference.as_deref().unwrap_or_default());
    for line in &receipt.lines {
        let (kind, name, amount) = (plain(&line.kind), plain(&line.name), line.amount.0);
        xml.push_str(&format!("<KThu><Loai>{kind}</Loai><Ten>{name}</Ten><STien>{amount}</STien></KThu>"));
    }
    let (total, words) = (receipt.total.0, plain(&receipt.in_words));
    xml.push_str(&format!("<TgTien>{total}</TgTien><TgTienChu>{words}</TgTienChu></DLBLai>"));
    xml
}

/// Text of an element in canonical form; characters that XML can't hold are left out.
pub(super) fn plain(text: &str) -> String {
    let is_held =
        |c: &char| matches!(c, '\t' | '\n' | '\r') || !(c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}'));
    let held: String = text.chars().filter(is_held).collect();
    escape(held.as_str()).replace('\r', "&#xD;")
}

/// The whole document: the receipt and the collecting agency's signature over it.
pub fn document(data: &str, signature: &str) -> String {
    format!("<BLai xmlns=\"{NAMESPACE}\">{data}<DSCKS>{signature}</DSCKS></BLai>")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::papers::{Collector, ProcedureName, ReceiptLine};
    use crate::kernel::Vnd;

    fn receipt() -> Receipt {
        Receipt {
            template: "EBL01".into(),
            series: "26TAA".into(),
            number: 7,
            collector: Collector {
                name: "UBND phường <A & B>".into(),
                tax_code: Some("0000000017".into()),
                address: None,
            },
            payer: "Y Ƀlŏ\u{1} Niê".into(),
            payer_number: None,
            payer_address: None,
            procedure: ProcedureName { code: "2.000635".into(), name: "Cấp bản sao".into() },
            dossier: "H57.31-261121-0001".into(),
            lines: vec![ReceiptLine { kind: "fee".into(), name: "Bản sao".into(), amount: Vnd(8_000) }],
            total: Vnd(8_000),
            in_words: "Tám nghìn đồng".into(),
            method: "Tiền mặt".into(),
            reference: None,
            issued_at: jiff::civil::date(2026, 11, 21).at(9, 30, 0, 0),
            place: "Huế".into(),
        }
    }

    #[test]
    fn every_field_of_the_decree_stands_there_and_text_stays_text() {
        let xml = data(&receipt());
        for part in [
            "<KHMBLai>EBL01</KHMBLai><KHBLai>26TAA</KHBLai><SBLai>7</SBLai><NLap>2026-11-21</NLap>",
            "<TenTCThu>UBND phường &lt;A &amp; B&gt;</TenTCThu><MSTTCThu>0000000017</MSTTCThu>",
            "<TenNNop>Y Ƀlŏ Niê</TenNNop>",
            "<KThu><Loai>fee</Loai><Ten>Bản sao</Ten><STien>8000</STien></KThu><TgTien>8000</TgTien>",
        ] {
            assert!(xml.contains(part), "{part} in {xml}");
        }
        let mut reader = quick_xml::Reader::from_str(&xml);
        while !matches!(reader.read_event().expect("well-formed"), quick_xml::events::Event::Eof) {}
    }
}
