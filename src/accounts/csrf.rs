//! Form tokens against forged requests: a keyed hash of the session, or of an anonymous visitor's cookie.

use crate::kernel::SessionId;
use crate::kernel::crypto::{self, Keys};

/// Whom a form was rendered for.
#[derive(Clone, Copy, Debug)]
pub enum Holder<'a> {
    Session(SessionId),
    /// The random id in an anonymous visitor's cookie (double submit).
    Anonymous(&'a str),
}

/// The token that a form of `holder` carries.
pub fn token(keys: &Keys, holder: Holder<'_>) -> String {
    match holder {
        Holder::Session(id) => keys.tag("csrf-session", id.to_string().as_bytes()),
        Holder::Anonymous(id) => keys.tag("csrf-anonymous", id.as_bytes()),
    }
}

/// Whether `given` is the token of `holder`, in constant time.
pub fn verify(keys: &Keys, holder: Holder<'_>, given: &str) -> bool {
    crypto::equal(token(keys, holder).as_bytes(), given.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::test_keys;

    #[test]
    fn a_token_belongs_to_one_holder() {
        let keys = test_keys(7);
        let (mine, other) = (SessionId::new(), SessionId::new());
        let given = token(&keys, Holder::Session(mine));
        assert!(verify(&keys, Holder::Session(mine), &given));
        assert!(!verify(&keys, Holder::Session(other), &given));
        assert!(!verify(&keys, Holder::Anonymous(&mine.to_string()), &given));
        assert!(!verify(&keys, Holder::Session(mine), ""));
    }
}
