//! What a result says on paper, from the data of its decision. Pure; called before signing, outside transactions.

use jiff::civil::DateTime;
use serde_json::Value;

use super::Rules;
use crate::documents::ResultRow;
use crate::documents::papers::{
    BirthCertificate, Child, Declarant, Fact, Letter, Letterhead, Paper, Parent, Party, ProcedureName, Refusal,
    Registration, Signatory,
};
use crate::dossiers::Dossier;
use crate::forms::SummarySection;
use crate::kernel::clock::local;
use crate::kernel::words;

/// What a paper is made from.
pub struct Source<'a> {
    pub rules: &'a Rules,
    pub dossier: &'a Dossier,
    pub result: &'a ResultRow,
    /// The result's fields with identity numbers opened.
    pub fields: Value,
    /// The same fields as people read them, by section.
    pub summary: Vec<SummarySection>,
}

impl Source<'_> {
    fn head(&self) -> Letterhead {
        Letterhead {
            parent: self.rules.agency.parent.clone(),
            agency: self.rules.agency.name.clone(),
            number: self.result.number.clone(),
            place: self.rules.agency.place.clone(),
            day: local(self.result.issued_at).date(),
        }
    }

    fn signer(&self) -> Signatory {
        let name = self.result.data.get("decided_by").and_then(Value::as_str).unwrap_or_default().to_owned();
        let committee = self.rules.agency.name.to_lowercase().starts_with("ủy ban nhân dân");
        Signatory {
            authority: committee.then(|| "TM. Ủy ban nhân dân".to_owned()),
            title: if committee { "Chủ tịch".to_owned() } else { "Thủ trưởng cơ quan".to_owned() },
            name,
        }
    }

    fn procedure(&self) -> ProcedureName {
        ProcedureName { code: self.rules.revision.code.clone(), name: self.rules.revision.name.vi.clone() }
    }

    /// A text of the result's fields, wherever its section.
    fn text(&self, key: &str) -> Option<String> {
        let sections = self.fields.as_object()?;
        let value = sections.values().filter_map(|s| s.get(key)).find_map(Value::as_str)?;
        Some(value.trim().to_owned()).filter(|t| !t.is_empty())
    }

    /// As people read it (names of codes, dates as dd/MM/yyyy).
    fn shown(&self, label: &str) -> Option<String> {
        let items = self.summary.iter().flat_map(|s| &s.items);
        items.filter(|i| i.label == label).map(|i| i.value.clone()).find(|v| !v.is_empty())
    }

    fn need(&self, key: &str) -> String {
        self.text(key).unwrap_or_default()
    }
}

/// The paper of a result.
pub fn paper(source: &Source<'_>) -> Paper {
    match source.result.template.as_str() {
        "giay-khai-sinh" => birth(source).into(),
        "van-ban-tu-choi" => refusal(source).into(),
        _ => letter(source).into(),
    }
}

fn birth(s: &Source<'_>) -> BirthCertificate {
    let born = s.need("ngay_sinh");
    let in_words = born.parse().map(words::date).unwrap_or_default();
    let parent = |who: &str, label: &str| {
        s.text(&format!("{who}_ho_ten")).map(|name| Parent {
            name,
            born: s.text(&format!("{who}_ngay_sinh")),
            ethnicity: s.shown(&format!("Dân tộc người {label}")),
            nationality: s.shown(&format!("Quốc tịch người {label}")),
            residence: s.text(&format!("{who}_noi_cu_tru")),
        })
    };
    BirthCertificate {
        head: s.head(),
        registration: Registration {
            number: s.text("soDangKy").or_else(|| s.result.number.clone()).unwrap_or_default(),
            volume: s.text("quyenSo"),
            page: s.text("trangSo"),
            day: s.text("ngayDangKy").and_then(|d| d.parse().ok()).unwrap_or_else(|| local(s.result.issued_at).date()),
            place: s.text("noiDangKy").unwrap_or_else(|| s.rules.agency.name.clone()),
        },
        child: Child {
            name: s.need("ho_ten"),
            born_in_words: s.text("ngay_sinh_bang_chu").unwrap_or(in_words),
            born,
            sex: s.need("gioi_tinh"),
            ethnicity: s.shown("Dân tộc").unwrap_or_default(),
            nationality: s.shown("Quốc tịch").unwrap_or_default(),
            birth_place: s.need("noi_sinh"),
            home_town: s.need("que_quan"),
            identity: s.text("soDinhDanh"),
        },
        mother: parent("me", "mẹ"),
        father: parent("cha", "cha"),
        declarant: Declarant {
            name: s.dossier.applicant_name.clone(),
            identity: s.dossier.applicant.number_masked.clone(),
        },
        signer: s.signer(),
    }
}

fn applicant(dossier: &Dossier) -> Party {
    Party {
        name: dossier.applicant_name.clone(),
        identity: dossier.applicant.number_masked.clone(),
        address: dossier.applicant.address.clone(),
        phone: None,
        email: None,
    }
}

fn refusal(s: &Source<'_>) -> Refusal {
    let reason = s.result.data.get("reason").and_then(Value::as_str).unwrap_or_default();
    Refusal {
        head: s.head(),
        code: s.dossier.name(),
        applicant: applicant(s.dossier),
        procedure: s.procedure(),
        submitted_at: s.dossier.submitted_at.map_or(DateTime::MIN, local),
        reasons: reason.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect(),
        legal_basis: None,
        guide: Some("Ông/bà có quyền khiếu nại hoặc nộp hồ sơ mới sau khi khắc phục các nội dung nêu trên.".to_owned()),
        signer: s.signer(),
    }
}

fn letter(s: &Source<'_>) -> Letter {
    let facts = s.summary.iter().flat_map(|section| &section.items).filter(|i| !i.value.is_empty());
    Letter {
        head: s.head(),
        title: s.result.name.clone(),
        subject: Some(s.rules.revision.name.vi.clone()),
        to: Some(s.dossier.owner_name.clone()),
        grounds: s.rules.revision.legal_basis.iter().take(6).map(|b| format!("Căn cứ {}", b.number)).collect(),
        paragraphs: vec![format!(
            "{} đã giải quyết hồ sơ {} của {} với kết quả như sau:",
            s.rules.agency.name,
            s.dossier.name(),
            s.dossier.owner_name
        )],
        facts: facts.map(|i| Fact { label: i.label.clone(), value: i.value.clone() }).collect(),
        closing: None,
        recipients: vec![s.dossier.owner_name.clone(), "Lưu: VT".to_owned()],
        signer: s.signer(),
    }
}
