//! Passwords: what is allowed, and hashing that can't starve the site.

use std::sync::Arc;

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use crate::kernel::crypto::{self, CryptoError};
use crate::kernel::text;

/// The shortest password.
pub const MIN_CHARS: usize = 10;
/// The longest password: argon2 takes more, but nobody types more.
pub const MAX_CHARS: usize = 128;

/// Why a password is refused; the screen explains each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    #[error("shorter than {MIN_CHARS} characters")]
    TooShort,
    #[error("longer than {MAX_CHARS} characters")]
    TooLong,
    #[error("holds the person's name, number, phone or e-mail")]
    Personal,
    #[error("among the passwords that everybody tries first")]
    Common,
}

impl WeakPassword {
    /// The fixed code of problem+json and of the translations.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooShort => "password-too-short",
            Self::TooLong => "password-too-long",
            Self::Personal => "password-personal",
            Self::Common => "password-common",
        }
    }
}

/// Beginnings that guessing programs and neighbours try first; what follows is usually digits.
const COMMON: &[&str] = &[
    "matkhau",
    "password",
    "passw0rd",
    "qwerty",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "iloveyou",
    "anhyeuem",
    "emyeuanh",
    "yeuem",
    "yeuanh",
    "vietnam",
    "vietnamvodich",
    "hanoi",
    "saigon",
    "hochiminh",
    "bacho",
    "congdan",
    "admin",
    "administrator",
    "welcome",
    "letmein",
    "changeme",
    "abc",
    "abcd",
    "abcdef",
    "abcdefgh",
    "abcdefghij",
    "1q2w3e4r",
    "1q2w3e4r5t",
    "1qaz2wsx",
    "q1w2e3r4",
    "khongbiet",
    "khongco",
    "giadinh",
    "hanhphuc",
    "motcua",
    "dichvucong",
    "canbo",
    "nguyenvana",
];

/// Checks a password against the policy: at least ten characters, not about its owner, not a common one.
/// `personal` holds the name, numbers, phone and e-mail that it must not contain.
///
/// # Errors
/// The first rule it breaks.
pub fn check_policy(password: &str, personal: &[&str]) -> Result<(), WeakPassword> {
    let length = password.chars().count();
    if length < MIN_CHARS {
        return Err(WeakPassword::TooShort);
    }
    if length > MAX_CHARS {
        return Err(WeakPassword::TooLong);
    }
    let plain = squeeze(password);
    let about_owner = personal.iter().any(|word| {
        let word = squeeze(word.split('@').next().unwrap_or(word));
        word.chars().count() >= 4 && plain.contains(&word)
    });
    if about_owner {
        return Err(WeakPassword::Personal);
    }
    if is_common(&plain) { Err(WeakPassword::Common) } else { Ok(()) }
}

/// Folded, without anything but letters and digits.
fn squeeze(text: &str) -> String {
    text::fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

fn is_common(plain: &str) -> bool {
    let letters = plain.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &plain[letters.len()..];
    let few = plain.chars().collect::<std::collections::BTreeSet<_>>().len() <= 3;
    few || is_run(plain)
        || COMMON.contains(&plain)
        || (COMMON.contains(&letters) && (is_run(digits) || digits.len() <= 3))
}

/// `123456`, `987654`, `111111`, also twice in a row: each digit follows from the one before.
fn is_run(text: &str) -> bool {
    let codes: Vec<i32> = text.chars().map(|c| c as i32).collect();
    let steps: Vec<i32> = codes.windows(2).map(|w| w[1] - w[0]).collect();
    let breaks = steps.iter().filter(|s| !matches!(s, -1..=1)).count();
    steps.len() >= 2 && breaks * 5 <= steps.len()
}

/// An argon2id hash in PHC form.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(pub String);

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// No hash could be made or compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// Too many are waiting: the visitor should try again in a moment (503 with Retry-After).
    #[error("too many passwords are being checked")]
    Busy,
    #[error("the password could not be hashed")]
    Failed,
}

/// What a hash costs: argon2id with one lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    pub memory_kib: u32,
    pub passes: u32,
}

/// Hashes with argon2id off the async threads, a few at a time, with a bounded queue: a flood of sign-ins waits in
/// line and the pages go on.
#[derive(Clone)]
pub struct Hasher {
    cost: Cost,
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    /// What unknown identifiers are compared with, so that the time taken tells nothing.
    dummy: Arc<str>,
}

impl Hasher {
    /// At most `parallel` hashes at once and `queue` callers in all.
    ///
    /// # Errors
    /// [`HashError::Failed`] when argon2 can't be set up.
    pub fn new(parallel: usize, queue: usize, cost: Cost) -> Result<Self, HashError> {
        let dummy = hash_now(&one_time().map_err(|_| HashError::Failed)?, cost)?.0;
        Ok(Self {
            cost,
            running: Arc::new(Semaphore::new(parallel.max(1))),
            waiting: Arc::new(Semaphore::new(queue.max(1))),
            dummy: dummy.into(),
        })
    }

    /// Hashes a new password.
    ///
    /// # Errors
    /// [`HashError::Busy`] when the queue is full.
    pub async fn hash(&self, password: &str) -> Result<PasswordHash, HashError> {
        let (password, cost) = (password.to_owned(), self.cost);
        self.run(move || hash_now(&password, cost)).await
    }

    /// Whether `password` belongs to `hash`; without a hash as much time is spent and the answer is no.
    ///
    /// # Errors
    /// [`HashError::Busy`] when the queue is full.
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool, HashError> {
        let known = hash.is_some();
        let hash = hash.map_or_else(|| self.dummy.to_string(), str::to_owned);
        let password = password.to_owned();
        let right = self.run(move || verify_now(&password, &hash)).await?;
        Ok(right && known)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, HashError> + Send + 'static,
    ) -> Result<T, HashError> {
        let place = Arc::clone(&self.waiting).try_acquire_owned().map_err(|_| HashError::Busy)?;
        let turn = Arc::clone(&self.running).acquire_owned().await.map_err(|_| HashError::Failed)?;
        // The permits go with the work: a caller who hangs up does not make room for one more hash.
        let done = tokio::task::spawn_blocking(move || {
            let _held = (place, turn);
            work()
        });
        done.await.map_err(|_| HashError::Failed)?
    }
}

/// Hashes on this thread: for tests.
///
/// # Errors
/// [`HashError::Failed`] when argon2 refuses.
pub fn hash_now(password: &str, cost: Cost) -> Result<PasswordHash, HashError> {
    let params = Params::new(cost.memory_kib, cost.passes, 1, None).map_err(|_| HashError::Failed)?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = argon.hash_password(password.as_bytes()).map_err(|_| HashError::Failed)?;
    Ok(PasswordHash(hash.to_string()))
}

/// A stored hash says itself what it costs.
fn verify_now(password: &str, hash: &str) -> Result<bool, HashError> {
    match Argon2::default().verify_password(password.as_bytes(), hash) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
        Err(_) => Err(HashError::Failed),
    }
}

/// Letters and digits that can't be mistaken for each other when read aloud or from paper: 31 of them.
const CLEAR: &[u8; 31] = b"abcdefghjkmnpqrstuvwxyz23456789";

/// A password for one sign-in, easy to read out: `kfm7-2xpw-h9qe-t4vb`, about 79 bits.
///
/// # Errors
/// [`CryptoError::NoRandomness`] where the machine has none.
pub fn one_time() -> Result<String, CryptoError> {
    let mut text = String::with_capacity(19);
    let mut letters = 0;
    while letters < 16 {
        let mut byte = [0_u8; 1];
        crypto::fill(&mut byte)?;
        // 248 is the last multiple of 31 in a byte; what lies above would favour some letters.
        let Some(letter) = byte.first().filter(|b| **b < 248).and_then(|b| CLEAR.get(usize::from(*b % 31))) else {
            continue;
        };
        if letters > 0 && letters % 4 == 0 {
            text.push('-');
        }
        text.push(char::from(*letter));
        letters += 1;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AN: &[&str] = &["Nguyễn Văn An", "046090000011", "0912000011", "an.nguyen@demo.invalid"];

    #[test]
    fn policy() {
        assert_eq!(check_policy("MotCua@2026", AN), Ok(()));
        assert_eq!(check_policy("con mèo trên mái", AN), Ok(()));
        assert_eq!(check_policy("ngắn", AN), Err(WeakPassword::TooShort));
        assert_eq!(check_policy(&"a1b2".repeat(40), AN), Err(WeakPassword::TooLong));
        assert_eq!(check_policy("NguyễnVănAn!1990", AN), Err(WeakPassword::Personal));
        assert_eq!(check_policy("x046090000011", AN), Err(WeakPassword::Personal));
        assert_eq!(check_policy("an.nguyen@1990", AN), Err(WeakPassword::Personal));
        for common in
            ["1234567890", "0987654321", "aaaaaaaaaaaa", "matkhau123456", "Password@123", "qwertyuiop", "1111122222"]
        {
            assert_eq!(check_policy(common, AN), Err(WeakPassword::Common), "{common}");
        }
    }

    #[test]
    fn one_time_passwords_pass_their_own_policy() {
        for _ in 0..200 {
            let password = one_time().unwrap();
            assert_eq!(password.len(), 19);
            assert_eq!(check_policy(&password, &[]), Ok(()), "{password}");
        }
    }

    #[tokio::test]
    async fn verifies_and_bounds_the_queue() {
        let cost = Cost { memory_kib: 19_456, passes: 2 };
        let hasher = Hasher::new(1, 1, cost).unwrap();
        let hash = hasher.hash("con mèo trên mái").await.unwrap();
        assert!(hash.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(hasher.verify("con mèo trên mái", Some(&hash.0)).await.unwrap());
        assert!(!hasher.verify("con mèo dưới mái", Some(&hash.0)).await.unwrap());
        assert!(!hasher.verify("con mèo trên mái", None).await.unwrap());
        let (one, two) = tokio::join!(hasher.verify("a", None), hasher.verify("b", None));
        assert_eq!((one, two), (Ok(false), Err(HashError::Busy)));
    }
}
