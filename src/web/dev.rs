//! Pages of development and test installations: what was sent, and every component of the design.

use actix_web::HttpResponse;

use crate::notifications::{self, OutgoingMessage, Portal};
use crate::templating::pages::dev::{Components, Mail, Mailbox};
use crate::web::{Result, Visit};

/// The newest messages that are shown.
const SHOWN: i64 = 200;

/// `GET /phat-trien/hop-thu`
pub async fn mailbox(visit: Visit) -> Result {
    let items = messages(&visit).await?.into_iter().map(|message| Mail {
        channel: message.channel.as_str().to_owned(),
        to: message.to,
        subject: message.subject,
        text: message.text,
        state: message.state.in_contract().to_owned(),
        at: message.at,
    });
    visit.page(&Mailbox { items: items.collect() })
}

/// `GET /api/v1/dev/outbox`
pub async fn outbox(visit: Visit) -> Result {
    let items: Vec<_> = messages(&visit)
        .await?
        .into_iter()
        .map(|message| {
            serde_json::json!({
                "channel": message.channel.as_str(),
                "to": message.to,
                "subject": message.subject,
                "text": message.text,
                "state": message.state.in_contract(),
                "at": message.at,
            })
        })
        .collect();
    Ok(HttpResponse::Ok().json(serde_json::json!({ "items": items })))
}

/// `GET /phat-trien/thanh-phan`
pub async fn components(visit: Visit) -> Result {
    visit.page(&Components::new())
}

async fn messages(visit: &Visit) -> Result<Vec<OutgoingMessage>> {
    let portal = Portal::new(&visit.app.settings.public_url);
    Ok(visit.app.db.read(move |conn| notifications::outgoing(conn, &portal, SHOWN)).await?)
}
