//! What an agency's receipts of a day come to, as XML for the tax authority: Decree 254/2026, article 29.3b (Mẫu
//! 01/TH-BLĐT, sent the same day).
//!
//! The names of the elements are ours, as in [`super::receipt_xml`]: the form's data format is not published where this
//! was written (vietnam.md §7.4). Canonical form, so that a signature can stand over its very bytes.

use jiff::civil::{Date, DateTime};

use super::receipt_xml::{NAMESPACE, plain};
use crate::documents::papers::Collector;
use crate::kernel::Vnd;

/// The element that a signature stands over.
pub const SIGNED_ID: &str = "tong-hop";

/// A receipt of the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Ký hiệu mẫu.
    pub template: String,
    /// Ký hiệu.
    pub series: String,
    pub number: i64,
    pub issued_at: DateTime,
    pub total: Vnd,
    /// What of it has gone back since.
    pub returned: Vnd,
    /// Whether all of it has, so that the receipt is cancelled.
    pub is_cancelled: bool,
}

/// The day of one agency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    pub collector: Collector,
    pub day: Date,
    /// In the order of their books and numbers.
    pub lines: Vec<Line>,
}

/// The day as one element `DLTHop`.
pub fn data(summary: &Summary) -> String {
    let (name, tax_code) = (&summary.collector.name, summary.collector.tax_code.as_deref().unwrap_or_default());
    let mut xml = format!(
        "<DLTHop xmlns=\"{NAMESPACE}\" Id=\"{SIGNED_ID}\"><MSo>01/TH-BLĐT</MSo><Ngay>{}</Ngay><TenTCThu>{}</TenTCThu>\
        <MSTTCThu>{}</MSTTCThu><DVTTe>VND</DVTTe><DSBLai>",
        summary.day,
        plain(name),
        plain(tax_code)
    );
    for line in &summary.lines {
        let state = if line.is_cancelled { "huy" } else { "goc" };
        xml.push_str(&format!(
            "<BLai><KHMBLai>{}</KHMBLai><KHBLai>{}</KHBLai><SBLai>{}</SBLai><TLap>{}</TLap><TgTien>{}</TgTien>\
            <TgHoan>{}</TgHoan><TThai>{state}</TThai></BLai>",
            plain(&line.template),
            plain(&line.series),
            line.number,
            line.issued_at,
            line.total.0,
            line.returned.0
        ));
    }
    let total: Vnd = summary.lines.iter().map(|line| line.total).sum();
    let returned: Vnd = summary.lines.iter().map(|line| line.returned).sum();
    let count = summary.lines.len();
    xml.push_str(&format!(
        "</DSBLai><SLuong>{count}</SLuong><TgTien>{}</TgTien><TgHoan>{}</TgHoan></DLTHop>",
        total.0, returned.0
    ));
    xml
}

/// The whole document: the day and the collecting agency's signature over it.
pub fn document(data: &str, signature: &str) -> String {
    format!("<THop xmlns=\"{NAMESPACE}\">{data}<DSCKS>{signature}</DSCKS></THop>")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(number: i64, is_cancelled: bool) -> Line {
        Line {
            template: "EBL01".into(),
            series: "26TAA".into(),
            number,
            issued_at: jiff::civil::date(2026, 11, 21).at(9, 30, 0, 0),
            total: Vnd(8_000),
            returned: if is_cancelled { Vnd(8_000) } else { Vnd(0) },
            is_cancelled,
        }
    }

    #[test]
    fn every_receipt_stands_there_and_the_sums_are_theirs() {
        let collector = Collector { name: "UBND <A & B>".into(), tax_code: Some("0000000017".into()), address: None };
        let day = jiff::civil::date(2026, 11, 21);
        let xml = data(&Summary { collector, day, lines: vec![line(7, false), line(8, true)] });
        for part in [
            "<Ngay>2026-11-21</Ngay><TenTCThu>UBND &lt;A &amp; B&gt;</TenTCThu><MSTTCThu>0000000017</MSTTCThu>",
            "<SBLai>7</SBLai><TLap>2026-11-21T09:30:00</TLap><TgTien>8000</TgTien><TgHoan>0</TgHoan><TThai>goc</TThai>",
            "<SBLai>8</SBLai>",
            "<TThai>huy</TThai>",
            "<SLuong>2</SLuong><TgTien>16000</TgTien><TgHoan>8000</TgHoan></DLTHop>",
        ] {
            assert!(xml.contains(part), "{part} in {xml}");
        }
        let mut reader = quick_xml::Reader::from_str(&xml);
        while !matches!(reader.read_event().expect("well-formed"), quick_xml::events::Event::Eof) {}
    }
}
