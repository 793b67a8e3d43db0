//! From the values of a decided result to the paper that shows them.
//!
//! The values are those of the result's own form (`noi_dung`, `so_dang_ky` of the catalogue's result forms), with the
//! dossier's answers behind them for what the result form doesn't ask again. Both come opened (sealed numbers are the
//! caller's business), and beside the raw values, from which dates are read, come their words: codes of lists and
//! addresses say nothing to a reader.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};
use serde_json::Value;

use super::papers::{
    Applicant, BirthCertificate, Child, DeathExtract, Deceased, Declarant, Fact, Letter, Letterhead, MaritalStatus,
    MarriageCertificate, Paper, Parent, Party, ProcedureName, Refusal, Registration, Signatory, Spouse, StatusSubject,
};
use crate::kernel::{partial_date::PartialDate, words};

/// The section of a result's form that holds the register's entry: number, day, place, signer. What nobody typed of it
/// comes from the decision itself.
pub const REGISTER_ENTRY: &str = "so_dang_ky";

/// Where the form of a birth certificate asks for the personal number that the population register gives the child.
pub const GIVEN_NUMBER: &str = "/noi_dung/soDinhDanh";

/// Whose value is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The result's form.
    Result,
    /// The form that the applicant filled in.
    Form,
}

/// What a result is made from.
pub struct ResultFacts<'a> {
    /// The number of the result stands in the head.
    pub head: Letterhead,
    pub signer: Signatory,
    pub applicant: Party,
    pub procedure: ProcedureName,
    /// Dossier code.
    pub code: String,
    pub submitted_at: DateTime,
    /// Name of the result: «Giấy phép xây dựng».
    pub name: String,
    /// Values of the result's form.
    pub fields: &'a Value,
    /// The dossier's answers.
    pub answers: &'a Value,
    /// The values of the result as label and text, for results without a form of their own.
    pub facts: Vec<Fact>,
    /// Reasons of a refusal, or a remark.
    pub reason: Option<String>,
    /// The value at a pointer in words, where a form is known that can tell it.
    pub words: &'a dyn Fn(Side, &str) -> Option<String>,
}

/// The paper of a result by the code of its template. An unknown code gives a general letter.
pub fn result_paper(template: &str, facts: ResultFacts<'_>) -> Paper {
    match template {
        "giay-khai-sinh" => facts.birth().into(),
        "trich-luc-khai-tu" => facts.death().into(),
        "giay-chung-nhan-ket-hon" => facts.marriage().into(),
        "xac-nhan-tinh-trang-hon-nhan" => facts.status().into(),
        "van-ban-tu-choi" => facts.refusal().into(),
        _ => facts.letter().into(),
    }
}

/// Whom a result with a form of its own is about, by its values and, where they are silent, by the form behind them: the
/// child, the deceased, the couple. Nobody for the general letter and the refusal: they speak of the dossier's owner.
pub fn subjects(template: &str, fields: &Value, answers: &Value) -> Vec<String> {
    let named: &[(&str, &str)] = match template {
        "giay-khai-sinh" => &[("ho_ten", "/nguoi_duoc_khai_sinh/nks_ho_ten")],
        "trich-luc-khai-tu" => &[("ho_ten", "/nguoi_chet/nkt_ho_ten")],
        "giay-chung-nhan-ket-hon" => &[("nu_ho_ten", "/nu/nu_ho_ten"), ("nam_ho_ten", "/nam/nam_ho_ten")],
        "xac-nhan-tinh-trang-hon-nhan" => &[("ho_ten", "/nguoi_duoc_cap/nxn_ho_ten")],
        _ => &[],
    };
    let name = |(field, answer): &(&str, &str)| {
        text(fields.pointer(&format!("/noi_dung/{field}"))).or_else(|| text(answers.pointer(answer)))
    };
    named.iter().filter_map(name).collect()
}

/// A value as a text that is not empty.
fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(_) | Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

impl ResultFacts<'_> {
    /// A value in words, else as it stands.
    fn said(&self, side: Side, pointer: &str) -> Option<String> {
        (self.words)(side, pointer).filter(|words| !words.trim().is_empty()).or_else(|| self.raw(side, pointer))
    }

    /// A value as it stands: dates in ISO.
    fn raw(&self, side: Side, pointer: &str) -> Option<String> {
        let values = match side {
            Side::Result => self.fields,
            Side::Form => self.answers,
        };
        text(values.pointer(pointer))
    }

    /// A value of the result's contents.
    fn content(&self, field: &str) -> Option<String> {
        self.said(Side::Result, &format!("/noi_dung/{field}"))
    }

    /// A date of the result's contents, else of the form; perhaps partial.
    fn date(&self, field: &str, answer: &str) -> Option<String> {
        let in_result = self.raw(Side::Result, &format!("/noi_dung/{field}"));
        in_result.or_else(|| self.raw(Side::Form, answer))
    }

    /// A value of the register's entry, under either of its names.
    fn entry(&self, name: &str, other: &str) -> Option<String> {
        let at = |name: &str| self.raw(Side::Result, &format!("/{REGISTER_ENTRY}/{name}"));
        at(name).or_else(|| at(other))
    }

    /// An answer of the dossier's form.
    fn answer(&self, pointer: &str) -> Option<String> {
        self.said(Side::Form, pointer)
    }

    /// The result's value, else the answer it was made from.
    fn either(&self, field: &str, answer: &str) -> Option<String> {
        self.content(field).or_else(|| self.answer(answer))
    }

    /// Kind and number of an identity paper in words.
    fn identity(&self, kind: &str, number: &str) -> Option<String> {
        let number = self.answer(number)?;
        Some(self.answer(kind).map_or_else(|| format!("Số {number}"), |kind| format!("{kind} số {number}")))
    }

    fn registration(&self) -> Registration {
        let day = self.entry("ngayDangKy", "ngay").and_then(|day| day.parse().ok());
        Registration {
            number: self
                .entry("soDangKy", "so")
                .or_else(|| self.head.number.clone())
                .unwrap_or_else(|| self.code.clone()),
            volume: self.entry("quyenSo", "quyen_so"),
            page: self.entry("trangSo", "trang_so"),
            // Nothing is registered on a day to come.
            day: day.filter(|day| *day <= self.head.day).unwrap_or(self.head.day),
            place: self.entry("noiDangKy", "noi_dang_ky").unwrap_or_else(|| self.head.agency.clone()),
        }
    }

    /// Who signs: who decided, whatever the draft says; an entry copied from a book names its own signer.
    fn signatory(&self) -> Signatory {
        let decided = Some(self.signer.name.clone()).filter(|name| !name.is_empty());
        Signatory {
            authority: self.signer.authority.clone(),
            title: self.entry("chucVuNguoiKy", "chuc_vu").unwrap_or_else(|| self.signer.title.clone()),
            name: decided.or_else(|| self.entry("nguoiKy", "nguoi_ky")).unwrap_or_default(),
        }
    }

    fn declarant(&self) -> Declarant {
        Declarant {
            name: self.answer("/nguoi_yeu_cau/nyc_ho_ten").unwrap_or_else(|| self.applicant.name.clone()),
            identity: self
                .identity("/nguoi_yeu_cau/nyc_loai_giay_to", "/nguoi_yeu_cau/nyc_so_giay_to")
                .or_else(|| self.applicant.identity.clone()),
        }
    }

    fn birth(&self) -> BirthCertificate {
        let child = "/nguoi_duoc_khai_sinh/nks_";
        let of_child = |field: &str| self.either(field, &format!("{child}{field}")).unwrap_or_default();
        let parent = |who: &str| {
            let of = |field: &str| self.either(&format!("{who}_{field}"), &format!("/{who}/{who}_{field}"));
            Some(Parent {
                name: of("ho_ten")?,
                born: self.date(&format!("{who}_ngay_sinh"), &format!("/{who}/{who}_ngay_sinh")),
                ethnicity: of("dan_toc"),
                nationality: of("quoc_tich"),
                residence: self.answer(&format!("/{who}/{who}_noi_cu_tru")),
            })
        };
        let born = self.date("ngay_sinh", &format!("{child}ngay_sinh")).unwrap_or_default();
        BirthCertificate {
            head: self.head.clone(),
            registration: self.registration(),
            child: Child {
                name: of_child("ho_ten"),
                born_in_words: Some(of_child("ngay_sinh_bang_chu"))
                    .filter(|words| !words.is_empty())
                    .or_else(|| in_words(&born))
                    .unwrap_or_default(),
                born,
                sex: of_child("gioi_tinh"),
                ethnicity: of_child("dan_toc"),
                nationality: of_child("quoc_tich"),
                birth_place: of_child("noi_sinh"),
                home_town: of_child("que_quan"),
                identity: self.content("soDinhDanh"),
            },
            mother: parent("me"),
            father: parent("cha"),
            declarant: self.declarant(),
            signer: self.signatory(),
        }
    }

    fn death(&self) -> DeathExtract {
        let of = |field: &str, answer: &str| self.either(field, &format!("/nguoi_chet/{answer}"));
        let died_on = self.date("ngay_chet", "/nguoi_chet/nkt_ngay_chet").unwrap_or_default();
        let notice = |field: &str| self.answer(&format!("/giay_bao_tu/{field}"));
        let notice = notice("gbt_loai").map(|kind| {
            let number = notice("gbt_so").map(|number| format!(" số {number}")).unwrap_or_default();
            let issuer = notice("gbt_co_quan_cap").map(|issuer| format!(" do {issuer} cấp")).unwrap_or_default();
            format!("{kind}{number}{issuer}")
        });
        DeathExtract {
            head: self.head.clone(),
            registration: self.registration(),
            deceased: Deceased {
                name: of("ho_ten", "nkt_ho_ten").unwrap_or_default(),
                born: self.date("ngay_sinh", "/nguoi_chet/nkt_ngay_sinh"),
                sex: of("gioi_tinh", "nkt_gioi_tinh").unwrap_or_default(),
                ethnicity: of("dan_toc", "nkt_dan_toc"),
                nationality: of("quoc_tich", "nkt_quoc_tich"),
                identity: of("so_giay_to", "nkt_so_giay_to"),
                last_residence: self.answer("/nguoi_chet/nkt_noi_cu_tru_cuoi"),
                died_at: self.date("gio_chet", "/nguoi_chet/nkt_gio_phut_chet").map(|time| time_in_words(&time)),
                died_in_words: in_words(&died_on),
                died_on,
                died_place: of("noi_chet", "nkt_noi_chet"),
                cause: of("nguyen_nhan", "nkt_nguyen_nhan_chet"),
            },
            notice,
            declarant: self.declarant(),
            signer: self.signatory(),
        }
    }

    fn marriage(&self) -> MarriageCertificate {
        let spouse = |who: &str| {
            let of = |field: &str| self.either(&format!("{who}_{field}"), &format!("/{who}/{who}_{field}"));
            let number = of("so_giay_to");
            let kind = self.answer(&format!("/{who}/{who}_loai_giay_to"));
            Spouse {
                name: of("ho_ten").unwrap_or_default(),
                born: self.date(&format!("{who}_ngay_sinh"), &format!("/{who}/{who}_ngay_sinh")).unwrap_or_default(),
                ethnicity: of("dan_toc"),
                nationality: of("quoc_tich"),
                residence: of("noi_cu_tru"),
                identity: number
                    .map(|number| kind.map_or_else(|| number.clone(), |kind| format!("{kind} số {number}"))),
            }
        };
        MarriageCertificate {
            head: self.head.clone(),
            registration: self.registration(),
            wife: spouse("nu"),
            husband: spouse("nam"),
            signer: self.signatory(),
        }
    }

    fn status(&self) -> MaritalStatus {
        let of = |field: &str| self.either(field, &format!("/nguoi_duoc_cap/nxn_{field}"));
        let valid_until = self.raw(Side::Result, "/noi_dung/co_gia_tri_den").and_then(|day| day.parse::<Date>().ok());
        let number = of("so_giay_to");
        MaritalStatus {
            head: Letterhead {
                number: self.entry("so", "so").or_else(|| self.head.number.clone()),
                ..self.head.clone()
            },
            requester: Applicant {
                name: self.answer("/nguoi_yeu_cau/nyc_ho_ten").unwrap_or_else(|| self.applicant.name.clone()),
                relation: self.answer("/quan_he/nyc_quan_he").map(|relation| relation.to_lowercase()),
            },
            person: StatusSubject {
                name: of("ho_ten").unwrap_or_default(),
                born: self.date("ngay_sinh", "/nguoi_duoc_cap/nxn_ngay_sinh").unwrap_or_default(),
                sex: of("gioi_tinh").unwrap_or_default(),
                ethnicity: of("dan_toc"),
                nationality: of("quoc_tich"),
                identity: number,
                residence: of("noi_cu_tru"),
            },
            period: self.answer("/nguoi_duoc_cap/nxn_thoi_gian_cu_tru"),
            status: of("tinh_trang").unwrap_or_default(),
            purpose: self
                .answer("/muc_dich/muc_dich_khac")
                .or_else(|| self.answer("/muc_dich/ket_hon_voi").map(|whom| format!("Kết hôn với {whom}")))
                .or_else(|| self.either("muc_dich", "/muc_dich/muc_dich"))
                .unwrap_or_default(),
            // Six months unless the result says otherwise (Decree 123/2015/NĐ-CP, article 23).
            valid_until: valid_until.unwrap_or_else(|| self.head.day.saturating_add(6.months())),
            signer: self.signatory(),
        }
    }

    fn letter(self) -> Letter {
        let signer = self.signatory();
        let number = self.entry("so", "so_chung_thuc").or_else(|| self.head.number.clone());
        let about = format!(
            "Giải quyết hồ sơ mã số {} về thủ tục {} (mã thủ tục {}) của {}, với nội dung sau:",
            self.code, self.procedure.name, self.procedure.code, self.applicant.name
        );
        Letter {
            head: Letterhead { number, ..self.head },
            title: self.name,
            subject: None,
            to: None,
            grounds: Vec::new(),
            paragraphs: vec![about],
            facts: self.facts,
            closing: self.reason,
            recipients: vec![self.applicant.name, "Lưu: VT, hồ sơ".to_owned()],
            signer,
        }
    }

    fn refusal(self) -> Refusal {
        let signer = self.signatory();
        let reason = self.reason.or_else(|| text(self.fields.pointer("/noi_dung/ly_do"))).unwrap_or_default();
        let reasons: Vec<String> =
            reason.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
        Refusal {
            head: self.head,
            code: self.code,
            applicant: self.applicant,
            procedure: self.procedure,
            submitted_at: self.submitted_at,
            reasons,
            legal_basis: None,
            guide: None,
            signer,
        }
    }
}

/// A date in words, partial ones too.
fn in_words(date: &str) -> Option<String> {
    PartialDate::parse(date).map(words::partial_date)
}

/// 05:20 -> 05 giờ 20 phút; anything else stays as it is.
fn time_in_words(time: &str) -> String {
    match time.split_once(':') {
        Some((hour, minute)) => format!("{hour} giờ {} phút", minute.get(..2).unwrap_or(minute)),
        None => time.to_owned(),
    }
}

#[cfg(test)]
mod tests;
