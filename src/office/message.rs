//! Trao đổi between the citizen and the agency, and the rating at the end.

use serde_json::json;

use super::telling::{self, Tell};
use super::{ActError, Desk, Done, Rules, Target, supplement};
use crate::db::Tx;
use crate::dossiers::{self, Message, Step};
use crate::kernel::{Actor, MessageId, Timestamp};

/// Writes a message. The citizen is told of an officer's message; the text itself stays on the dossier's page.
///
/// # Errors
/// A missing text, or as every act.
pub fn message(
    tx: &mut Tx<'_>,
    who: &Actor,
    (target, text): (Target, &str),
    rules: &Rules,
    now: Timestamp,
) -> Result<Done, ActError> {
    let text = supplement::words("/text", text, ("Hãy ghi nội dung.", "Write something."))?;
    let desk = Desk::open(tx, who, rules, target, Step::Message, now)?;
    let from_citizen = matches!(who, Actor::Citizen { .. });
    let message = Message {
        id: MessageId::new(),
        dossier_id: desk.dossier.id,
        from_citizen,
        author_id: who.account(),
        author_name: dossiers::events::actor_words(who).1,
        text,
        created_at: now,
        read_at: None,
    };
    dossiers::insert_message(desk.tx.conn(), &message)?;
    let done = desk.finish(None, json!({"message": message.id}), true)?;
    if !from_citizen {
        telling::tell(tx, rules, &done.dossier, Tell::OfficerMessage, now)?;
    }
    Ok(done)
}
