//! Keys and what is done with them. Everything secret derives from one root secret by HKDF-SHA256, so that an operator
//! keeps one thing; each use has a key of its own.
//!
//! Personal numbers are stored sealed (AES-256-GCM, bound to their place by associated data) beside a blind index
//! (HMAC-SHA256 of the normalised number), by which they are found without being read.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    constant_time, digest, hkdf, hmac,
};
use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER};

/// What can go wrong with secrets. Deliberately says little.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CryptoError {
    #[error("the root secret must be base64 of at least 32 bytes")]
    BadRoot,
    /// Changed, cut, moved to another place, or not sealed by this product.
    #[error("the sealed value cannot be opened")]
    CannotOpen,
    /// Sealed under a root secret that is not configured (any more).
    #[error("the sealed value belongs to another root secret")]
    UnknownKey,
    #[error("the machine's random source failed")]
    NoRandomness,
}

/// The root secret: at least 32 bytes.
#[derive(Clone)]
pub struct RootSecret(Vec<u8>);

impl std::fmt::Debug for RootSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RootSecret(…)")
    }
}

impl RootSecret {
    const LEAST_BYTES: usize = 32;

    /// Takes raw bytes.
    ///
    /// # Errors
    /// [`CryptoError::BadRoot`] where there are fewer than 32.
    pub fn new(bytes: Vec<u8>) -> Result<Self, CryptoError> {
        if bytes.len() < Self::LEAST_BYTES { Err(CryptoError::BadRoot) } else { Ok(Self(bytes)) }
    }

    /// Reads base64 in either alphabet, with or without padding.
    ///
    /// # Errors
    /// [`CryptoError::BadRoot`] where it is not base64 or too short.
    pub fn from_base64(text: &str) -> Result<Self, CryptoError> {
        let plain = text.trim().trim_end_matches('=').replace('-', "+").replace('_', "/");
        Self::new(BASE64_NOPAD.decode(plain.as_bytes()).map_err(|_| CryptoError::BadRoot)?)
    }

    /// A fresh secret.
    ///
    /// # Errors
    /// [`CryptoError::NoRandomness`] where the machine has none.
    pub fn generate() -> Result<Self, CryptoError> {
        let mut bytes = vec![0; Self::LEAST_BYTES];
        fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// As it is written in settings.
    pub fn to_base64(&self) -> String {
        BASE64.encode(&self.0)
    }
}

/// A 32-byte key for other libraries (JWT signatures).
#[derive(Clone)]
pub struct Key([u8; 32]);

impl Key {
    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

/// First byte of everything sealed: the layout `version, key id, nonce, ciphertext and tag`.
const VERSION: u8 = 1;
const KEY_ID_LEN: usize = 4;
const HEAD_LEN: usize = 1 + KEY_ID_LEN + NONCE_LEN;

struct FieldKey {
    id: [u8; KEY_ID_LEN],
    key: LessSafeKey,
}

/// All keys of the running product.
pub struct Keys {
    sessions: Key,
    tokens: hmac::Key,
    index: hmac::Key,
    /// The current one first, then those of earlier root secrets, for opening only.
    fields: Vec<FieldKey>,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({} field keys)", self.fields.len())
    }
}

/// The length of what HKDF gives out.
struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn derive<const N: usize>(root: &RootSecret, purpose: &str) -> Result<[u8; N], CryptoError> {
    let secret = hkdf::Salt::new(hkdf::HKDF_SHA256, b"motcua root secret v1").extract(&root.0);
    let mut out = [0; N];
    secret
        .expand(&[purpose.as_bytes()], Length(N))
        .and_then(|okm| okm.fill(&mut out))
        .map_err(|_| CryptoError::BadRoot)?;
    Ok(out)
}

fn field_key(root: &RootSecret) -> Result<FieldKey, CryptoError> {
    let bytes: [u8; 32] = derive(root, "field encryption")?;
    let key = UnboundKey::new(&AES_256_GCM, &bytes).map_err(|_| CryptoError::BadRoot)?;
    Ok(FieldKey { id: derive(root, "field encryption key id")?, key: LessSafeKey::new(key) })
}

impl Keys {
    /// Derives all keys. `earlier` are root secrets that were replaced; what was sealed under them can still be opened.
    ///
    /// # Errors
    /// [`CryptoError::BadRoot`] where derivation fails.
    pub fn derive(root: &RootSecret, earlier: &[RootSecret]) -> Result<Self, CryptoError> {
        let mac = |purpose| derive::<32>(root, purpose).map(|bytes| hmac::Key::new(hmac::HMAC_SHA256, &bytes));
        Ok(Self {
            sessions: Key(derive(root, "sessions")?),
            tokens: mac("tokens")?,
            index: mac("blind index")?,
            fields: std::iter::once(root).chain(earlier).map(field_key).collect::<Result<_, _>>()?,
        })
    }

    /// The key that signs session tokens.
    pub fn sessions(&self) -> &Key {
        &self.sessions
    }

    /// An authenticator for `data` that holds for one purpose only (CSRF, e-mail links), as base64url.
    pub fn tag(&self, purpose: &str, data: &[u8]) -> String {
        BASE64URL_NOPAD.encode(mac(&self.tokens, purpose, data).as_ref())
    }

    /// Whether `tag` was made by [`Self::tag`] for the same purpose and data, in constant time.
    pub fn verify_tag(&self, purpose: &str, data: &[u8], tag: &str) -> bool {
        equal(self.tag(purpose, data).as_bytes(), tag.as_bytes())
    }

    /// The blind index of a normalised value: 128 bits in hex. `kind` keeps equal values of different kinds apart.
    pub fn blind_index(&self, kind: &str, value: &str) -> String {
        let full = mac(&self.index, kind, value.as_bytes());
        HEXLOWER.encode(full.as_ref().get(..16).unwrap_or_default())
    }

    /// Seals `plain` so that it opens only with the same `place` (table, column and row, or whatever binds it).
    ///
    /// # Errors
    /// [`CryptoError::NoRandomness`] where the machine has none.
    pub fn seal(&self, place: &str, plain: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let field = self.fields.first().ok_or(CryptoError::BadRoot)?;
        let mut nonce = [0; NONCE_LEN];
        fill(&mut nonce)?;
        let mut out = Vec::with_capacity(HEAD_LEN + plain.len() + AES_256_GCM.tag_len());
        out.push(VERSION);
        out.extend_from_slice(&field.id);
        out.extend_from_slice(&nonce);
        let mut body = plain.to_vec();
        field
            .key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(place.as_bytes()), &mut body)
            .map_err(|_| CryptoError::NoRandomness)?;
        out.append(&mut body);
        Ok(out)
    }

    /// Opens what [`Self::seal`] sealed for the same `place`.
    ///
    /// # Errors
    /// [`CryptoError::CannotOpen`] or [`CryptoError::UnknownKey`].
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let (version, rest) = sealed.split_first().ok_or(CryptoError::CannotOpen)?;
        let (id, rest) = rest.split_at_checked(KEY_ID_LEN).ok_or(CryptoError::CannotOpen)?;
        let (nonce, body) = rest.split_at_checked(NONCE_LEN).ok_or(CryptoError::CannotOpen)?;
        if *version != VERSION {
            return Err(CryptoError::CannotOpen);
        }
        let field = self.fields.iter().find(|f| f.id == id).ok_or(CryptoError::UnknownKey)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| CryptoError::CannotOpen)?;
        let mut body = body.to_vec();
        let plain = field.key.open_in_place(nonce, Aad::from(place.as_bytes()), &mut body);
        plain.map(|p| p.to_vec()).map_err(|_| CryptoError::CannotOpen)
    }

    /// As [`Self::seal`], text to base64url.
    ///
    /// # Errors
    /// As [`Self::seal`].
    pub fn seal_text(&self, place: &str, plain: &str) -> Result<String, CryptoError> {
        self.seal(place, plain.as_bytes()).map(|sealed| BASE64URL_NOPAD.encode(&sealed))
    }

    /// As [`Self::open`], base64url to text.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_text(&self, place: &str, sealed: &str) -> Result<String, CryptoError> {
        let sealed = BASE64URL_NOPAD.decode(sealed.as_bytes()).map_err(|_| CryptoError::CannotOpen)?;
        String::from_utf8(self.open(place, &sealed)?).map_err(|_| CryptoError::CannotOpen)
    }
}

/// HMAC over a label and data, the label's length first, so that no two pairs run together.
fn mac(key: &hmac::Key, label: &str, data: &[u8]) -> hmac::Tag {
    let mut context = hmac::Context::with_key(key);
    context.update(&(label.len() as u64).to_be_bytes());
    context.update(label.as_bytes());
    context.update(data);
    context.sign()
}

/// Fills the bytes from the machine's cryptographic generator.
///
/// # Errors
/// [`CryptoError::NoRandomness`] where it fails.
pub fn fill(bytes: &mut [u8]) -> Result<(), CryptoError> {
    aws_lc_rs::rand::fill(bytes).map_err(|_| CryptoError::NoRandomness)
}

/// A token of 32 random bytes as base64url (43 characters).
///
/// # Errors
/// [`CryptoError::NoRandomness`] where the machine has none.
pub fn random_token() -> Result<String, CryptoError> {
    let mut bytes = [0; 32];
    fill(&mut bytes)?;
    Ok(BASE64URL_NOPAD.encode(&bytes))
}

/// A one-time code of `len` decimal digits, each equally likely.
///
/// # Errors
/// [`CryptoError::NoRandomness`] where the machine has none.
pub fn random_digits(len: usize) -> Result<String, CryptoError> {
    let mut out = String::with_capacity(len);
    while out.len() < len {
        let mut bytes = [0; 32];
        fill(&mut bytes)?;
        // 250 is the last multiple of ten in a byte; what lies above would favour some digits.
        let digits = bytes.iter().filter(|b| **b < 250).map(|b| char::from(b'0' + b % 10));
        out.extend(digits.take(len - out.len()));
    }
    Ok(out)
}

/// SHA-256 of the bytes in lower-case hex.
pub fn sha256_hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(digest::digest(&digest::SHA256, bytes).as_ref())
}

/// Whether two byte strings are equal, in a time that does not say where they differ.
pub fn equal(a: &[u8], b: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(a, b).is_ok()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn root(byte: u8) -> RootSecret {
        RootSecret::new(vec![byte; 32]).unwrap()
    }

    fn keys() -> Keys {
        Keys::derive(&root(7), &[]).unwrap()
    }

    #[test]
    fn root_secrets() {
        assert_eq!(RootSecret::new(vec![1; 31]).unwrap_err(), CryptoError::BadRoot);
        assert_eq!(RootSecret::from_base64("abc").unwrap_err(), CryptoError::BadRoot);
        assert_eq!(RootSecret::from_base64("không phải base64").unwrap_err(), CryptoError::BadRoot);
        let made = RootSecret::generate().unwrap();
        assert_eq!(RootSecret::from_base64(&made.to_base64()).unwrap().0, made.0);
        let url = made.to_base64().replace('+', "-").replace('/', "_");
        assert_eq!(RootSecret::from_base64(url.trim_end_matches('=')).unwrap().0, made.0);
        assert_eq!(format!("{made:?} {:?}", keys().sessions()), "RootSecret(…) Key(…)");
    }

    #[test]
    fn every_use_has_its_own_key_and_they_stay_the_same() {
        let purposes = ["sessions", "tokens", "blind index", "field encryption"];
        let all: HashSet<[u8; 32]> = purposes.iter().map(|p| derive(&root(7), p).unwrap()).collect();
        assert_eq!(all.len(), purposes.len());
        // What is stored in databases depends on these values: they must never change.
        assert_eq!(keys().blind_index("personal_number", "046090000011"), PINNED_INDEX);
        assert_ne!(keys().blind_index("old_id", "046090000011"), PINNED_INDEX);
        assert_ne!(Keys::derive(&root(8), &[]).unwrap().blind_index("personal_number", "046090000011"), PINNED_INDEX);
        assert_eq!(keys().open_text("accounts.identity", PINNED_SEALED).as_deref(), Ok("046090000011"));
    }

    const PINNED_INDEX: &str = "812b829c9d2da47055d00183c09e012e";
    const PINNED_SEALED: &str = "AUeaQxsAAQIDBAUGBwgJCgtGMwTY6EeI5FuzrfqFijkqW6qrKcJVrHN61fyE";

    #[test]
    fn labels_and_data_do_not_run_together() {
        let keys = keys();
        assert_ne!(keys.blind_index("ab", "c"), keys.blind_index("a", "bc"));
        let tag = keys.tag("csrf", b"session 1");
        assert!(keys.verify_tag("csrf", b"session 1", &tag));
        assert!(!keys.verify_tag("csrf", b"session 2", &tag));
        assert!(!keys.verify_tag("mail", b"session 1", &tag));
        assert!(!keys.verify_tag("csrf", b"session 1", ""));
    }

    #[test]
    fn an_old_root_secret_still_opens() {
        let sealed = Keys::derive(&root(1), &[]).unwrap().seal("a", b"secret").unwrap();
        let rotated = Keys::derive(&root(2), &[root(1)]).unwrap();
        assert_eq!(rotated.open("a", &sealed).as_deref(), Ok(&b"secret"[..]));
        assert_eq!(Keys::derive(&root(2), &[]).unwrap().open("a", &sealed), Err(CryptoError::UnknownKey));
        assert_ne!(rotated.seal("a", b"secret").unwrap()[1..5], sealed[1..5]);
    }

    #[test]
    fn sealing_twice_gives_different_texts() {
        let keys = keys();
        assert_ne!(keys.seal_text("a", "x").unwrap(), keys.seal_text("a", "x").unwrap());
    }

    #[test]
    fn digests_tokens_and_codes() {
        assert_eq!(sha256_hex(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(random_token().unwrap().len(), 43);
        assert_ne!(random_token(), random_token());
        let codes: Vec<String> = (0..400).map(|_| random_digits(6).unwrap()).collect();
        assert!(codes.iter().all(|c| c.len() == 6 && c.bytes().all(|b| b.is_ascii_digit())));
        let digits: HashSet<char> = codes.iter().flat_map(|c| c.chars()).collect();
        assert_eq!(digits.len(), 10);
    }

    proptest! {
        #[test]
        fn what_is_sealed_opens_only_whole_and_in_its_place(
            plain in prop::collection::vec(any::<u8>(), 0..80), place in "[a-z.:0-9]{1,20}", at in any::<prop::sample::Index>(),
            bit in 0_u8..8,
        ) {
            let keys = keys();
            let sealed = keys.seal(&place, &plain).unwrap();
            prop_assert_eq!(keys.open(&place, &sealed), Ok(plain));
            prop_assert_eq!(keys.open(&format!("{place}x"), &sealed), Err(CryptoError::CannotOpen));
            let at = at.index(sealed.len());
            prop_assert!(keys.open(&place, &sealed[..at]).is_err());
            let mut changed = sealed;
            changed[at] ^= 1 << bit;
            prop_assert!(keys.open(&place, &changed).is_err());
        }
    }
}
