//! Paying by bank transfer.

use super::parts::sample_time;
use crate::kernel::{Timestamp, Vnd};
use crate::templating::Page;

/// How far a transfer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferStep {
    /// The payer is shown the code.
    Code,
    /// The payer says that the money is on its way; the bank has not told of it.
    Sent,
    /// The time is over, and the bank has not told of any money.
    Over,
    /// What it was for is paid otherwise: nobody shall send money any more.
    Settled,
}

/// `/thanh-toan/vietqr/{reference}`
#[derive(Clone, Debug, serde::Serialize)]
pub struct TransferPage {
    pub step: TransferStep,
    pub procedure: String,
    pub agency: String,
    /// Of the dossier.
    pub code: String,
    /// The bank's usual name.
    pub bank: String,
    pub account: String,
    pub holder: String,
    pub amount: Vnd,
    /// What the payer must write, to the letter.
    pub content: String,
    /// The text of the code.
    pub qr: String,
    /// The code as a file to keep.
    pub picture: String,
    pub expires_at: Option<Timestamp>,
    /// Where the form goes; the page itself.
    pub action: String,
    /// The page that waits for the bank.
    pub look_again: String,
    /// Where the dossier's citizen can pay anew.
    pub again: Option<String>,
    /// The bank of development, where one stands in.
    pub stand_in: Option<String>,
}

impl Page for TransferPage {
    const TEMPLATE: &'static str = "filing/transfer.html";

    fn samples() -> Vec<Self> {
        let action = "/thanh-toan/vietqr/MC261121ABCDEFGHJK".to_owned();
        let page = Self {
            step: TransferStep::Code,
            procedure: "Cấp bản sao trích lục hộ tịch".into(),
            agency: "UBND phường Thuận Hóa".into(),
            code: "H46.01-261121-0007".into(),
            bank: "Vietcombank".into(),
            account: "0011001234567".into(),
            holder: "UBND PHUONG THUAN HOA".into(),
            amount: Vnd(16_000),
            content: "MC261121ABCDEFGHJK".into(),
            qr: "00020101021238570010A00000072701270006970436011300110012345670208QRIBFTTA53037045405160005802VN"
                .into(),
            picture: format!("{action}/ma-qr.png"),
            expires_at: Some(sample_time(0)),
            look_again: format!("{action}?da-chuyen=1"),
            again: Some("/ho-so/H46.01-261121-0007/thanh-toan".into()),
            stand_in: Some("/phat-trien/ngan-hang?qr=00".into()),
            action,
        };
        vec![
            Self { step: TransferStep::Sent, ..page.clone() },
            Self { step: TransferStep::Over, stand_in: None, ..page.clone() },
            Self { step: TransferStep::Settled, stand_in: None, ..page.clone() },
            Self { step: TransferStep::Over, again: None, stand_in: None, ..page.clone() },
            Self { expires_at: None, stand_in: None, ..page.clone() },
            page,
        ]
    }
}
