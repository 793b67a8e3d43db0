//! What a refused act upon a dossier is in HTTP, for pages and for the JSON API alike (contract.md §6).

use actix_web::http::StatusCode;
use serde_json::json;

use super::error::Word;
use super::{Error, Fault};
use crate::app::{AttachError, PaperError, SigningError};
use crate::catalog::Text;
use crate::documents::pdf::PdfError;
use crate::documents::sniff::Refusal;
use crate::documents::{self, ArchiveError};
use crate::dossiers::Step;
use crate::feedback::RateError;
use crate::kernel::{Lang, Role};
use crate::office::{self, ActError, Closed, Holder, MissingField};

/// The names of acts as the JSON API calls them. Withdrawing is one call, whether it is immediate or asked for.
pub(super) fn action_names(steps: &[Step]) -> Vec<&'static str> {
    let mut names = Vec::new();
    for step in steps {
        let name = match step {
            Step::RequestWithdrawal => Step::Withdraw.as_str(),
            step => step.as_str(),
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

impl From<office::Fault> for Fault {
    fn from(fault: office::Fault) -> Self {
        Self { pointer: fault.pointer, code: fault.code, message: fault.message }
    }
}

impl From<ActError> for Error {
    fn from(e: ActError) -> Self {
        match e {
            ActError::NotFound => Self::not_found(),
            ActError::Forbidden => Self::forbidden(),
            ActError::NotAllowed { state, allowed, .. } => Self::conflict("not-allowed")
                .with("current_status", state.status().key().into())
                .with("allowed_actions", json!(action_names(&allowed))),
            ActError::FeeDue(amount) => Self::conflict("fee-due").with("fees_due", json!(amount)),
            ActError::Unsigned => Self::conflict("unsigned"),
            ActError::Stale { version } => Self::stale(i64::from(version)),
            ActError::HeldBy(holder) => held_by(*holder),
            ActError::DraftIncomplete(missing) => draft_incomplete(missing),
            ActError::Rule { rule, message } => Self::conflict(rule).text(message),
            ActError::Closed(closed) => closed_to_filing(&closed),
            ActError::Invalid(faults) => Self::invalid(Vec::new()).with_faults(faults),
            ActError::OtherRules => Self::conflict("revision-changed"),
            ActError::Calendar(cause) => Self::internal(cause),
            ActError::Db(e) => e.into(),
        }
    }
}

/// Whose the dossier is now, for a colleague who would send it on.
fn held_by(holder: Holder) -> Error {
    let named = json!({"role": holder.role.map(Role::as_str), "officer": holder.officer.clone()});
    let who = match (holder.officer, holder.role) {
        (Some(name), _) => Word::Name(name),
        (None, Some(role)) => Word::Key(format!("role-{}", role.as_str())),
        (None, None) => Word::Key("held-by-nobody".to_owned()),
    };
    let step = holder.step.map_or_else(|| Word::Name("–".to_owned()), Word::Text);
    Error::new(StatusCode::FORBIDDEN, "held-by")
        .says("error-held-by-whom", vec![("step", step), ("who", who)])
        .with("holder", named)
}

/// Nothing is decided by a draft that lacks fields: which.
fn draft_incomplete(missing: Vec<MissingField>) -> Error {
    let fault = |field: &MissingField| {
        let message = Text::both(
            format!("Dự thảo kết quả còn thiếu: {}.", field.label.get(Lang::Vi)),
            format!("The draft result lacks: {}.", field.label.get(Lang::En)),
        );
        office::Fault::required(&format!("/data{}", field.pointer), &message)
    };
    let faults = missing.iter().map(fault).collect();
    let labels = missing.into_iter().map(|field| field.label).collect();
    Error::conflict("draft-incomplete")
        .says("error-draft-incomplete-fields", vec![("fields", Word::List(labels))])
        .with_faults(faults)
}

/// Filing is not possible, though the draft is fine: by whom (403) or now (409).
fn closed_to_filing(closed: &Closed) -> Error {
    match closed {
        Closed::Window(next) => {
            let error = Error::conflict("filing-closed");
            let Some(next) = next else { return error };
            error
                .says(
                    "error-filing-opens",
                    vec![("name", Word::Text(next.name.clone())), ("when", Word::At(next.opens_at))],
                )
                .with("opens_at", next.opens_at.to_rfc3339().into())
                .with("next_session", json!({"code": next.code, "name": next.name.vi, "closes_at": next.closes_at}))
        }
        Closed::Channel => Error::conflict("filing-channel"),
        Closed::NotInForce => Error::conflict("not-in-force"),
        Closed::IdentityLevel(needed) => {
            Error::new(StatusCode::FORBIDDEN, "identity-level").with("identity_level", i64::from(*needed).into())
        }
        Closed::Audience => Error::new(StatusCode::FORBIDDEN, "audience"),
    }
}

impl From<ArchiveError> for Error {
    fn from(e: ArchiveError) -> Self {
        match e {
            ArchiveError::Db(e) => e.into(),
            ArchiveError::Pdf(PdfError::NotBuilt) => Self::unavailable("no-papers"),
            e => Self::internal(e),
        }
    }
}

/// The rule that refused a file, where it was the file.
pub(super) fn refused(e: &AttachError) -> Option<Refusal> {
    match e {
        AttachError::Archive(ArchiveError::Refused(refusal))
        | AttachError::Paper(documents::AttachError::Refused(refusal)) => Some(*refusal),
        _ => None,
    }
}

impl Error {
    /// Why a file was not taken: 413 by its size, 415 by its kind; told in `lang`.
    pub(super) fn of_attaching(e: AttachError, lang: Lang) -> Self {
        if let Some(refusal) = refused(&e) {
            return Self::of_file(refusal, lang);
        }
        match e {
            AttachError::Act(e) => e.into(),
            AttachError::TooMany(wait) => Self::wait(u64::try_from(wait.as_secs()).unwrap_or(3600), "too-many-uploads"),
            AttachError::Archive(e) => e.into(),
            AttachError::Paper(documents::AttachError::NotFound) => Self::not_found(),
            AttachError::Paper(documents::AttachError::NotUsable(state)) => {
                Self::conflict("file-scanning").with("scan", state.as_str().into())
            }
            AttachError::Paper(documents::AttachError::Db(e)) => e.into(),
            AttachError::Paper(e @ documents::AttachError::Refused(_)) => Self::internal(e),
        }
    }

    /// A file that can't be taken.
    pub(super) fn of_file(refusal: Refusal, lang: Lang) -> Self {
        let status = match refusal.is_size() {
            true => StatusCode::PAYLOAD_TOO_LARGE,
            false => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        };
        let message = refusal.message(lang).to_owned();
        let fault = Fault { pointer: "/file".to_owned(), code: refusal.code().to_owned(), message };
        Self::new(status, "file-refused").detail(fault.message.clone()).with("errors", json!([fault]))
    }
}

impl From<PaperError> for Error {
    fn from(e: PaperError) -> Self {
        match e {
            PaperError::NotMade => Self::not_found(),
            PaperError::Act(e) => e.into(),
            PaperError::Archive(e) => e.into(),
        }
    }
}

impl From<SigningError> for Error {
    fn from(e: SigningError) -> Self {
        match e {
            SigningError::Act(e) => e.into(),
            SigningError::Paper(e) => e.into(),
            SigningError::Archive(e) => e.into(),
            SigningError::Key(e) => Self::internal(e),
            SigningError::NoKey => Self::conflict("no-signing-key"),
            SigningError::WrongCode => Self::new(StatusCode::UNAUTHORIZED, "otp-wrong"),
        }
    }
}

impl From<RateError> for Error {
    fn from(e: RateError) -> Self {
        match e {
            RateError::Act(e) => e.into(),
            RateError::RatedAlready => Self::conflict("rated-already"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dossiers::State;

    #[test]
    fn withdrawing_has_one_name() {
        let names = action_names(&[Step::Withdraw, Step::RequestWithdrawal, Step::Message]);
        assert_eq!(names, ["withdraw", "message"]);
    }

    /// docs/decisions/0009: what is empty is named in both languages, and by its place in the draft.
    #[test]
    fn a_draft_that_lacks_something_names_it_in_both_languages_and_by_pointer() {
        let templates = crate::templating::Templates::embedded(true).unwrap();
        let missing = vec![
            MissingField {
                pointer: "/noi_dung/soDinhDanh".into(),
                label: Text::both("Số định danh cá nhân", "Personal identity number"),
            },
            MissingField { pointer: "/noi_dung/que_quan".into(), label: Text::both("Quê quán", "Native place") },
        ];
        let error = Error::from(ActError::DraftIncomplete(missing));
        assert_eq!((error.status(), error.code()), (StatusCode::CONFLICT, "draft-incomplete"));
        let told = error.told(&templates, Lang::En);
        assert!(told.starts_with("The draft result lacks: Personal identity number, Native place. Save"), "{told}");
        let told = error.told(&templates, Lang::Vi);
        assert!(told.starts_with("Dự thảo kết quả còn thiếu: Số định danh cá nhân, Quê quán. Hãy"), "{told}");
        let faults = error.faults(Lang::En);
        let of = |fault: &Fault| (fault.pointer.clone(), fault.code.clone(), fault.message.clone());
        assert_eq!(
            faults.iter().map(of).collect::<Vec<_>>(),
            [
                (
                    "/data/noi_dung/soDinhDanh".to_owned(),
                    "required".to_owned(),
                    "The draft result lacks: Personal identity number.".to_owned()
                ),
                (
                    "/data/noi_dung/que_quan".to_owned(),
                    "required".to_owned(),
                    "The draft result lacks: Native place.".to_owned()
                ),
            ]
        );
        assert_eq!(error.faults(Lang::Vi)[0].message, "Dự thảo kết quả còn thiếu: Số định danh cá nhân.");
    }

    #[test]
    fn the_wrong_state_is_a_conflict_and_a_stale_page_is_told() {
        let refused = ActError::NotAllowed { state: State::Decided, step: Step::Withdraw, allowed: vec![] };
        assert_eq!(Error::from(refused).status(), StatusCode::CONFLICT);
        assert_eq!(Error::from(ActError::Stale { version: 4 }).status(), StatusCode::PRECONDITION_FAILED);
        assert_eq!(Error::from(ActError::NotFound).status(), StatusCode::NOT_FOUND);
        let closed = ActError::Closed(Closed::Window(None));
        assert_eq!(Error::from(closed).code(), "filing-closed");
    }
}
