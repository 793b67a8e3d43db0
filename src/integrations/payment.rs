//! Which gateways the settings ask for.

use std::sync::Arc;

use super::vnpay::{SetupError, Vnpay};
use crate::config::{self, Profile, Secret, Settings};
use crate::payments::gateway::Gateway;

/// The terminal of the development gateway.
pub const DEV_TERMINAL: &str = "MOTCUADEV";
/// The development gateway's secret: known to everybody, worth nothing, never used in production.
pub const DEV_SECRET: &str = "development-gateway-of-motcua";
/// Where the development gateway stands below the portal's own address.
pub const DEV_BASE: &str = "/phat-trien/vnpay";

/// The gateways that citizens may pay through. None where nothing is set, but in development.
///
/// # Errors
/// A setting that can't be used.
pub fn gateways(settings: &Settings) -> Result<Vec<Arc<dyn Gateway>>, SetupError> {
    Ok(match vnpay_settings(settings) {
        Some(vnpay) if settings.profile == Profile::Production && vnpay.hash_secret.expose() == DEV_SECRET => {
            return Err(SetupError::DevelopmentSecret);
        }
        Some(vnpay) => vec![Arc::new(Vnpay::new(vnpay, settings.profile != Profile::Production)?)],
        None => Vec::new(),
    })
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
