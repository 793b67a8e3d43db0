//! Which mailer and SMS gateway the settings ask for.

use std::sync::Arc;

use super::esms::{self, EsmsGateway};
use super::mailbox::Mailbox;
use super::smtp::{self, SmtpMailer};
use crate::config::{Settings, SmsGateway as Chosen};
use crate::notifications::{Mailer, SmsGateway};

/// The mailer: SMTP where `MOTCUA_SMTP_URL` is set, else the development mailbox.
///
/// # Errors
/// A setting that can't be used.
pub fn mailer(settings: &Settings) -> Result<Arc<dyn Mailer>, smtp::SetupError> {
    Ok(match &settings.smtp_url {
        Some(url) => Arc::new(SmtpMailer::new(url.expose(), &settings.mail.from)?),
        None => Arc::new(Mailbox),
    })
}

/// The SMS gateway that `sms.gateway` names.
///
/// # Errors
/// A setting that can't be used.
pub fn sms_gateway(settings: &Settings) -> Result<Arc<dyn SmsGateway>, esms::SetupError> {
    Ok(match settings.sms.gateway {
        Chosen::Esms => Arc::new(EsmsGateway::new(settings.sms.esms.clone())?),
        Chosen::Mailbox => Arc::new(Mailbox),
    })
}
