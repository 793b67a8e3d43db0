//! Agencies' signing keys: kept as PKCS#12 under a password of its own, both sealed with the product's keys.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};

use super::sign::{Algorithm, DemoCa, Pkcs12Signer, SignError, Signer};
use super::store::AgencyKey;
use crate::kernel::crypto::{self, CryptoError, Keys};
use crate::kernel::{AgencyId, Timestamp};

/// What is sealed in `agency_keys.pkcs12_enc`.
#[derive(Serialize, Deserialize)]
struct Sealed {
    /// Base64 of the file.
    pkcs12: String,
    password: String,
}

/// Why a key could not be made or opened.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error(transparent)]
    Sign(#[from] SignError),
    #[error(transparent)]
    Crypto(#[from] CryptoError),
    #[error("the stored key is damaged")]
    Damaged,
}

/// Seals hold only for the agency they were made for.
fn place(agency: AgencyId) -> String {
    format!("agency_keys.pkcs12_enc:{agency}")
}

/// Makes the row of an agency's demonstration key.
///
/// # Errors
/// [`KeyError`]; nothing is stored.
pub fn demo_key(
    keys: &Keys,
    ca: &DemoCa,
    agency: AgencyId,
    (name, code): (&str, &str),
    now: Timestamp,
) -> Result<AgencyKey, KeyError> {
    let password = crypto::random_token()?;
    let made = ca.issue(name, code, &password, Algorithm::RsaSha256)?;
    Ok(AgencyKey {
        agency_id: agency,
        pkcs12_enc: seal(keys, agency, &made.pkcs12, password)?,
        subject: made.subject,
        valid_from: made.valid_from,
        valid_to: made.valid_to,
        is_demo: true,
        created_at: now,
    })
}

fn seal(keys: &Keys, agency: AgencyId, pkcs12: &[u8], password: String) -> Result<String, KeyError> {
    let sealed = Sealed { pkcs12: BASE64.encode(pkcs12), password };
    let text = serde_json::to_string(&sealed).map_err(|_| KeyError::Damaged)?;
    Ok(keys.seal_text(&place(agency), &text)?)
}

/// Opens a stored key.
///
/// # Errors
/// [`KeyError::Crypto`] under another root secret, [`KeyError::Damaged`], or [`KeyError::Sign`].
pub fn open(keys: &Keys, row: &AgencyKey) -> Result<Pkcs12Signer, KeyError> {
    let text = keys.open_text(&place(row.agency_id), &row.pkcs12_enc)?;
    let sealed: Sealed = serde_json::from_str(&text).map_err(|_| KeyError::Damaged)?;
    let pkcs12 = BASE64.decode(sealed.pkcs12.as_bytes()).map_err(|_| KeyError::Damaged)?;
    Ok(Pkcs12Signer::open(&pkcs12, &sealed.password)?)
}

/// Opened keys, kept because opening is slow on purpose. A replaced key is opened anew.
#[derive(Default)]
pub struct KeyRing {
    opened: Mutex<HashMap<AgencyId, (Timestamp, Arc<Pkcs12Signer>)>>,
}

impl KeyRing {
    /// The signer of a stored key. Blocks while a key is opened.
    ///
    /// # Errors
    /// As [`open`].
    pub fn signer(&self, keys: &Keys, row: &AgencyKey) -> Result<Arc<dyn Signer>, KeyError> {
        if let Some((made, signer)) = self.lock().get(&row.agency_id)
            && *made == row.created_at
        {
            return Ok(Arc::<Pkcs12Signer>::clone(signer));
        }
        let signer = Arc::new(open(keys, row)?);
        self.lock().insert(row.agency_id, (row.created_at, Arc::clone(&signer)));
        Ok(signer)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<AgencyId, (Timestamp, Arc<Pkcs12Signer>)>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::crypto::RootSecret;

    fn keys(n: u8) -> Keys {
        Keys::derive(&RootSecret::new(vec![n; 32]).unwrap(), &[]).unwrap()
    }

    #[test]
    fn a_key_opens_for_its_agency_and_secret_only_and_once() {
        let now: Timestamp = "2026-11-21T05:00:00Z".parse().unwrap();
        let (mine, ring) = (keys(1), KeyRing::default());
        let ca = DemoCa::new(now).unwrap();
        let row = demo_key(&mine, &ca, AgencyId::new(), ("UBND phường Thuận Hóa", "H57.01.02"), now).unwrap();
        assert!(row.is_demo && row.subject.contains("UBND phường Thuận Hóa"));
        assert!(!row.pkcs12_enc.contains("password"));
        let first = ring.signer(&mine, &row).unwrap();
        assert!(Arc::ptr_eq(&first, &ring.signer(&mine, &row).unwrap()));
        assert!(matches!(open(&keys(2), &row), Err(KeyError::Crypto(_))));
        let elsewhere = AgencyKey { agency_id: AgencyId::new(), ..row.clone() };
        assert!(matches!(open(&mine, &elsewhere), Err(KeyError::Crypto(_))));
    }
}
