//! What an agency collected, and the closing of a day at the till.

use super::finance::Tab;
use super::parts::{FormError, Input};
use crate::kernel::Vnd;
use crate::templating::Page;

/// Money of one day, kind, channel and procedure.
#[derive(Clone, Debug, serde::Serialize)]
pub struct MoneyRow {
    pub day: String,
    pub kind: String,
    pub channel: String,
    pub procedure: String,
    pub count: i64,
    pub collected: Vnd,
    pub returned: Vnd,
}

/// What the rows come to.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct MoneySums {
    /// Everything that came.
    pub arrived: Vnd,
    /// Of this: for fees, left over of payments, and told of by held words.
    pub collected: Vnd,
    pub surplus: Vnd,
    pub loose: Vnd,
    pub returned: Vnd,
    pub receipted: Vnd,
    /// What nobody knows the agency of: in none of the others.
    pub nobodys: Vnd,
}

/// A day's receipts of one book, and the file for the tax authority.
#[derive(Clone, Debug, serde::Serialize)]
pub struct SummaryRow {
    pub href: String,
    pub day: String,
    /// Code of the agency.
    pub agency: String,
    /// Ký hiệu mẫu and ký hiệu.
    pub book: String,
    /// First and last number.
    pub numbers: String,
    pub count: i64,
    pub total: Vnd,
    pub cancelled: i64,
}

/// `/can-bo/tai-chinh/da-thu`
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct MoneyReportPage {
    pub tabs: Vec<Tab>,
    /// Both ends included, as people write days.
    pub from: Input,
    pub to: Input,
    /// Whether the days could be read; else nothing else is there.
    pub is_read: bool,
    pub rows: Vec<MoneyRow>,
    pub sums: MoneySums,
    /// Whether receipts come to what was collected.
    pub balances: bool,
    pub receipts: Vec<SummaryRow>,
    pub csv: String,
    pub receipts_csv: String,
    pub errors: Vec<FormError>,
}

impl Page for MoneyReportPage {
    const TEMPLATE: &'static str = "finance/report.html";

    fn samples() -> Vec<Self> {
        let row = |kind: &str, procedure: &str, (collected, returned)| MoneyRow {
            day: "21/11/2026".into(),
            kind: kind.into(),
            channel: "VNPAY".into(),
            procedure: procedure.into(),
            count: 3,
            collected: Vnd(collected),
            returned: Vnd(returned),
        };
        let page = Self {
            tabs: Tab::samples(3),
            from: Input::of("01/11/2026"),
            to: Input::of("21/11/2026"),
            is_read: true,
            rows: vec![
                row("Lệ phí", "2.000635", (24_000, 8_000)),
                row("Tiền thừa", "2.000635", (1_000, 0)),
                row("Tiền chờ xử lý", "", (9_000, 0)),
            ],
            sums: MoneySums {
                arrived: Vnd(34_000),
                collected: Vnd(24_000),
                surplus: Vnd(1_000),
                loose: Vnd(9_000),
                returned: Vnd(8_000),
                receipted: Vnd(24_000),
                nobodys: Vnd(5_000),
            },
            balances: true,
            receipts: vec![SummaryRow {
                href: "/can-bo/tai-chinh/tong-hop-bien-lai.xml".into(),
                day: "21/11/2026".into(),
                agency: "H57.31".into(),
                book: "EBL01 26TAA".into(),
                numbers: "7–9".into(),
                count: 3,
                total: Vnd(24_000),
                cancelled: 1,
            }],
            csv: "/can-bo/tai-chinh/da-thu.csv".into(),
            receipts_csv: "/can-bo/tai-chinh/bien-lai.csv".into(),
            errors: Vec::new(),
        };
        vec![
            Self {
                tabs: Tab::samples(3),
                from: Input::wrong("tháng mười một", "Hãy ghi ngày theo dạng 21/11/2026."),
                to: Input::of("21/11/2026"),
                errors: vec![FormError::at("tu", "Hãy ghi ngày theo dạng 21/11/2026.")],
                ..Self::default()
            },
            Self { rows: Vec::new(), receipts: Vec::new(), ..page.clone() },
            Self { balances: false, ..page.clone() },
            page,
        ]
    }
}

/// A day that is to be closed.
#[derive(Clone, Debug, serde::Serialize)]
pub struct OpenDay {
    pub day: String,
    pub taken: Vnd,
    pub paid_out: Vnd,
    pub card: Vnd,
    pub opening: Input,
    pub counted: Input,
    pub reason: Input,
}

/// A closed day.
#[derive(Clone, Debug, serde::Serialize)]
pub struct ClosingRow {
    pub day: String,
    /// Code of the agency.
    pub agency: String,
    pub officer: String,
    pub opening: Vnd,
    pub taken: Vnd,
    pub paid_out: Vnd,
    pub counted: Vnd,
    pub difference: Vnd,
    pub reason: Option<String>,
}

/// `/can-bo/tai-chinh/chot-quy`
#[derive(Clone, Debug, serde::Serialize)]
pub struct ClosingPage {
    pub tabs: Vec<Tab>,
    /// The officer's tills, where there are several.
    pub tills: Vec<Tab>,
    /// Code of the agency whose till it is.
    pub agency: String,
    /// The officer's own day, unless it is closed.
    pub open: Option<OpenDay>,
    pub rows: Vec<ClosingRow>,
    pub errors: Vec<FormError>,
    /// Nothing that was typed is wrong.
    pub refused: bool,
}

impl Page for ClosingPage {
    const TEMPLATE: &'static str = "finance/closing.html";

    fn samples() -> Vec<Self> {
        let row = |difference| ClosingRow {
            day: "20/11/2026".into(),
            agency: "H57.31".into(),
            officer: "Trần Thị Một Cửa".into(),
            opening: Vnd(500_000),
            taken: Vnd(48_000),
            paid_out: Vnd(8_000),
            counted: Vnd(540_000 + difference),
            difference: Vnd(difference),
            reason: (difference != 0).then(|| "Thối nhầm".into()),
        };
        let open = OpenDay {
            day: "21/11/2026".into(),
            taken: Vnd(24_000),
            paid_out: Vnd(0),
            card: Vnd(8_000),
            opening: Input::of("540000"),
            counted: Input::default(),
            reason: Input::default(),
        };
        let page = Self {
            tabs: Tab::samples(4),
            tills: Vec::new(),
            agency: "H57.31".into(),
            open: Some(open.clone()),
            rows: vec![row(0), row(-1_000)],
            errors: Vec::new(),
            refused: false,
        };
        let wrong = Self {
            open: Some(OpenDay { counted: Input::wrong("x", "Số tiền gồm các chữ số."), ..open }),
            errors: vec![FormError::at("counted", "Số tiền gồm các chữ số.")],
            ..page.clone()
        };
        let till = |name: &str, current| Tab {
            label: name.into(),
            href: "/can-bo/tai-chinh/chot-quy?agency=H57.31".into(),
            current,
            count: None,
        };
        let tills = vec![till("UBND phường Thuận Hóa", true), till("UBND phường Phú Xuân", false)];
        vec![
            Self { open: None, rows: Vec::new(), ..page.clone() },
            Self { tills: tills.clone(), open: None, ..page.clone() },
            Self { tills, ..page.clone() },
            wrong,
            page,
        ]
    }
}
