//! A registration whose code is still to be typed. The form travels sealed, in the page of the code and in a cookie: so a
//! new code can be sent for it, the page can be left and found again, and whoever types the right code need not type the
//! password once more.

use actix_web::HttpRequest;
use serde::{Deserialize, Serialize};

use super::register::Form;
use crate::kernel::national::Phone;
use crate::kernel::text;
use crate::web::visit::cookie;
use crate::web::{Error, Result, Visit};

/// Cookie with the sealed registration of this browser.
const COOKIE: &str = "motcua_register";
/// Binds the sealed form to its use.
const PLACE: &str = "web.register-again";
/// How long somebody may look for the phone or charge it.
const SECONDS: i64 = 60 * 60;

/// The form that was filled in.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Pending {
    pub form: Form,
    /// Seconds since 1970 after which it is worthless.
    until: i64,
}

impl Pending {
    /// Of what was just typed. Only this sets the hour: sending another code or coming back gives no more time.
    pub fn new(visit: &Visit, form: &Form) -> Self {
        Self { form: form.clone(), until: visit.now().as_second() + SECONDS }
    }

    /// The hidden field's text.
    pub fn sealed(&self, visit: &Visit) -> Result<String> {
        let text = serde_json::to_string(self).map_err(Error::internal)?;
        visit.app.keys.seal_text(PLACE, &text).map_err(Error::internal)
    }

    /// Reads the hidden field. A foreign or old one is none.
    pub fn open(visit: &Visit, sealed: &str) -> Option<Self> {
        let text = visit.app.keys.open_text(PLACE, sealed).ok()?;
        let pending: Self = serde_json::from_str(&text).ok()?;
        (pending.until > visit.now().as_second()).then_some(pending)
    }

    /// The one that waits in this browser.
    pub fn of(visit: &Visit, req: &HttpRequest) -> Option<Self> {
        Self::open(visit, &cookie(&visit.app, req, COOKIE)?)
    }

    /// Keeps it in this browser, for as long as it is worth something.
    pub fn keep(&self, visit: &Visit, sealed: &str) {
        let left = self.until.saturating_sub(visit.now().as_second());
        visit.set_cookie(COOKIE, sealed.to_owned(), Some(left));
    }

    /// It is done with.
    pub fn forget(visit: &Visit) {
        visit.set_cookie(COOKIE, String::new(), Some(0));
    }

    /// Whether somebody signs in with what was registered: its number, phone or address, and its password.
    pub fn is_of(&self, identifier: &str, password: &str) -> bool {
        let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        let phone = |text: &str| Phone::parse(text).ok().map(|phone| phone.as_str().to_owned());
        let form = &self.form;
        let known = bare(identifier) == bare(&form.identity_number)
            || phone(identifier).is_some_and(|typed| phone(&form.phone) == Some(typed))
            || (!form.email.trim().is_empty() && text::fold(identifier.trim()) == text::fold(form.email.trim()));
        known && !password.is_empty() && password == form.password
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_is_known_by_number_phone_or_address_and_password() {
        let form = Form {
            identity_number: "046 090 000 019".into(),
            phone: "0912 000 019".into(),
            email: "Thu@demo.invalid".into(),
            password: "Con mèo trèo cây cau".into(),
            ..Form::default()
        };
        let pending = Pending { form, until: 0 };
        for identifier in ["046090000019", "+84912000019", "thu@demo.invalid "] {
            assert!(pending.is_of(identifier, "Con mèo trèo cây cau"), "{identifier}");
            assert!(!pending.is_of(identifier, "con mèo trèo cây cau"), "{identifier}");
        }
        assert!(!pending.is_of("046090000020", "Con mèo trèo cây cau"));
        let without = Pending { form: Form { email: String::new(), ..pending.form }, until: 0 };
        assert!(!without.is_of("", "Con mèo trèo cây cau"), "no address is nobody's address");
    }
}
