//! Table `dossiers`: reading and making; saving has a file of its own.

use diesel::prelude::*;
use serde::Serialize;
use serde_json::Value;

use super::{Flags, forget_indexes, forget_received};
use crate::db::schema::dossiers;
use crate::db::types::J;
use crate::db::{Conn, Error};
use crate::dossiers::party::Contact;
use crate::dossiers::{Delivery, DeliveryMethod, Intake, Party, State, Status};
use crate::kernel::national::{DossierKey, PartyKind};
use crate::kernel::{AccountId, AgencyId, DossierId, GroupId, ProcedureId, RevisionId, Timestamp, WindowId};

/// Plain structs that are stored as a document. What an older version wrote still reads: unknown keys are ignored.
macro_rules! stored_as_document {
    ($($kind:ty),*) => {$(
        impl From<J> for $kind {
            fn from(doc: J) -> Self {
                serde_json::from_value(doc.0).unwrap_or_default()
            }
        }
        impl From<$kind> for J {
            fn from(value: $kind) -> Self {
                json(&value)
            }
        }
    )*};
}
stored_as_document!(Flags, Delivery, Contact);

/// A dossier as stored. Acts change it in memory and save it once, with its version checked.
#[derive(Clone, Debug, Queryable, Insertable)]
#[diesel(table_name = dossiers)]
pub struct Dossier {
    pub id: DossierId,
    pub reference: Option<String>,
    pub code: Option<String>,
    pub procedure_id: ProcedureId,
    pub revision_id: RevisionId,
    pub case_code: String,
    pub window_id: Option<WindowId>,
    /// The receiving agency, whose prefix the code bears.
    pub agency_id: AgencyId,
    /// The agency of the current step.
    pub acting_agency_id: AgencyId,
    pub group_id: Option<GroupId>,
    intake: String,
    pub typed_by: Option<AccountId>,
    pub helper_id: Option<AccountId>,
    pub place: Option<String>,
    pub on_behalf: Option<J>,
    pub applicant_account: Option<AccountId>,
    applicant_kind: String,
    applicant_number_enc: Option<String>,
    pub applicant_index: Option<String>,
    pub applicant_name: String,
    applicant_fold: String,
    #[diesel(deserialize_as = J, serialize_as = J)]
    pub applicant: Contact,
    pub owner_account: Option<AccountId>,
    pub(super) owner_kind: String,
    pub(super) owner_number_enc: Option<String>,
    pub owner_index: Option<String>,
    pub owner_name: String,
    pub(super) owner_fold: String,
    #[diesel(deserialize_as = J, serialize_as = J)]
    pub owner: Contact,
    /// The answers; identity numbers in them are sealed.
    #[diesel(deserialize_as = J, serialize_as = J)]
    pub data: Value,
    pub(super) status: i32,
    pub(super) from_status: Option<i32>,
    #[diesel(deserialize_as = J, serialize_as = J)]
    pub flags: Flags,
    pub step: Option<String>,
    /// The role that the current step belongs to: what «Chờ tôi» goes by.
    pub step_role: Option<String>,
    pub assignee_id: Option<AccountId>,
    /// Who saved the draft result: may not approve it.
    pub handler_id: Option<AccountId>,
    #[diesel(deserialize_as = J, serialize_as = J)]
    pub delivery: Delivery,
    pub submission_key: Option<String>,
    pub due_at: Option<Timestamp>,
    pub due_inputs: Option<J>,
    pub acceptance_due_at: Option<Timestamp>,
    pub clock_started_at: Option<Timestamp>,
    pub paused_since: Option<Timestamp>,
    pub submitted_at: Option<Timestamp>,
    pub accepted_at: Option<Timestamp>,
    pub decided_at: Option<Timestamp>,
    pub handed_over_at: Option<Timestamp>,
    pub draft_expires_at: Option<Timestamp>,
    pub summary: Option<String>,
    /// Which warnings about the due time were sent: 0 none, 1 at 50 %, 2 at 80 %, 3 at 8 hours, 4 overdue.
    pub warned: i32,
    pub corrections: i32,
    pub reappointments: i32,
    pub event_seq: i32,
    pub event_hash: String,
    pub version: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What a new draft is made of.
#[derive(Clone, Debug)]
pub struct NewDossier {
    pub procedure: ProcedureId,
    pub revision: RevisionId,
    pub case_code: String,
    pub window: Option<WindowId>,
    pub agency: AgencyId,
    pub group: Option<GroupId>,
    pub intake: Intake,
    pub typed_by: Option<AccountId>,
    pub helper: Option<AccountId>,
    pub place: Option<String>,
    pub on_behalf: Option<Value>,
    pub applicant: Party,
    pub owner: Party,
    pub data: Value,
    pub delivery: Delivery,
    pub summary: Option<String>,
    pub draft_expires_at: Option<Timestamp>,
}

impl Dossier {
    /// A draft, not yet stored.
    pub fn draft(new: NewDossier, now: Timestamp) -> Self {
        Self {
            id: DossierId::new(),
            reference: None,
            code: None,
            procedure_id: new.procedure,
            revision_id: new.revision,
            case_code: new.case_code,
            window_id: new.window,
            agency_id: new.agency,
            acting_agency_id: new.agency,
            group_id: new.group,
            intake: new.intake.as_str().to_owned(),
            typed_by: new.typed_by,
            helper_id: new.helper,
            place: new.place,
            on_behalf: new.on_behalf.map(J),
            applicant_account: new.applicant.account,
            applicant_kind: new.applicant.kind.as_str().to_owned(),
            applicant_number_enc: new.applicant.number_enc,
            applicant_index: new.applicant.number_index,
            applicant_fold: crate::kernel::text::fold(&new.applicant.name),
            applicant_name: new.applicant.name,
            applicant: new.applicant.contact,
            owner_account: new.owner.account,
            owner_kind: new.owner.kind.as_str().to_owned(),
            owner_number_enc: new.owner.number_enc,
            owner_index: new.owner.number_index,
            owner_fold: crate::kernel::text::fold(&new.owner.name),
            owner_name: new.owner.name,
            owner: new.owner.contact,
            data: new.data,
            status: Status::Draft.stored(),
            from_status: None,
            flags: Flags::default(),
            step: None,
            step_role: None,
            assignee_id: None,
            handler_id: None,
            delivery: new.delivery,
            submission_key: None,
            due_at: None,
            due_inputs: None,
            acceptance_due_at: None,
            clock_started_at: None,
            paused_since: None,
            submitted_at: None,
            accepted_at: None,
            decided_at: None,
            handed_over_at: None,
            draft_expires_at: new.draft_expires_at,
            summary: new.summary,
            warned: 0,
            corrections: 0,
            reappointments: 0,
            event_seq: 0,
            event_hash: String::new(),
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }

    /// The status that people see.
    pub fn status(&self) -> Status {
        Status::from_stored(self.status).unwrap_or(Status::Draft)
    }

    /// The state that acts go by. `None` only for a row that was changed by hand into nonsense.
    pub fn state(&self) -> Option<State> {
        let before = self.from_status.and_then(Status::from_stored);
        State::from_stored(self.status(), before, self.flags.closed)
    }

    /// Puts the dossier into another state.
    pub fn set_state(&mut self, state: State) {
        self.status = state.status().stored();
        self.from_status = state.before().map(|b| b.state().status().stored());
        self.flags.closed = state == State::Closed;
    }

    /// How it came in.
    pub fn intake(&self) -> Intake {
        Intake::parse(&self.intake).unwrap_or(Intake::Counter)
    }

    /// Dossier code, else submission reference, else the id of the draft: what people call it by.
    pub fn name(&self) -> String {
        self.code.clone().or_else(|| self.reference.clone()).unwrap_or_else(|| self.id.to_string())
    }

    /// The applicant (người nộp).
    pub fn applicant_party(&self) -> Party {
        Party {
            account: self.applicant_account,
            kind: PartyKind::parse(&self.applicant_kind).unwrap_or(PartyKind::NoneYet),
            number_enc: self.applicant_number_enc.clone(),
            number_index: self.applicant_index.clone(),
            name: self.applicant_name.clone(),
            contact: self.applicant.clone(),
        }
    }

    /// The owner (chủ hồ sơ).
    pub fn owner_party(&self) -> Party {
        Party {
            account: self.owner_account,
            kind: PartyKind::parse(&self.owner_kind).unwrap_or(PartyKind::NoneYet),
            number_enc: self.owner_number_enc.clone(),
            number_index: self.owner_index.clone(),
            name: self.owner_name.clone(),
            contact: self.owner.clone(),
        }
    }

    /// Puts another owner on the dossier.
    pub fn set_owner(&mut self, owner: Party) {
        self.owner_account = owner.account;
        self.owner_kind = owner.kind.as_str().to_owned();
        self.owner_number_enc = owner.number_enc;
        self.owner_index = owner.number_index;
        self.owner_fold = crate::kernel::text::fold(&owner.name);
        self.owner_name = owner.name;
        self.owner = owner.contact;
    }

    /// Whether anybody can follow it signed in.
    pub fn has_account(&self) -> bool {
        self.applicant_account.is_some() || self.owner_account.is_some()
    }

    /// How the result goes out: as was wished, but never online to somebody who could not see it there.
    pub fn way_out(&self) -> DeliveryMethod {
        match self.delivery.method {
            DeliveryMethod::Online if !self.has_account() => DeliveryMethod::Counter,
            wished => wished,
        }
    }

    /// Whether `account` filed it or owns it.
    pub fn belongs_to(&self, account: AccountId) -> bool {
        self.applicant_account == Some(account) || self.owner_account == Some(account)
    }

    /// Whether it is over, closed for good too.
    pub fn has_ended(&self) -> bool {
        self.state().is_some_and(State::has_ended)
    }

    /// Whether it is late at `now`: a property, never a status.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        let end = self.decided_at.or(self.paused_since).unwrap_or(now);
        let open = !self.has_ended() || self.decided_at.is_some();
        open && self.due_at.is_some_and(|due| end > due)
    }
}

/// The dossier of an id.
///
/// # Errors
/// [`Error::NotFound`] or a failure of the database.
pub fn by_id(conn: &mut Conn, id: DossierId) -> Result<Dossier, Error> {
    Ok(dossiers::table.find(id).first(conn)?)
}

/// The dossier of an id, locked until the commit where the engine has row locks.
///
/// # Errors
/// [`Error::NotFound`] or a failure of the database.
pub fn lock(conn: &mut Conn, id: DossierId) -> Result<Dossier, Error> {
    match conn {
        Conn::Pg(c) => Ok(dossiers::table.find(id).for_update().first(c)?),
        // The one writer is the lock.
        Conn::Sqlite(c) => Ok(dossiers::table.find(id).first(c)?),
    }
}

/// The id behind a dossier code, a submission reference or an id, as people type it.
///
/// # Errors
/// [`Error::NotFound`] or a failure of the database.
pub fn find_id(conn: &mut Conn, name: &str) -> Result<DossierId, Error> {
    let name = name.trim();
    if let Ok(id) = name.parse::<DossierId>() {
        return Ok(dossiers::table.find(id).select(dossiers::id).first(conn)?);
    }
    let found = match DossierKey::parse(name).map_err(|_| Error::NotFound)? {
        DossierKey::Code(code) => {
            dossiers::table.filter(dossiers::code.eq(code.as_str())).select(dossiers::id).first(conn)
        }
        DossierKey::Reference(reference) => {
            dossiers::table.filter(dossiers::reference.eq(reference.as_str())).select(dossiers::id).first(conn)
        }
    };
    Ok(found?)
}

/// The dossier that was filed with a submission key.
///
/// # Errors
/// A failure of the database.
pub fn by_submission_key(conn: &mut Conn, key: &str) -> Result<Option<DossierId>, Error> {
    Ok(dossiers::table.filter(dossiers::submission_key.eq(key)).select(dossiers::id).first(conn).optional()?)
}

/// Stores a new dossier.
///
/// # Errors
/// A failure of the database.
pub fn insert(conn: &mut Conn, dossier: &Dossier) -> Result<(), Error> {
    diesel::insert_into(dossiers::table).values(dossier.clone()).execute(conn)?;
    Ok(())
}

/// Puts the answers that were checked and filed in place of the draft's, in the transaction that files them.
///
/// # Errors
/// A failure of the database.
pub fn set_data(conn: &mut Conn, id: DossierId, data: &Value) -> Result<(), Error> {
    diesel::update(dossiers::table.find(id)).set(dossiers::data.eq(J(data.clone()))).execute(conn)?;
    Ok(())
}

/// Puts another wish for the result on a filed dossier.
///
/// # Errors
/// A failure of the database.
pub fn set_delivery(conn: &mut Conn, id: DossierId, delivery: &Delivery) -> Result<(), Error> {
    diesel::update(dossiers::table.find(id)).set(dossiers::delivery.eq(json(delivery))).execute(conn)?;
    Ok(())
}

/// Removes a draft with all that hangs on it. Only drafts can be removed.
///
/// # Errors
/// A failure of the database.
pub fn delete_draft(conn: &mut Conn, id: DossierId) -> Result<bool, Error> {
    forget_indexes(conn, id)?;
    forget_received(conn, id)?;
    let draft = dossiers::table.find(id).filter(dossiers::status.eq(Status::Draft.stored()));
    Ok(diesel::delete(draft).execute(conn)? > 0)
}

pub(super) fn json(value: &impl Serialize) -> J {
    J(serde_json::to_value(value).unwrap_or(Value::Null))
}
