//! What sends a citizen to the gateway: the pay address.

use super::{CURRENCY, Key, Params, VERSION, hundredths, moment};
use crate::kernel::{Lang, Timestamp, Vnd, text};

/// The longest text that the gateway keeps of what is paid for.
const LONGEST_INFO: usize = 255;

/// An order to pay.
#[derive(Clone, Debug)]
pub struct Order<'a> {
    /// The merchant's terminal (`vnp_TmnCode`).
    pub terminal: &'a str,
    /// Our own number of this payment; never used twice.
    pub reference: &'a str,
    pub amount: Vnd,
    /// What is paid for; tone marks are taken off.
    pub info: &'a str,
    pub lang: Lang,
    /// Where the browser comes back to.
    pub return_url: &'a str,
    /// The payer's address on the network.
    pub ip: &'a str,
    pub created_at: Timestamp,
    /// After this the gateway takes no money for the order.
    pub expires_at: Timestamp,
}

impl Order<'_> {
    /// The address that the payer's browser is sent to.
    pub fn url(&self, base: &str, key: &Key) -> String {
        let mut p = Params::default();
        p.set("vnp_Version", VERSION)
            .set("vnp_Command", "pay")
            .set("vnp_TmnCode", self.terminal)
            .set("vnp_Amount", hundredths(self.amount))
            .set("vnp_CurrCode", CURRENCY)
            .set("vnp_TxnRef", self.reference)
            .set("vnp_OrderInfo", plain(self.info))
            .set("vnp_OrderType", "other")
            .set("vnp_Locale", if self.lang == Lang::En { "en" } else { "vn" })
            .set("vnp_ReturnUrl", self.return_url)
            .set("vnp_IpAddr", self.ip)
            .set("vnp_CreateDate", moment(self.created_at))
            .set("vnp_ExpireDate", moment(self.expires_at));
        let mark = if base.contains('?') { '&' } else { '?' };
        format!("{base}{mark}{}", p.signed(key))
    }
}

/// The text as the gateway takes it: no tone marks, ASCII only, not too long.
pub(super) fn plain(info: &str) -> String {
    let ascii = text::unaccent(info);
    ascii.chars().map(|c| if c.is_ascii_graphic() { c } else { ' ' }).take(LONGEST_INFO).collect()
}
