//! Codes of agencies, procedures, dossiers and results (vietnam.md §1).

use jiff::civil::Date;

use super::{all_digits, shown_as_text, text_type};

/// A text is no code of the kind that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not a valid code")]
pub struct CodeError;

/// Declares a code type with its derives.
macro_rules! code {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);
        text_type!($name, CodeError);
        shown_as_text!($name);
    };
}

code! {
    /// An agency's electronic identifier: `H29.12`, `H15.50.05.13`, `G22`. One letter (G ministries, H provinces), two
    /// digits, then up to three levels of one to three digits.
    AgencyCode
}
code! {
    /// A procedure's code: a digit, a dot, six digits (`1.001193`).
    ProcedureCode
}
code! {
    /// A dossier's code: agency, date of reception, number of the day (`H29.12-261121-0001`).
    DossierCode
}
code! {
    /// The code of a kind of result: `KQ.G15.000031`.
    ResultCode
}
code! {
    /// The random token in the QR code of one result: 26 letters and digits, 130 bits.
    ResultToken
}

fn compact_upper(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_uppercase()
}

fn is_agency(text: &str) -> bool {
    let mut parts = text.split('.');
    let head = parts.next().unwrap_or_default();
    let head_fits = head.len() == 3 && head.starts_with(['G', 'H']) && all_digits(&head[1..]);
    let rest: Vec<&str> = parts.collect();
    head_fits && rest.len() <= 3 && rest.iter().all(|part| part.len() <= 3 && all_digits(part))
}

impl AgencyCode {
    /// Reads an agency's identifier in any case.
    ///
    /// # Errors
    /// [`CodeError`] where the text has another shape.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let code = compact_upper(text);
        if is_agency(&code) { Ok(Self(code)) } else { Err(CodeError) }
    }
}

impl ProcedureCode {
    /// Reads a procedure's code.
    ///
    /// # Errors
    /// [`CodeError`] where the text has another shape.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let code = text.trim();
        let fits = code.split_once('.').is_some_and(|(group, number)| {
            group.len() == 1 && number.len() == 6 && all_digits(group) && all_digits(number)
        });
        if fits { Ok(Self(code.to_owned())) } else { Err(CodeError) }
    }
}

impl DossierCode {
    /// Reads a dossier's code in any case, with spaces anywhere.
    ///
    /// # Errors
    /// [`CodeError`] where the text has another shape.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let code = compact_upper(text).replace(['‐', '‑', '–', '—'], "-");
        let parts: Vec<&str> = code.split('-').collect();
        match parts.as_slice() {
            [agency, date, number]
                if is_agency(agency)
                    && date.len() == 6
                    && all_digits(date)
                    && (4..=7).contains(&number.len())
                    && all_digits(number) =>
            {
                Ok(Self(code))
            }
            _ => Err(CodeError),
        }
    }

    /// The code of the `number`-th dossier (from 1) that the agency accepts on the date: four digits, more after 9999.
    pub fn mint(agency: &AgencyCode, date: Date, number: u32) -> Self {
        Self(format!("{agency}-{:02}{:02}{:02}-{number:04}", date.year().rem_euclid(100), date.month(), date.day()))
    }

    /// The agency's part.
    pub fn agency(&self) -> &str {
        self.0.split('-').next().unwrap_or_default()
    }
}

impl ResultCode {
    /// Reads the code of a kind of result in any case.
    ///
    /// # Errors
    /// [`CodeError`] where the text has another shape.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let code = compact_upper(text);
        let inner = code.strip_prefix("KQ.").and_then(|rest| rest.rsplit_once('.'));
        let fits = inner.is_some_and(|(agency, number)| is_agency(agency) && number.len() == 6 && all_digits(number));
        if fits { Ok(Self(code)) } else { Err(CodeError) }
    }
}

/// Letters and digits that nobody mistakes for each other, lower case for addresses.
const TOKEN_LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const TOKEN_LEN: usize = 26;

impl ResultToken {
    /// A fresh token from a cryptographic generator.
    pub fn generate(rng: &mut impl rand::CryptoRng) -> Self {
        let mut bytes = [0; TOKEN_LEN];
        rng.fill_bytes(&mut bytes);
        let letters = bytes.iter().filter_map(|b| TOKEN_LETTERS.get(usize::from(b % 32)));
        Self(letters.map(|b| char::from(*b)).collect())
    }

    /// Reads a token as it stands in an address.
    ///
    /// # Errors
    /// [`CodeError`] where the text has another shape.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let fits = text.len() == TOKEN_LEN && text.bytes().all(|b| TOKEN_LETTERS.contains(&b));
        if fits { Ok(Self(text.to_owned())) } else { Err(CodeError) }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn codes_seen_in_the_country() {
        for text in ["H29.12", "H15.50.05.13", "H26.107", "G22", "G15"] {
            assert_eq!(AgencyCode::parse(text).unwrap().as_str(), text);
        }
        assert_eq!(AgencyCode::parse(" h29.12 ").unwrap().as_str(), "H29.12");
        for text in ["", "H2", "X29", "H29.", "H29.1234", "H29.1.2.3.4", "000.00.00.G17", "H²9"] {
            assert_eq!(AgencyCode::parse(text), Err(CodeError), "{text}");
        }
        assert!(ProcedureCode::parse("1.001193").is_ok());
        for text in ["1.00119", "11.001193", "1.001193.000.00.00.H40", "1001193", "a.001193"] {
            assert_eq!(ProcedureCode::parse(text), Err(CodeError), "{text}");
        }
        assert!(ResultCode::parse("KQ.G15.000031").is_ok());
        assert!(ResultCode::parse("KQ.000031").is_err());
    }

    #[test]
    fn dossier_codes() {
        let agency = AgencyCode::parse("H29.12").unwrap();
        let day = date(2026, 11, 21);
        assert_eq!(DossierCode::mint(&agency, day, 1).as_str(), "H29.12-261121-0001");
        assert_eq!(DossierCode::mint(&agency, day, 9999).as_str(), "H29.12-261121-9999");
        assert_eq!(DossierCode::mint(&agency, day, 10_000).as_str(), "H29.12-261121-10000");
        for number in [1, 9999, 10_000, 9_999_999] {
            let code = DossierCode::mint(&agency, day, number);
            assert_eq!(DossierCode::parse(code.as_str()).as_ref(), Ok(&code));
            assert_eq!(code.agency(), "H29.12");
        }
        assert_eq!(DossierCode::parse(" h15.50.05.13 – 261008-0975").unwrap().as_str(), "H15.50.05.13-261008-0975");
        for text in
            ["", "H29.12-261121-001", "H29.12-26112-0001", "H29.12-261121-00000001", "H29.12-261121", "29-261121-0001"]
        {
            assert_eq!(DossierCode::parse(text), Err(CodeError), "{text}");
        }
    }

    #[test]
    fn tokens_are_long_and_differ() {
        let mut rng = rand::rngs::StdRng::seed_from_u64(1);
        let (a, b) = (ResultToken::generate(&mut rng), ResultToken::generate(&mut rng));
        assert_ne!(a, b);
        assert_eq!(ResultToken::parse(a.as_str()).as_ref(), Ok(&a));
        assert!(ResultToken::parse(&a.as_str()[1..]).is_err());
        assert!(ResultToken::parse(&a.as_str().to_uppercase().replace(|c: char| c.is_ascii_digit(), "O")).is_err());
    }
}
