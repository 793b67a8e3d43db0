//! An agency's money: what waits for a person, what goes back.

use super::parts::{Answer, Choice, FeeLine, FormError, Input, Paging, sample_time};
use crate::kernel::{Timestamp, Vnd};
use crate::templating::Page;

/// One of the pages about money.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Tab {
    pub label: String,
    pub href: String,
    pub current: bool,
    /// How much waits there.
    pub count: Option<i64>,
}

impl Tab {
    pub(super) fn samples(current: usize) -> Vec<Self> {
        let tab = |i: usize, label: &str, count| Self {
            label: label.into(),
            href: "/can-bo/tai-chinh".into(),
            current: i == current,
            count,
        };
        vec![
            tab(0, "Chờ xử lý", Some(3)),
            tab(1, "Hoàn tiền", Some(1)),
            tab(2, "Đối soát sao kê", None),
            tab(3, "Đã thu", None),
            tab(4, "Chốt quỹ", None),
        ]
    }
}

/// A word of a gateway that waits for a person.
#[derive(Clone, Debug, serde::Serialize)]
pub struct HeldRow {
    pub href: String,
    pub at: Timestamp,
    pub gateway: String,
    /// By which way it came: `ipn`, `query`, `statement`, `bank`.
    pub way: String,
    pub verdict: String,
    pub amount: Option<Vnd>,
    pub reference: Option<String>,
    pub dossier: Option<String>,
    pub times: i64,
}

impl HeldRow {
    fn sample(verdict: &str) -> Self {
        Self {
            href: "/can-bo/tai-chinh/cho-xu-ly/0190ab".into(),
            at: sample_time(0),
            gateway: "vnpay".into(),
            way: "ipn".into(),
            verdict: verdict.into(),
            amount: (verdict != "senseless").then_some(Vnd(9_000)),
            reference: (verdict != "senseless").then(|| "MC261121ABCDEFGHJK".into()),
            dossier: (verdict == "wrong_amount").then(|| "H46.01-261121-0007".into()),
            times: 2,
        }
    }
}

/// Money that belonged to nobody, with the agency that took it on.
#[derive(Clone, Debug, serde::Serialize)]
pub struct TakenRow {
    pub href: String,
    pub at: Timestamp,
    pub gateway: String,
    pub amount: Option<Vnd>,
    /// `credited`, `refund` or `nothing`.
    pub how: String,
    pub agency: String,
}

impl TakenRow {
    fn sample(how: &str) -> Self {
        Self {
            href: "/can-bo/tai-chinh/cho-xu-ly/0190ab".into(),
            at: sample_time(0),
            gateway: "vnpay".into(),
            amount: Some(Vnd(9_000)),
            how: how.into(),
            agency: "UBND phường Thuận Hóa".into(),
        }
    }
}

/// `/can-bo/tai-chinh`
#[derive(Clone, Debug, serde::Serialize)]
pub struct HeldList {
    pub tabs: Vec<Tab>,
    pub rows: Vec<HeldRow>,
    /// What belonged to nobody and was taken on, the newest first.
    pub taken: Vec<TakenRow>,
    pub paging: Paging,
}

impl Page for HeldList {
    const TEMPLATE: &'static str = "finance/held_list.html";

    fn samples() -> Vec<Self> {
        let verdicts = [
            "wrong_amount",
            "unknown",
            "second_transaction",
            "others_transaction",
            "suspected",
            "senseless",
            "credited",
        ];
        vec![
            Self {
                tabs: Tab::samples(0),
                rows: verdicts.into_iter().map(HeldRow::sample).collect(),
                taken: ["credited", "refund", "nothing"].map(TakenRow::sample).to_vec(),
                paging: Paging {
                    next: Some("/can-bo/tai-chinh?cursor=50".into()),
                    shown: 7,
                    total: Some(57),
                    prev: None,
                },
            },
            Self { tabs: Tab::samples(0), rows: Vec::new(), taken: Vec::new(), paging: Paging::default() },
        ]
    }
}

/// `/can-bo/tai-chinh/cho-xu-ly/{id}`
#[derive(Clone, Debug, serde::Serialize)]
pub struct HeldPage {
    pub word: HeldRow,
    /// What the gateway says.
    pub told: Vec<Answer>,
    /// What stands in the books.
    pub known: Vec<Answer>,
    /// The message field by field, as it came.
    pub message: Vec<Answer>,
    /// What else was told of the same payment.
    pub others: Vec<HeldRow>,
    /// Whether the gateway can be asked.
    pub can_ask: bool,
    pub can_credit: bool,
    pub can_send_back: bool,
    /// Whether it would go back by the gateway; else by a transfer.
    pub by_gateway: bool,
    pub can_lay_aside: bool,
    /// Nobody knows whose it is: all see that it is there, none what the payer wrote.
    pub is_nobodys: bool,
    /// What was done, once it is.
    pub settled: Option<String>,
    /// The agency that it belongs to, or that took it on.
    pub settled_for: Option<String>,
    pub action: String,
    pub dossier: Input,
    pub reason: Input,
    pub errors: Vec<FormError>,
    /// Nothing that was typed is wrong.
    pub refused: bool,
}

impl Page for HeldPage {
    const TEMPLATE: &'static str = "finance/held.html";

    fn samples() -> Vec<Self> {
        let row =
            |label: &str, value: &str| Answer { label: label.into(), value: Some(value.into()), ..Answer::default() };
        let page = Self {
            word: HeldRow::sample("wrong_amount"),
            told: vec![row("Số tiền", "9.000 đ")],
            known: vec![row("Số tiền phải nộp", "8.000 đ")],
            message: vec![row("vnp_Amount", "900000")],
            others: vec![HeldRow::sample("second_transaction")],
            can_ask: true,
            can_credit: true,
            can_send_back: true,
            by_gateway: false,
            can_lay_aside: true,
            is_nobodys: false,
            settled: None,
            settled_for: None,
            action: "/can-bo/tai-chinh/cho-xu-ly/0190ab".into(),
            dossier: Input::of("H46.01-261121-0007"),
            reason: Input::default(),
            errors: Vec::new(),
            refused: false,
        };
        let wrong = Self {
            reason: Input::wrong("", "Hãy ghi lý do."),
            dossier: Input::wrong("H46", "Không có hồ sơ này."),
            errors: vec![FormError::at("reason", "Hãy ghi lý do.")],
            ..page.clone()
        };
        let seen = Self {
            can_ask: false,
            can_credit: false,
            can_send_back: false,
            can_lay_aside: false,
            settled: Some("Đã ghi có cho hồ sơ.".into()),
            settled_for: Some("UBND phường Thuận Hóa".into()),
            message: Vec::new(),
            others: Vec::new(),
            ..page.clone()
        };
        let little = Self { can_credit: false, can_send_back: false, refused: true, ..page.clone() };
        let nobodys = Self { is_nobodys: true, by_gateway: true, message: Vec::new(), ..page.clone() };
        vec![page, wrong, seen, little, nobodys]
    }
}

/// Money that goes back, in a list.
#[derive(Clone, Debug, serde::Serialize)]
pub struct RefundItem {
    pub href: String,
    pub dossier: Option<String>,
    pub amount: Vnd,
    pub way: String,
    pub state: String,
    pub asked_by: String,
    pub asked_at: Timestamp,
    pub reason: String,
}

impl RefundItem {
    fn sample(state: &str) -> Self {
        Self {
            href: "/can-bo/tai-chinh/hoan-tien/0190ab".into(),
            dossier: (state != "unsure").then(|| "H46.01-261121-0007".into()),
            amount: Vnd(8_000),
            way: if matches!(state, "done" | "approved") { "cash".into() } else { "gateway".into() },
            state: state.into(),
            asked_by: "Trần Thị Một Cửa".into(),
            asked_at: sample_time(0),
            reason: "Nộp hai lần".into(),
        }
    }
}

/// A dossier of which more was paid than its fee comes to now, and nobody has asked for the return.
#[derive(Clone, Debug, serde::Serialize)]
pub struct TooMuch {
    pub dossier: String,
    /// Where its return is asked for; none for who may not.
    pub href: Option<String>,
    pub amount: Vnd,
    pub paid_at: Timestamp,
}

/// `/can-bo/tai-chinh/hoan-tien`
#[derive(Clone, Debug, serde::Serialize)]
pub struct RefundList {
    pub tabs: Vec<Tab>,
    /// What waits for somebody to ask for it, the longest waiting first.
    pub waiting: Vec<TooMuch>,
    pub rows: Vec<RefundItem>,
    pub paging: Paging,
}

impl Page for RefundList {
    const TEMPLATE: &'static str = "finance/refund_list.html";

    fn samples() -> Vec<Self> {
        let states = ["asked", "approved", "unsure", "done", "refused", "declined"];
        vec![
            Self {
                tabs: Tab::samples(1),
                waiting: vec![TooMuch {
                    dossier: "H46.01-261121-0007".into(),
                    href: Some("/can-bo/ho-so/H46.01-261121-0007/hoan-phi".into()),
                    amount: Vnd(8_000),
                    paid_at: sample_time(0),
                }],
                rows: states.into_iter().map(RefundItem::sample).collect(),
                paging: Paging {
                    prev: Some("/can-bo/tai-chinh/hoan-tien".into()),
                    shown: 6,
                    total: Some(56),
                    next: None,
                },
            },
            Self { tabs: Tab::samples(1), waiting: Vec::new(), rows: Vec::new(), paging: Paging::default() },
        ]
    }
}

/// `/can-bo/tai-chinh/hoan-tien/{id}`
#[derive(Clone, Debug, serde::Serialize)]
pub struct RefundPage {
    pub item: RefundItem,
    pub facts: Vec<Answer>,
    /// What of each fee goes back.
    pub lines: Vec<FeeLine>,
    pub can_approve: bool,
    /// It was asked by whoever looks at it: another officer must agree.
    pub is_own: bool,
    pub can_decline: bool,
    pub can_pay_out: bool,
    /// Whether a person may say what became of it.
    pub can_conclude: bool,
    pub action: String,
    pub reason: Input,
    pub receiver: Input,
    pub voucher: Input,
    pub signed_error: Option<String>,
    pub errors: Vec<FormError>,
    /// Nothing that was typed is wrong.
    pub refused: bool,
}

impl Page for RefundPage {
    const TEMPLATE: &'static str = "finance/refund.html";

    fn samples() -> Vec<Self> {
        let page = Self {
            item: RefundItem::sample("asked"),
            facts: vec![Answer { label: "Lý do".into(), value: Some("Nộp hai lần".into()), ..Answer::default() }],
            lines: vec![FeeLine { name: "Bản sao".into(), amount: Vnd(8_000), note: None, state: None }],
            can_approve: true,
            is_own: false,
            can_decline: true,
            can_pay_out: false,
            can_conclude: false,
            action: "/can-bo/tai-chinh/hoan-tien/0190ab".into(),
            reason: Input::default(),
            receiver: Input::default(),
            voucher: Input::default(),
            signed_error: None,
            errors: Vec::new(),
            refused: false,
        };
        let none = Self { can_approve: false, can_decline: false, ..page.clone() };
        vec![
            Self { is_own: true, can_approve: false, ..page.clone() },
            Self {
                item: RefundItem::sample("approved"),
                can_pay_out: true,
                receiver: Input::wrong("", "Hãy ghi người nhận tiền."),
                signed_error: Some("Người nhận phải ký.".into()),
                errors: vec![FormError::at("receiver", "Hãy ghi người nhận tiền.")],
                ..none.clone()
            },
            Self {
                item: RefundItem { way: "transfer".into(), ..RefundItem::sample("approved") },
                can_pay_out: true,
                ..none.clone()
            },
            Self { item: RefundItem::sample("unsure"), can_conclude: true, lines: Vec::new(), ..none.clone() },
            Self { item: RefundItem::sample("done"), ..none },
            page,
        ]
    }
}

/// A payment whose money could go back.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Returnable {
    /// Marks the fields of its form.
    pub key: String,
    pub id: String,
    pub title: String,
    /// Its fees, and what is left over, to be ticked.
    pub parts: Vec<Choice>,
    pub ticked: Vec<String>,
    pub ways: Vec<Choice>,
    pub way: String,
    pub amount: Input,
    pub reason: Input,
    pub parts_error: Option<String>,
    pub open: bool,
}

/// `/can-bo/ho-so/{name}/hoan-phi`
#[derive(Clone, Debug, serde::Serialize)]
pub struct AskRefund {
    pub code: String,
    pub procedure: String,
    pub back: String,
    pub action: String,
    pub payments: Vec<Returnable>,
    /// The refunds there were.
    pub refunds: Vec<RefundItem>,
    pub errors: Vec<FormError>,
    pub refused: bool,
}

impl Page for AskRefund {
    const TEMPLATE: &'static str = "finance/ask.html";

    fn samples() -> Vec<Self> {
        let part = |key: &str, open| Returnable {
            key: key.into(),
            id: format!("0190ab-{key}"),
            title: "VNPAY, 8.000 đ, 21/11/2026".into(),
            parts: vec![Choice::new("0190", "Bản sao: 8.000 đ"), Choice::new("surplus", "Tiền thừa: 1.000 đ")],
            ticked: vec!["0190".into()],
            ways: vec![
                Choice::new("gateway", "Qua cổng thanh toán"),
                Choice::new("transfer", "Chuyển khoản"),
                Choice::new("cash", "Tiền mặt tại quầy"),
            ],
            way: "gateway".into(),
            amount: Input::default(),
            reason: Input::default(),
            parts_error: None,
            open,
        };
        let page = Self {
            code: "H46.01-261121-0007".into(),
            procedure: "Cấp bản sao trích lục hộ tịch".into(),
            back: "/can-bo/ho-so/H46.01-261121-0007".into(),
            action: "/can-bo/ho-so/H46.01-261121-0007/hoan-phi".into(),
            payments: vec![part("1", true), part("2", false)],
            refunds: vec![RefundItem::sample("done")],
            errors: Vec::new(),
            refused: false,
        };
        let wrong = Self {
            payments: vec![Returnable {
                amount: Input::wrong("9000000", "Số tiền hoàn quá lớn."),
                reason: Input::wrong("", "Hãy ghi lý do."),
                parts_error: Some("Hãy chọn khoản hoàn.".into()),
                ..part("1", true)
            }],
            errors: vec![FormError::at("amount-1", "Số tiền hoàn quá lớn.")],
            ..page.clone()
        };
        let none = Self { payments: Vec::new(), refunds: Vec::new(), refused: true, ..page.clone() };
        vec![page, wrong, none]
    }
}
