//! The payer comes back from the national payment platform. Nothing in the address is believed: it only says which
//! payment to look at, and to ask the platform about soon.

use super::begin::outcome;
use crate::payments::platform::NAME;
use crate::payments::reference;
use crate::templating::pages::pay::PayReturn;
use crate::web::{Error, Result, Visit};

/// `GET /thanh-toan/platform/return`
pub async fn back(visit: Visit) -> Result {
    if visit.app.gateway(NAME).is_none() {
        return Err(Error::not_found());
    }
    // The paper does not say under which name the platform gives our number back.
    for wanted in reference::traces(&visit.query).into_iter().filter_map(|trace| trace.whole) {
        if let Some(payment) = visit.app.payer_returned(NAME, wanted).await? {
            return visit.page(&outcome(&visit, &payment, None).await?);
        }
    }
    visit.page_again(&PayReturn::unreadable())
}
