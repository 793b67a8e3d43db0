//! Which gateways the settings ask for.

use std::sync::Arc;

use super::platform::Platform;
use super::setup::SetupError;
use super::vietqr::VietQr;
use super::vnpay::Vnpay;
use crate::config::{self, Profile, Secret, Settings};
use crate::payments::bank_notice::{Banks, Key};
use crate::payments::gateway::Gateway;

/// The terminal of the development gateway.
pub const DEV_TERMINAL: &str = "MOTCUADEV";
/// The development gateway's secret: known to everybody, worth nothing, never used in production.
pub const DEV_SECRET: &str = "development-gateway-of-motcua";
/// Where the development gateway stands below the portal's own address.
pub const DEV_BASE: &str = "/phat-trien/vnpay";

/// The development bank's number: no bank has it.
pub const DEV_BANK: &str = "999999";
/// Where the development bank stands below the portal's own address.
pub const DEV_BANK_BASE: &str = "/phat-trien/ngan-hang";

/// The gateways that citizens may pay through. None where nothing is set, but in development.
///
/// # Errors
/// A setting that can't be used.
pub fn gateways(settings: &Settings) -> Result<Vec<Arc<dyn Gateway>>, SetupError> {
    let mut gateways: Vec<Arc<dyn Gateway>> = Vec::new();
    match vnpay_settings(settings) {
        Some(vnpay) if settings.profile == Profile::Production && vnpay.hash_secret.expose() == DEV_SECRET => {
            return Err(SetupError::DevelopmentSecret);
        }
        Some(vnpay) => gateways.push(Arc::new(Vnpay::new(vnpay, settings.profile != Profile::Production)?)),
        None => {}
    }
    let bins = banks(settings)?.bins();
    if !bins.is_empty() {
        gateways.push(Arc::new(VietQr::new(&settings.public_url, bins)));
    }
    if !settings.platform.is_empty() {
        gateways.push(Arc::new(Platform::new(settings.platform.clone(), settings.profile != Profile::Production)?));
    }
    Ok(gateways)
}

/// Whether the stand-in bank serves instead of a real one.
pub fn has_development_bank(settings: &Settings) -> bool {
    settings.profile == Profile::Development && settings.vietqr.secrets().next().is_none()
}

/// The banks that may tell of credits: the operator's, or the development bank where there are none.
///
/// # Errors
/// [`SetupError::Bank`], [`SetupError::DevelopmentSecret`].
pub fn banks(settings: &Settings) -> Result<Banks, SetupError> {
    if has_development_bank(settings) {
        let key = Key::new(DEV_SECRET).ok_or(SetupError::Bank)?;
        return Ok(Banks::new(vec![(DEV_BANK.to_owned(), key)]));
    }
    let mut banks = Vec::new();
    for entry in settings.vietqr.secrets() {
        let (bin, secret) = entry.split_once('=').ok_or(SetupError::Bank)?;
        if bin.len() != 6 || !bin.bytes().all(|b| b.is_ascii_digit()) {
            return Err(SetupError::Bank);
        }
        if settings.profile == Profile::Production && secret == DEV_SECRET {
            return Err(SetupError::DevelopmentSecret);
        }
        banks.push((bin.to_owned(), Key::new(secret).ok_or(SetupError::Bank)?));
    }
    Ok(Banks::new(banks))
}

/// The settings of VNPAY: the operator's, or the development gateway's where there are none.
pub fn vnpay_settings(settings: &Settings) -> Option<config::Vnpay> {
    if !settings.vnpay.is_empty() {
        return Some(settings.vnpay.clone());
    }
    (settings.profile == Profile::Development).then(|| config::Vnpay {
        tmn_code: DEV_TERMINAL.to_owned(),
        hash_secret: Secret::new(DEV_SECRET),
        pay_url: format!("{}{DEV_BASE}/paymentv2/vpcpay.html", settings.public_url),
        api_url: format!("http://{}{DEV_BASE}", settings.server.listen),
    })
}
