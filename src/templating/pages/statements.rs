//! Statements of gateways beside the books.

use super::finance::Tab;
use super::parts::{Choice, FormError, Input, sample_time};
use crate::kernel::{Timestamp, Vnd};
use crate::templating::Page;

/// A statement in a list.
#[derive(Clone, Debug, serde::Serialize)]
pub struct StatementItem {
    pub href: String,
    pub name: String,
    pub gateway: String,
    /// First and last day.
    pub span: String,
    pub at: Timestamp,
}

impl StatementItem {
    fn sample() -> Self {
        Self {
            href: "/can-bo/tai-chinh/sao-ke/0190ab".into(),
            name: "sao-ke-21-11-2026.csv".into(),
            gateway: "VNPAY".into(),
            span: "20/11/2026 – 21/11/2026".into(),
            at: sample_time(0),
        }
    }
}

/// `/can-bo/tai-chinh/sao-ke`
#[derive(Clone, Debug, serde::Serialize)]
pub struct StatementList {
    pub tabs: Vec<Tab>,
    pub rows: Vec<StatementItem>,
    /// Whose statements can be imported.
    pub gateways: Vec<Choice>,
    pub can_import: bool,
    /// The chosen one: none is chosen for anybody.
    pub gateway: Input,
    /// The name of the file that was sent and must be chosen again.
    pub sent: Option<String>,
    pub error: Option<String>,
    pub errors: Vec<FormError>,
}

impl Page for StatementList {
    const TEMPLATE: &'static str = "finance/statement_list.html";

    fn samples() -> Vec<Self> {
        let page = Self {
            tabs: Tab::samples(2),
            rows: vec![StatementItem::sample()],
            gateways: vec![Choice::new("vnpay", "VNPAY")],
            can_import: true,
            gateway: Input::default(),
            sent: None,
            error: None,
            errors: Vec::new(),
        };
        let wrong = "Dòng 7: số tiền không đọc được.".to_owned();
        vec![
            Self { error: Some(wrong.clone()), errors: vec![FormError::at("file", wrong)], ..page.clone() },
            Self {
                gateway: Input::wrong("vnpay", "Tệp có lẽ của cổng khác."),
                sent: Some("sao-ke.csv".into()),
                errors: vec![FormError::at("gateway", "Tệp có lẽ của cổng khác.")],
                ..page.clone()
            },
            Self { rows: Vec::new(), can_import: false, ..page.clone() },
            page,
        ]
    }
}

/// A line that differs from the books.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Listed {
    pub number: i64,
    pub day: Option<String>,
    pub amount: Vnd,
    pub transaction: Option<String>,
    pub reference: Option<String>,
    pub verdict: String,
    /// By which other gateway it came.
    pub through: Option<String>,
    /// The held word that waits for a person, where one does.
    pub href: Option<String>,
    /// Whether somebody has settled it.
    pub settled: bool,
    /// What settles it at once.
    pub fix: Option<Fix>,
}

impl Listed {
    fn sample(verdict: &str) -> Self {
        Self {
            number: 7,
            day: (verdict != "unknown").then(|| "21/11/2026".into()),
            amount: Vnd(8_000),
            transaction: Some("14226112".into()),
            reference: None,
            verdict: verdict.into(),
            through: (verdict == "other_gateway").then(|| "Đã ghi có qua VietQR: tệp có lẽ của cổng khác".into()),
            href: (!["back_unknown", "elsewhere", "other_gateway", "unconfirmed"].contains(&verdict))
                .then(|| "/can-bo/tai-chinh/cho-xu-ly/0190ab".into()),
            settled: verdict == "suspected",
            fix: match verdict {
                "wrong_amount" => Some(Fix {
                    word: "0190ab".into(),
                    how: "credit".into(),
                    dossier: Some("H46.01-261121-0007".into()),
                }),
                "unknown" => Some(Fix { word: "0190ac".into(), how: "refund".into(), dossier: None }),
                _ => None,
            },
        }
    }
}

/// A settlement by one button.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Fix {
    /// The held word.
    pub word: String,
    /// `credit` or `refund`.
    pub how: String,
    /// The dossier that is credited.
    pub dossier: Option<String>,
}

/// A payment of ours that no line names.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Missing {
    pub dossier: String,
    pub href: String,
    pub amount: Vnd,
    pub transaction: Option<String>,
    pub at: Timestamp,
    /// The payment, for who may settle it and where nobody has.
    pub payment: Option<String>,
    /// What was found out about it, once it was.
    pub closed: Option<Explanation>,
    /// Whether its gateway can be asked.
    pub can_ask: bool,
    pub reason: Input,
}

impl Missing {
    fn sample() -> Self {
        Self {
            dossier: "H46.01-261121-0007".into(),
            href: "/can-bo/ho-so/H46.01-261121-0007".into(),
            amount: Vnd(8_000),
            transaction: None,
            at: sample_time(0),
            payment: Some("0190ab".into()),
            can_ask: true,
            closed: None,
            reason: Input::default(),
        }
    }
}

/// What a person found out about a payment that no line names.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Explanation {
    pub reason: String,
    pub by: String,
    pub at: Timestamp,
}

/// `/can-bo/tai-chinh/sao-ke/{id}`
#[derive(Clone, Debug, serde::Serialize)]
pub struct StatementPage {
    pub item: StatementItem,
    pub lines: usize,
    /// Lines of the file that are still to be compared.
    pub lacking: usize,
    /// Lines that agree with the books.
    pub fitting: usize,
    pub total: Vnd,
    /// Theirs that are not ours, or of another amount.
    pub differing: Vec<Listed>,
    /// Ours that are not theirs.
    pub missing: Vec<Missing>,
    /// Nothing is left to look into.
    pub settled: bool,
    pub action: String,
    pub errors: Vec<FormError>,
    /// Nothing that was typed is wrong.
    pub refused: bool,
}

impl Page for StatementPage {
    const TEMPLATE: &'static str = "finance/statement.html";

    fn samples() -> Vec<Self> {
        let missing = Missing::sample();
        let closed = Missing {
            payment: None,
            closed: Some(Explanation {
                reason: "Có trong sao kê ngày 22/11".into(),
                by: "Trần Thị Một Cửa".into(),
                at: sample_time(0),
            }),
            ..missing.clone()
        };
        let wrong = Missing {
            payment: Some("0190ac".into()),
            can_ask: false,
            reason: Input::wrong("", "Hãy ghi lý do."),
            ..missing.clone()
        };
        let page = Self {
            item: StatementItem::sample(),
            lines: 12,
            lacking: 0,
            fitting: 9,
            total: Vnd(96_000),
            differing: [
                "unknown",
                "wrong_amount",
                "back_unknown",
                "suspected",
                "elsewhere",
                "other_gateway",
                "unconfirmed",
            ]
            .into_iter()
            .map(Listed::sample)
            .collect(),
            missing: vec![missing.clone(), Missing { payment: None, ..missing.clone() }, closed],
            settled: false,
            action: "/can-bo/tai-chinh/sao-ke/0190ab".into(),
            errors: Vec::new(),
            refused: false,
        };
        vec![
            Self { differing: Vec::new(), missing: Vec::new(), settled: true, fitting: 12, ..page.clone() },
            Self { lacking: 7, missing: Vec::new(), ..page.clone() },
            Self {
                missing: vec![wrong],
                errors: vec![FormError::at("reason-0190ac", "Hãy ghi lý do.")],
                ..page.clone()
            },
            page,
        ]
    }
}
