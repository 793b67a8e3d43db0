//! A key and its certificates in a PKCS#12 file.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair as RsaKeyPair;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256};
use der::Decode;
use p12_keystore::{KeyStore, Pkcs12ImportPolicy};
use x509_cert::Certificate;

use super::{Algorithm, SignError, Signer};

/// The opened key.
enum Key {
    Rsa(Box<RsaKeyPair>),
    Ecdsa(Box<EcdsaKeyPair>),
}

/// A signer whose key stands in a PKCS#12 file. The key stays in memory as long as the signer lives.
pub struct Pkcs12Signer {
    key: Key,
    chain: Vec<Certificate>,
}

impl Pkcs12Signer {
    /// Opens a PKCS#12 file. Slow on purpose (the password is stretched): open once, keep the signer.
    pub fn open(file: &[u8], password: &str) -> Result<Self, SignError> {
        let store = KeyStore::from_pkcs12(file, password, Pkcs12ImportPolicy::Strict)
            .map_err(|error| SignError::Pkcs12(error.to_string()))?;
        let (_, found) = store.private_key_chain().ok_or_else(|| SignError::Pkcs12("there is no key in it".into()))?;
        let pkcs8 = found.key().as_der();
        let key = if let Ok(key) = RsaKeyPair::from_pkcs8(pkcs8) {
            Key::Rsa(Box::new(key))
        } else if let Ok(key) = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8) {
            Key::Ecdsa(Box::new(key))
        } else {
            return Err(SignError::Key("only RSA and P-256 keys are supported".into()));
        };
        let chain =
            found.certs().iter().map(|one| Certificate::from_der(one.as_der())).collect::<Result<Vec<_>, _>>()?;
        if chain.is_empty() {
            return Err(SignError::NoCertificate);
        }
        Ok(Self { key, chain })
    }
}

impl std::fmt::Debug for Pkcs12Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pkcs12Signer").field("algorithm", &self.algorithm()).finish_non_exhaustive()
    }
}

impl Signer for Pkcs12Signer {
    fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    fn algorithm(&self) -> Algorithm {
        match self.key {
            Key::Rsa(_) => Algorithm::RsaSha256,
            Key::Ecdsa(_) => Algorithm::EcdsaP256Sha256,
        }
    }

    fn sign(&self, tbs: &[u8]) -> Result<Vec<u8>, SignError> {
        let random = SystemRandom::new();
        let refused = |_| SignError::Key("the key refused to sign".into());
        match &self.key {
            Key::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, tbs, &mut signature).map_err(refused)?;
                Ok(signature)
            }
            Key::Ecdsa(key) => Ok(key.sign(&random, tbs).map_err(refused)?.as_ref().to_vec()),
        }
    }
}
