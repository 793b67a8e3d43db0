//! The text of a VietQR code: NAPAS' profile of EMVCo's merchant-presented mode (vietnam.md §7.2).

use crate::kernel::{Vnd, text};

/// The application identifier of NAPAS.
const NAPAS: &str = "A000000727";
/// To an account (not to a card).
const TO_ACCOUNT: &str = "QRIBFTTA";
/// Đồng, ISO 4217 number.
const DONG: &str = "704";
/// The longest purpose that banks carry through; longer ones are cut by some of them.
pub const LONGEST_PURPOSE: usize = 25;

/// Where the money goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account<'a> {
    /// The bank's number at NAPAS, six digits.
    pub bin: &'a str,
    pub number: &'a str,
}

/// Why no code can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QrError {
    #[error("the bank's number must have six digits")]
    Bin,
    #[error("the account's number must have 1 to 19 letters and digits")]
    Account,
    #[error("the amount must be positive")]
    Amount,
    #[error("the purpose must have 1 to {LONGEST_PURPOSE} letters and digits without tone marks")]
    Purpose,
}

/// The text of the code: with an amount and a purpose for one payment, without them for any.
///
/// # Errors
/// [`QrError`] names the part that banks would not take.
pub fn payload(to: &Account<'_>, what: Option<(Vnd, &str)>) -> Result<String, QrError> {
    if to.bin.len() != 6 || !to.bin.bytes().all(|b| b.is_ascii_digit()) {
        return Err(QrError::Bin);
    }
    if !(1..=19).contains(&to.number.len()) || !to.number.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(QrError::Account);
    }
    let account = field("00", to.bin) + &field("01", to.number);
    let merchant = field("00", NAPAS) + &field("01", &account) + &field("02", TO_ACCOUNT);
    let mut qr = field("00", "01");
    qr += &field("01", if what.is_some() { "12" } else { "11" });
    qr += &field("38", &merchant);
    qr += &field("53", DONG);
    if let Some((amount, _)) = what {
        if amount.0 <= 0 {
            return Err(QrError::Amount);
        }
        qr += &field("54", &amount.0.to_string());
    }
    qr += &field("58", "VN");
    if let Some((_, purpose)) = what {
        let purpose = text::unaccent(purpose);
        let known = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b' ' | b'-' | b'.');
        if !(1..=LONGEST_PURPOSE).contains(&purpose.len()) || !purpose.bytes().all(known) {
            return Err(QrError::Purpose);
        }
        qr += &field("62", &field("08", &purpose));
    }
    qr += "6304";
    let crc = crc16(qr.as_bytes());
    Ok(format!("{qr}{crc:04X}"))
}

/// What a code says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub bin: String,
    pub number: String,
    pub amount: Option<Vnd>,
    pub purpose: Option<String>,
}

/// Reads the text of a code that pays into an account; none where it is another kind of code, or a digit is wrong.
pub fn read(text: &str) -> Option<Said> {
    let body = text.get(..text.len().checked_sub(4)?)?;
    if !text.is_ascii()
        || !body.ends_with("6304")
        || text.get(body.len()..)? != format!("{:04X}", crc16(body.as_bytes()))
    {
        return None;
    }
    let merchant = member(body, "38")?;
    if member(merchant, "00")? != NAPAS || member(merchant, "02")? != TO_ACCOUNT || member(body, "53")? != DONG {
        return None;
    }
    let account = member(merchant, "01")?;
    let amount = member(body, "54").map(|digits| digits.parse().map(Vnd)).transpose().ok()?;
    let purpose = member(body, "62").and_then(|more| member(more, "08"));
    Some(Said {
        bin: member(account, "00")?.to_owned(),
        number: member(account, "01")?.to_owned(),
        amount,
        purpose: purpose.map(str::to_owned),
    })
}

/// The value of a field among fields.
fn member<'a>(fields: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = fields;
    while !rest.is_empty() {
        let length: usize = rest.get(2..4)?.parse().ok()?;
        let value = rest.get(4..4 + length)?;
        if rest.get(..2)? == name {
            return Some(value);
        }
        rest = rest.get(4 + length..)?;
    }
    None
}

/// Name, length, value. Values here are ASCII and at most 99 long.
fn field(name: &str, value: &str) -> String {
    format!("{name}{:02}{value}", value.len())
}

/// CRC-16/CCITT-FALSE: polynomial 1021, beginning with FFFF.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xFFFF, |crc, byte| {
        (0..8).fold(
            crc ^ (u16::from(*byte) << 8),
            |crc, _| {
                if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 }
            },
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_sum_is_the_known_one() {
        assert_eq!(crc16(b"123456789"), 0x29B1);
    }

    #[test]
    fn known_codes() {
        let to = Account { bin: "970436", number: "0011001234567" };
        assert_eq!(
            payload(&to, Some((Vnd(50_000), "H29.12-261121-0001"))).expect("a code"),
            "00020101021238570010A00000072701270006970436011300110012345670208QRIBFTTA53037045405500005802VN62220818H29.12-261121-000163049D91"
        );
        let to = Account { bin: "970415", number: "113366668888" };
        assert_eq!(
            payload(&to, None).expect("a code"),
            "00020101021138560010A0000007270126000697041501121133666688880208QRIBFTTA53037045802VN6304F443"
        );
    }

    #[test]
    fn what_is_written_is_read_again() {
        let to = Account { bin: "970436", number: "0011001234567" };
        let text = payload(&to, Some((Vnd(24_000), "MC261118ABCDEFGHJK"))).expect("a code");
        let said = read(&text).expect("our own code");
        assert_eq!((said.bin.as_str(), said.number.as_str()), ("970436", "0011001234567"));
        assert_eq!((said.amount, said.purpose.as_deref()), (Some(Vnd(24_000)), Some("MC261118ABCDEFGHJK")));
        let open = read(&payload(&to, None).expect("a code")).expect("our own code");
        assert_eq!((open.amount, open.purpose), (None, None));
        assert_eq!(read(&text.replace("24000", "94000")), None, "the check sum is another one");
        for wrong in ["", "6304", "63041D0F", "không phải mã", "00020101021138"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_banks_would_not_take_is_refused() {
        let to = Account { bin: "970436", number: "0011001234567" };
        let one = |what| payload(&to, Some(what));
        assert_eq!(one((Vnd(0), "A")), Err(QrError::Amount));
        assert_eq!(one((Vnd(1), "")), Err(QrError::Purpose));
        assert_eq!(one((Vnd(1), "12345678901234567890123456")), Err(QrError::Purpose));
        assert_eq!(one((Vnd(1), "a|b")), Err(QrError::Purpose));
        assert!(one((Vnd(1), "Lệ phí")).expect("a code").contains("0806Le phi"));
        assert_eq!(payload(&Account { bin: "97043", number: "1" }, None), Err(QrError::Bin));
        assert_eq!(payload(&Account { bin: "970436", number: "" }, None), Err(QrError::Account));
        assert_eq!(payload(&Account { bin: "970436", number: "00-11" }, None), Err(QrError::Account));
    }
}
