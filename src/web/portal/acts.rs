//! What a citizen does about a filed dossier: withdraw, write, confirm a draft certificate, rate.

use actix_web::web::Path;

use super::dossier::{Wrong, page};
use super::refused::refused;
use super::{address, open, version};
use crate::feedback::{self, RateError};
use crate::office::action::Action;
use crate::office::{ActError, Target};
use crate::templating::FlashKind;
use crate::templating::pages::parts::Input;
use crate::web::form::{Fields, Posted};
use crate::web::{Result, Visit};

/// `POST /ho-so/{code}/rut`
pub async fn withdraw(visit: Visit, name: Path<String>, Posted(fields): Posted<Fields>) -> Result {
    let reason = fields.get("reason").to_owned();
    let act = (version(fields.get("version")), Action::Withdraw { reason: reason.clone() });
    match visit.app.act(&visit.actor, &name, act).await {
        Ok(opened) => {
            let asked = opened.dossier.flags.withdrawal_requested.is_some();
            visit.say(FlashKind::Success, if asked { "flash-withdrawal-asked" } else { "flash-withdrawn" }, &[]);
            visit.see_other(&address(&opened))
        }
        Err(ActError::Invalid(faults)) => {
            let opened = open(&visit, &name).await?;
            let error = match faults.iter().any(|f| f.code == "required") {
                true => visit.text("withdraw-no-reason", &[]),
                false => visit.text("words-too-long", &[]),
            };
            let wrong = Wrong { withdraw: Some(Input::wrong(reason, error)), ..Wrong::default() };
            visit.page_again(&page(&visit, &opened, wrong).await?)
        }
        Err(e) => refused(&visit, &name, (e.into(), &reason)).await,
    }
}

/// `POST /ho-so/{code}/tin-nhan`
pub async fn message(visit: Visit, name: Path<String>, Posted(fields): Posted<Fields>) -> Result {
    let text = fields.get("text").to_owned();
    match visit.app.act(&visit.actor, &name, (None, Action::Message { text: text.clone() })).await {
        Ok(opened) => {
            visit.say(FlashKind::Success, "flash-message-sent", &[]);
            visit.see_other(&format!("{}#tin-nhan", address(&opened)))
        }
        Err(ActError::Invalid(faults)) => {
            let empty = faults.iter().any(|f| f.code == "required");
            visit.say(FlashKind::Error, if empty { "message-empty" } else { "words-too-long" }, &[]);
            visit.see_other(&format!("{}#tin-nhan", address(&open(&visit, &name).await?)))
        }
        Err(e) => refused(&visit, &name, (e.into(), &text)).await,
    }
}

/// `POST /ho-so/{code}/xac-nhan-du-thao`
pub async fn confirm_draft(visit: Visit, name: Path<String>, Posted(fields): Posted<Fields>) -> Result {
    let ok = fields.get("ok") == "true";
    let note = Some(fields.get("note").to_owned()).filter(|n| !n.is_empty());
    let act = (version(fields.get("version")), Action::ConfirmDraft { ok, note });
    match visit.app.act(&visit.actor, &name, act).await {
        Ok(opened) => {
            visit.say(FlashKind::Success, if ok { "flash-draft-confirmed" } else { "flash-draft-objected" }, &[]);
            visit.see_other(&address(&opened))
        }
        Err(ActError::Invalid(_)) => {
            visit.say(FlashKind::Error, "draft-needs-note", &[]);
            visit.see_other(&format!("{}#du-thao", address(&open(&visit, &name).await?)))
        }
        Err(e) => refused(&visit, &name, (e.into(), fields.get("note"))).await,
    }
}

/// `POST /ho-so/{code}/danh-gia`
pub async fn rate(visit: Visit, name: Path<String>, Posted(fields): Posted<Fields>) -> Result {
    let opened = open(&visit, &name).await?;
    let rating = feedback::Rating {
        score: fields.get("score").parse().unwrap_or(0),
        comment: Some(fields.get("comment").to_owned()),
    };
    let (who, rules, now) = (visit.actor.clone(), opened.rules.clone(), visit.now());
    let target = Target::from(opened.dossier.id);
    let done = visit.app.db.write(move |tx| feedback::rate(tx, &who, (target, &rating), &rules, now)).await;
    match done {
        Ok(_) => {
            visit.say(FlashKind::Success, "flash-rated", &[]);
            visit.see_other(&format!("{}#danh-gia", address(&opened)))
        }
        Err(RateError::Act(ActError::Invalid(faults))) => {
            let score = faults.iter().any(|f| f.pointer == "/score");
            let text = visit.text(if score { "rating-choose" } else { "words-too-long" }, &[]);
            let wrong = Wrong { rating: Some(text), ..Wrong::default() };
            visit.page_again(&page(&visit, &opened, wrong).await?)
        }
        Err(e) => refused(&visit, &name, (e.into(), fields.get("comment"))).await,
    }
}
