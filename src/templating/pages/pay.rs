//! Paying online.

use super::parts::{FeeLine, FileLink, sample_time};
use crate::kernel::{Timestamp, Vnd};
use crate::templating::Page;

/// `/ho-so/{name}/thanh-toan` and `/nop-ho/{token}`
#[derive(Clone, Debug, serde::Serialize)]
pub struct Pay {
    pub procedure: String,
    pub agency: String,
    pub code: String,
    /// The dossier's page, for its citizen.
    pub back: Option<String>,
    pub lines: Vec<FeeLine>,
    /// What is still owed.
    pub total: Vnd,
    pub action: String,
    /// Whether the dossier's status lets it be paid.
    pub takes_money: bool,
    /// Names of the gateways that can be chosen now.
    pub gateways: Vec<String>,
    pub under_way: Option<UnderWay>,
    /// Money that came and is looked at by a person before it counts.
    pub doubted: Option<Vnd>,
    /// When the newest attempt was begun, where it ran out and nothing is under way: its money may still come.
    pub ran_out: Option<Timestamp>,
    /// A link by which somebody else can pay.
    pub link: Option<String>,
}

/// A payment whose end nobody knows yet.
#[derive(Clone, Debug, serde::Serialize)]
pub struct UnderWay {
    pub amount: Vnd,
    pub began_at: Timestamp,
    /// The payer never came back from the gateway, and it still takes the money.
    pub can_go_on: bool,
    /// Where the code of a bank transfer is shown.
    pub code: Option<String>,
}

impl Page for Pay {
    const TEMPLATE: &'static str = "filing/pay.html";

    fn samples() -> Vec<Self> {
        let line = |state: &str| FeeLine {
            name: "Bản sao trích lục hộ tịch".into(),
            amount: Vnd(16_000),
            note: None,
            state: Some(state.into()),
        };
        let page = Self {
            procedure: "Cấp bản sao trích lục hộ tịch".into(),
            agency: "UBND phường Thuận Hóa".into(),
            code: "H46.01-261121-0007".into(),
            back: Some("/ho-so/H46.01-261121-0007".into()),
            lines: vec![line("due")],
            total: Vnd(16_000),
            action: "/ho-so/H46.01-261121-0007/thanh-toan".into(),
            takes_money: true,
            gateways: vec!["vnpay".into(), "vietqr".into(), "platform".into()],
            under_way: None,
            doubted: None,
            ran_out: None,
            link: Some("https://dvc.example.vn/nop-ho/0190ab".into()),
        };
        let way = |can_go_on: bool| {
            let code = can_go_on.then(|| "/thanh-toan/vietqr/MC261121ABCDEFGHJK".to_owned());
            Some(UnderWay { amount: Vnd(16_000), began_at: sample_time(0), can_go_on, code })
        };
        vec![
            Self { lines: vec![line("pending")], under_way: way(true), ..page.clone() },
            Self { lines: vec![line("pending")], under_way: way(false), gateways: Vec::new(), ..page.clone() },
            Self { back: None, link: None, gateways: Vec::new(), ..page.clone() },
            Self { link: None, gateways: Vec::new(), takes_money: false, ..page.clone() },
            Self { gateways: Vec::new(), doubted: Some(Vnd(9_000)), ..page.clone() },
            Self { ran_out: Some(sample_time(0)), ..page.clone() },
            Self { lines: vec![line("paid")], total: Vnd(0), under_way: way(true), ..page.clone() },
            page,
        ]
    }
}

/// What became of a payment, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PayWord {
    Paid,
    /// The gateway's server has not spoken yet.
    Checking,
    /// The browser says that it failed; the gateway's server has not spoken yet.
    LikelyFailed,
    Failed,
    Expired,
    Refunded,
    /// It came, and was owed no more: paid otherwise meanwhile.
    Surplus,
    /// It came, and a person looks at it before it counts.
    Doubted,
    /// The address says nothing that could be believed.
    Unreadable,
}

/// Where the gateway sends the payer's browser back to.
#[derive(Clone, Debug, serde::Serialize)]
pub struct PayReturn {
    pub word: PayWord,
    pub amount: Option<Vnd>,
    pub code: Option<String>,
    pub reference: Option<String>,
    /// The dossier, for its citizen.
    pub dossier: Option<String>,
    /// Where to try again.
    pub again: Option<String>,
    /// The same page, to see whether more is known by now.
    pub look_again: Option<String>,
    /// For its citizen.
    pub receipts: Vec<FileLink>,
    /// Who looks at it is not the dossier's citizen: somebody who pays for them.
    pub other: bool,
}

impl PayReturn {
    /// For an address that nobody signed.
    pub fn unreadable() -> Self {
        Self {
            word: PayWord::Unreadable,
            amount: None,
            code: None,
            reference: None,
            dossier: None,
            again: None,
            look_again: None,
            receipts: Vec::new(),
            other: false,
        }
    }
}

impl Page for PayReturn {
    const TEMPLATE: &'static str = "filing/pay_return.html";

    fn samples() -> Vec<Self> {
        let page = Self {
            word: PayWord::Paid,
            amount: Some(Vnd(16_000)),
            code: Some("H46.01-261121-0007".into()),
            reference: Some("MC261121ABCDEFGHJK".into()),
            dossier: Some("/ho-so/H46.01-261121-0007".into()),
            again: None,
            look_again: None,
            receipts: vec![FileLink {
                name: "Biên lai 26TAA số 7".into(),
                href: "/ho-so/H46.01-261121-0007/bien-lai/26TAA-7.pdf".into(),
            }],
            other: false,
        };
        let again = Some("/ho-so/H46.01-261121-0007/thanh-toan".to_owned());
        let look_again = Some("/thanh-toan/vnpay/return?vnp_TxnRef=MC261121ABCDEFGHJK".to_owned());
        let open = [PayWord::Checking, PayWord::LikelyFailed, PayWord::Doubted];
        let over = [PayWord::Failed, PayWord::Expired, PayWord::Refunded, PayWord::Surplus];
        let none = Self { receipts: Vec::new(), ..page.clone() };
        let mut samples = vec![page, Self { dossier: None, other: true, ..none.clone() }, Self::unreadable()];
        samples.extend(open.map(|word| Self { word, look_again: look_again.clone(), ..none.clone() }));
        samples.extend(over.map(|word| Self { word, again: again.clone(), ..none.clone() }));
        samples
    }
}
