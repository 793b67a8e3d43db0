//! E-mail by SMTP.
//!
//! The Message-ID is made from the job's id, so that a mail sent twice (a crash between sending and recording) is
//! known to be the same one by mail servers and readers that care.

use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};

use crate::notifications::{Mail, Mailer, Outcome};

/// How long one command of the conversation may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// What an operator must mend before mail can be sent.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    #[error(
        "MOTCUA_SMTP_URL is no mail server's address: write `smtp://user:password@host:587` or \
         `smtps://user:password@host`; `@`, `:` and `/` within user or password as %40, %3A and %2F"
    )]
    Url,
    #[error("mail.from: `{0}` is no sender, as in `Một Cửa <khong-tra-loi@example.org>`")]
    From(String),
}

/// Sends e-mails through one server.
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl SmtpMailer {
    /// A mailer for `smtp://user:password@host:port` or `smtps://…`. Without `?tls=…` a plain address uses TLS when
    /// the server offers it, and none on this machine itself.
    ///
    /// # Errors
    /// [`SetupError`] names the setting at fault.
    pub fn new(url: &str, from: &str) -> Result<Self, SetupError> {
        let from: Mailbox = from.parse().map_err(|_| SetupError::From(from.to_owned()))?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&with_tls(url))
            .map_err(|_| SetupError::Url)?
            .timeout(Some(PATIENCE))
            .build();
        Ok(Self { transport, from })
    }

    fn message(&self, mail: &Mail) -> Result<Message, String> {
        let address = mail.to.parse().map_err(|e| format!("the address is not usable: {e}"))?;
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, address))
            .subject(&mail.subject)
            .message_id(Some(format!("<{}@{}>", mail.key, mail.host)))
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text.clone())
            .map_err(|e| e.to_string())
    }

    async fn try_send(&self, mail: &Mail) -> Outcome {
        let message = match self.message(mail) {
            Ok(message) => message,
            Err(reason) => return Outcome::Refused { reason },
        };
        match self.transport.send(message).await {
            Ok(answer) => Outcome::Accepted { provider_id: answer.first_line().map(str::to_owned) },
            Err(e) => outcome(&e),
        }
    }
}

impl Mailer for SmtpMailer {
    fn name(&self) -> &'static str {
        "smtp"
    }

    fn send<'a>(&'a self, mail: &'a Mail) -> BoxFuture<'a, Outcome> {
        self.try_send(mail).boxed()
    }
}

/// The address with `tls=opportunistic` where it says nothing and leaves this machine.
fn with_tls(url: &str) -> String {
    let rest = url.strip_prefix("smtp://").unwrap_or_default();
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let here = ["localhost", "127.", "[::1]"].iter().any(|name| host.starts_with(name));
    if rest.is_empty() || here || url.contains('?') { url.to_owned() } else { format!("{url}?tls=opportunistic") }
}

/// What an error of the conversation means for the message.
fn outcome(e: &lettre::transport::smtp::Error) -> Outcome {
    let reason = e.to_string();
    if let Some(code) = e.status() {
        // Our name or password is wrong, or TLS is asked for: not the message's fault.
        let ours = matches!(u16::from(code), 530 | 534 | 535 | 538);
        return if e.is_permanent() && !ours { Outcome::Refused { reason } } else { Outcome::TryLater { reason } };
    }
    let connecting = reason.starts_with("Connection error");
    if connecting || e.is_tls() || e.is_client() || e.is_transport_shutdown() {
        return Outcome::TryLater { reason };
    }
    // The connection broke or the answer made no sense after the conversation had begun.
    Outcome::Unsure { reason }
}

/// `Auto-Submitted: auto-generated` (RFC 3834): no robot should answer.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tls_is_used_where_the_mail_leaves_the_machine() {
        assert_eq!(with_tls("smtp://u:p@mail.example:587"), "smtp://u:p@mail.example:587?tls=opportunistic");
        assert_eq!(with_tls("smtp://u:p@mail.example:587?tls=required"), "smtp://u:p@mail.example:587?tls=required");
        assert_eq!(with_tls("smtp://127.0.0.1:2525"), "smtp://127.0.0.1:2525");
        assert_eq!(with_tls("smtps://u:p@mail.example"), "smtps://u:p@mail.example");
    }

    #[test]
    fn wrong_settings_are_named() {
        let from = SmtpMailer::new("smtp://127.0.0.1:25", "nobody").err().map(|e| e.to_string());
        assert!(from.is_some_and(|e| e.contains("mail.from")));
        let url = SmtpMailer::new("http://127.0.0.1", "Một Cửa <a@example.org>").err().map(|e| e.to_string());
        assert!(url.is_some_and(|e| e.contains("MOTCUA_SMTP_URL")));
    }

    #[tokio::test]
    async fn a_mail_carries_the_jobs_id_and_no_forged_header() {
        let mailer = SmtpMailer::new("smtp://127.0.0.1:25", "Một Cửa <a@example.org>").expect("a mailer");
        let key = crate::kernel::JobId::new();
        let mut mail = Mail {
            key,
            host: "dichvucong.example".into(),
            to: "an@example.org".into(),
            subject: "Đã nộp\r\nBcc: khac@example.org".into(),
            text: "Kính gửi".into(),
        };
        let text = String::from_utf8(mailer.message(&mail).expect("a message").formatted()).expect("ASCII");
        assert!(text.contains(&format!("Message-ID: <{key}@dichvucong.example>")), "{text}");
        assert!(text.contains("Auto-Submitted: auto-generated"), "{text}");
        assert!(!text.lines().any(|line| line.starts_with("Bcc:")), "{text}");
        mail.to = "an@example.org>\r\nRCPT TO:<khac@example.org".into();
        assert!(mailer.message(&mail).is_err());
    }
}
