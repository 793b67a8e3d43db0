//! The national payment platform, version 1.0.6: what is sent and what its check sums stand over (vietnam.md §7.3).
//!
//! Only messages; the calls are made in `integrations`.

use data_encoding::HEXLOWER;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::gateway::BillLine;
use crate::kernel::{Timestamp, Vnd, clock};

/// The name under which payments through the platform are kept.
pub const NAME: &str = "platform";
/// What the answer to a question says of a payment that is made.
pub const PAID: &str = "00";
const VERSION: &str = "1.0.6";
/// The longest name of a procedure that the platform keeps.
const LONGEST_NAME: usize = 250;

/// What the check sum of an order stands over, in this order.
pub const INIT_FIELDS: [&str; 14] = [
    "LoaiBanTin",
    "PhienBan",
    "MaDoiTac",
    "MaThamChieu",
    "SoTien",
    "LoaiHinhThanhToan",
    "MaKenhThanhToan",
    "MaThietBi",
    "NgonNgu",
    "MaTienTe",
    "MaNganHang",
    "ThongTinGiaoDich",
    "ThoiGianGD",
    "Ip",
];
/// The same of a question.
pub const QUESTION_FIELDS: [&str; 5] = ["LoaiBanTin", "PhienBan", "MaDoiTac", "MaThamChieu", "ThoiGianGD"];

/// What a partner of the platform is known by.
#[derive(Clone, Copy)]
pub struct Partner<'a> {
    /// `MaDoiTac`.
    pub code: &'a str,
    pub secret: &'a str,
}

/// One fee.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    #[serde(rename = "LoaiPhiLePhi")]
    pub kind: String,
    #[serde(rename = "MaPhiLePhi")]
    pub code: String,
    #[serde(rename = "TenPhiLePhi")]
    pub name: String,
    #[serde(rename = "SoTien")]
    pub amount: String,
}

impl From<&BillLine> for Line {
    fn from(line: &BillLine) -> Self {
        Self {
            kind: line.kind.clone(),
            code: line.code.clone(),
            name: line.name.clone(),
            amount: line.amount.0.to_string(),
        }
    }
}

/// Who pays and who is paid, as it will stand on the receipt.
#[derive(Clone, Debug)]
pub struct Bill<'a> {
    pub procedure: (&'a str, &'a str),
    pub agency: (&'a str, &'a str),
    /// Dossier code, or the submission reference before acceptance.
    pub dossier: &'a str,
    /// Account number, bank, holder.
    pub account: (&'a str, &'a str, &'a str),
    pub payer: &'a str,
    pub payer_number: &'a str,
    pub payer_address: &'a str,
    pub payer_province: &'a str,
    pub content: &'a str,
    pub lines: &'a [Line],
}

/// An order to pay.
#[derive(Clone, Debug)]
pub struct Order<'a> {
    /// Our own number of this payment.
    pub reference: &'a str,
    pub amount: Vnd,
    pub info: &'a str,
    pub at: Timestamp,
    pub ip: &'a str,
    pub bill: Bill<'a>,
}

impl Order<'_> {
    /// The body of `INIT`.
    pub fn body(&self, partner: Partner<'_>) -> Value {
        let (amount, at) = (self.amount.0.to_string(), moment(self.at));
        let head = ["INIT", VERSION, partner.code, self.reference, &amount, "PAY", "1", "1", "vi-VN", "VND", "PAYMENT"];
        let mut signed = head.to_vec();
        signed.extend([self.info, &at, self.ip]);
        let bill = &self.bill;
        let name: String = bill.procedure.1.chars().take(LONGEST_NAME).collect();
        let parts: Vec<Value> =
            bill.lines.iter().map(|l| serde_json::json!({"NoiDung": l.name, "SoTien": l.amount})).collect();
        serde_json::json!({
            "LoaiBanTin": head[0], "PhienBan": head[1], "MaDoiTac": head[2], "MaThamChieu": head[3],
            "SoTien": head[4], "LoaiHinhThanhToan": head[5], "MaKenhThanhToan": head[6], "MaThietBi": head[7],
            "NgonNgu": head[8], "MaTienTe": head[9], "MaNganHang": head[10],
            "ThongTinGiaoDich": self.info, "ThoiGianGD": at, "Ip": self.ip,
            "MaXacThuc": check_sum(&signed, partner.secret),
            "ThongTinBienLai": {
                "MaDichVu": "2", "MaDVC": format!("{}.01", bill.procedure.0), "TenDVC": name,
                "MaTTHC": bill.procedure.0, "TenTTHC": name, "MaDonVi": bill.agency.0, "TenDonVi": bill.agency.1,
                "MaHoSo": bill.dossier, "TKThuHuong": bill.account.0, "MaNHThuHuong": bill.account.1,
                "TenTKThuHuong": bill.account.2, "HoTenNguoiNop": bill.payer, "SoCMNDNguoiNop": bill.payer_number,
                "DiaChiNguoiNop": bill.payer_address, "HuyenNguoiNop": "", "TinhNguoiNop": bill.payer_province,
                "NoiDungThanhToan": bill.content, "PhiLePhi": bill.lines, "DSKhoanNop": parts,
            },
        })
    }
}

/// The body of a question about a payment (`QUERY`, `GET_BILL`).
pub fn question(kind: &str, reference: &str, at: Timestamp, partner: Partner<'_>) -> Value {
    let at = moment(at);
    let sum = check_sum(&[kind, VERSION, partner.code, reference, &at], partner.secret);
    serde_json::json!({
        "LoaiBanTin": kind, "PhienBan": VERSION, "MaDoiTac": partner.code, "MaThamChieu": reference,
        "ThoiGianGD": at, "MaXacThuc": sum,
    })
}

/// Why an answer says nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    #[error("the platform refused: {0}")]
    Refused(String),
    #[error("the answer can't be read")]
    Unreadable,
}

/// The message of an answer, as text: `{error_code: "0", message: "…"}`.
///
/// # Errors
/// [`AnswerError`].
pub fn message(bytes: &[u8]) -> Result<String, AnswerError> {
    let answer: Value = serde_json::from_slice(bytes).map_err(|_| AnswerError::Unreadable)?;
    let code = match answer.get("error_code") {
        Some(Value::String(code)) => code.clone(),
        Some(Value::Number(code)) => code.to_string(),
        _ => return Err(AnswerError::Unreadable),
    };
    match answer.get("message") {
        _ if code != "0" => Err(AnswerError::Refused(code)),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(other) => Ok(other.to_string()),
        None => Err(AnswerError::Unreadable),
    }
}

/// The message of an answer, which is JSON in a text.
///
/// # Errors
/// [`AnswerError`].
pub fn answer(bytes: &[u8]) -> Result<Value, AnswerError> {
    serde_json::from_str(&message(bytes)?).map_err(|_| AnswerError::Unreadable)
}

/// Whether a message that is made like a [`question`] bears its check sum: for the stand-in, and for notices.
pub fn is_genuine(body: &Value, fields: &[&str], secret: &str) -> bool {
    let parts: Vec<&str> = fields.iter().map(|f| body.get(*f).and_then(Value::as_str).unwrap_or_default()).collect();
    let said = body.get("MaXacThuc").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
    check_sum(&parts, secret).as_bytes().ct_eq(said.as_bytes()).into()
}

/// SHA-256 over the parts and the secret, joined by `|`; a plain hash, as the platform has it.
fn check_sum(parts: &[&str], secret: &str) -> String {
    let text = format!("{}|{secret}", parts.join("|"));
    HEXLOWER.encode(&Sha256::digest(text.as_bytes()))
}

/// `yyyyMMddHHmmss`, with hours to 24, in Vietnam's time.
fn moment(at: Timestamp) -> String {
    clock::local(at).strftime("%Y%m%d%H%M%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTNER: Partner<'static> = Partner { code: "DOITAC1", secret: "bi-mat" };

    fn at() -> Timestamp {
        "2026-11-21T15:30:00+07:00".parse::<jiff::Timestamp>().expect("an instant").into()
    }

    #[test]
    fn the_afternoon_is_written_with_twenty_four_hours_and_signed() {
        let body = question("QUERY", "R1", at(), PARTNER);
        assert_eq!(body["ThoiGianGD"], "20261121153000");
        let text = "QUERY|1.0.6|DOITAC1|R1|20261121153000|bi-mat";
        assert_eq!(body["MaXacThuc"], HEXLOWER.encode(&Sha256::digest(text.as_bytes())));
        let fields = QUESTION_FIELDS;
        assert!(is_genuine(&body, &fields, "bi-mat"));
        assert!(!is_genuine(&body, &fields, "other"));
        let mut changed = body.clone();
        changed["MaThamChieu"] = "R2".into();
        assert!(!is_genuine(&changed, &fields, "bi-mat"));
    }

    #[test]
    fn an_order_signs_its_head_and_names_every_fee() {
        let lines =
            [Line { kind: "1".into(), code: "phi-1".into(), name: "Phí bản sao".into(), amount: "16000".into() }];
        let order = Order {
            reference: "R1",
            amount: Vnd(16_000),
            info: "Thanh toan",
            at: at(),
            ip: "127.0.0.1",
            bill: Bill {
                procedure: ("2.000635", "Cấp bản sao"),
                agency: ("H46.1", "UBND phường"),
                dossier: "H46.1-261121-0001",
                account: ("123", "970436", "UBND"),
                payer: "Y Ƀlŏ Niê",
                payer_number: "",
                payer_address: "",
                payer_province: "46",
                content: "Phí bản sao",
                lines: &lines,
            },
        };
        let body = order.body(PARTNER);
        let text = "INIT|1.0.6|DOITAC1|R1|16000|PAY|1|1|vi-VN|VND|PAYMENT|Thanh toan|20261121153000|127.0.0.1|bi-mat";
        assert_eq!(body["MaXacThuc"], HEXLOWER.encode(&Sha256::digest(text.as_bytes())));
        assert!(is_genuine(&body, &INIT_FIELDS, "bi-mat"));
        assert_eq!(body["ThongTinBienLai"]["PhiLePhi"][0]["SoTien"], "16000");
        assert_eq!(body["ThongTinBienLai"]["HoTenNguoiNop"], "Y Ƀlŏ Niê");
    }

    #[test]
    fn answers_hold_json_in_a_text() {
        let good = br#"{"error_code": "0", "message": "{\"UrlThanhToan\": \"https://pay.example/1\"}"}"#;
        assert_eq!(answer(good).expect("an answer")["UrlThanhToan"], "https://pay.example/1");
        let plain = br#"{"error_code": 0, "message": {"TrangThai": "00"}}"#;
        assert_eq!(answer(plain).expect("an answer")["TrangThai"], "00");
        assert_eq!(answer(br#"{"error_code": "97", "message": "x"}"#), Err(AnswerError::Refused("97".into())));
        for unreadable in
            [&b""[..], b"{}", b"null", br#"{"error_code": "0"}"#, br#"{"error_code": "0", "message": "x"}"#]
        {
            assert_eq!(answer(unreadable), Err(AnswerError::Unreadable));
        }
    }
}
