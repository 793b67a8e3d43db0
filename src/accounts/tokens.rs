//! The signed token in a browser's cookie or an API client's hand: it names a session row, and the row decides.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};

use super::sessions::SessionKind;
use crate::kernel::crypto::Keys;
use crate::kernel::{AccountId, SessionId, Timestamp};

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Claims {
    /// The session row.
    pub sid: SessionId,
    /// The account.
    pub sub: AccountId,
    /// Seconds since 1970 after which the token is worthless, by the product's clock.
    pub exp: i64,
    /// Browser or API: a cookie's token is no bearer token and the other way round.
    pub kind: SessionKind,
}

/// A token that can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    #[error("not a token of this portal")]
    Invalid,
    #[error("the token has expired")]
    Expired,
}

/// Signs a token (HS256).
///
/// # Errors
/// [`TokenError::Invalid`] when the signer refuses, which no input causes.
pub fn issue(keys: &Keys, claims: &Claims) -> Result<String, TokenError> {
    let key = EncodingKey::from_secret(keys.sessions().as_bytes());
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &key).map_err(|_| TokenError::Invalid)
}

/// Reads a token back and checks signature and expiry. Whether its session still stands is
/// [`super::sessions::authenticate`]'s to say.
///
/// # Errors
/// [`TokenError`].
pub fn verify(keys: &Keys, token: &str, now: Timestamp) -> Result<Claims, TokenError> {
    let mut validation = Validation::new(Algorithm::HS256);
    // The library would ask the machine's clock; expiry follows the product's.
    validation.validate_exp = false;
    let key = DecodingKey::from_secret(keys.sessions().as_bytes());
    let claims = jsonwebtoken::decode::<Claims>(token, &key, &validation).map_err(|_| TokenError::Invalid)?.claims;
    if claims.exp <= now.as_second() { Err(TokenError::Expired) } else { Ok(claims) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::test_keys;

    #[test]
    fn tokens_expire_by_the_given_clock_and_can_not_be_forged() {
        let keys = test_keys(7);
        let claims = Claims { sid: SessionId::new(), sub: AccountId::new(), exp: 1_000_000, kind: SessionKind::Api };
        let token = issue(&keys, &claims).unwrap();
        let at = |second| Timestamp::from_second(second).unwrap();
        assert_eq!(verify(&keys, &token, at(999_999)), Ok(claims.clone()));
        assert_eq!(verify(&keys, &token, at(1_000_000)), Err(TokenError::Expired));
        assert_eq!(verify(&test_keys(8), &token, at(0)), Err(TokenError::Invalid));
        // `{"alg":"none"}` with the same claims and no signature
        let body = token.split('.').nth(1).unwrap();
        assert_eq!(verify(&keys, &format!("eyJhbGciOiJub25lIn0.{body}."), at(0)), Err(TokenError::Invalid));
    }
}
