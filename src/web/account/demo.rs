//! The demonstration sign-ins (contract.md §7), shown where the demonstration data is.

use crate::accounts::people;
use crate::commands::seed;
use crate::kernel::Lang;
use crate::templating::pages::auth::{Demo, DemoAccount};
use crate::web::{Result, Visit};

/// What the sign-in page lists: nothing in production or where nobody invented has an account.
pub(super) async fn sign_ins(visit: &Visit) -> Result<Option<Demo>> {
    if !visit.app.settings.is_development() {
        return Ok(None);
    }
    if !visit.app.db.read(people::any_demo).await? {
        return Ok(None);
    }
    let shown = seed::sign_ins().iter().map(|(identifier, vi, en)| DemoAccount {
        identifier: (*identifier).to_owned(),
        who: (if visit.lang == Lang::Vi { *vi } else { *en }).to_owned(),
    });
    Ok(Some(Demo {
        password: seed::PASSWORD.to_owned(),
        totp_secret: seed::TOTP_SECRET.to_owned(),
        accounts: shown.collect(),
    }))
}
