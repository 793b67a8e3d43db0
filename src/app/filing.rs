//! Filing, from the first page to the receipt: what lies outside the transactions (reading, checking, sealing, hashing)
//! around the acts of `office`. Pages and the JSON API both come in here.

use std::sync::Arc;

use serde_json::{Value, json};

use super::App;
use super::{completeness, known};
use crate::accounts::{self, SealedParty, agencies, people};
use crate::catalog::{Published, procedures};
use crate::db::{self, Conn};
use crate::dossiers::{self, Contact, Delivery, Dossier, Intake, Party, State, Step};
use crate::forms::{self, CheckMode, FieldError, Form, Person};
use crate::kernel::{Actor, Lang, PartialDate, RevisionId, Timestamp, local_date};
use crate::office::begin::Begin;
use crate::office::fill::Fill;
use crate::office::submit::Submit;
use crate::office::{
    ActError, Fault, Rules, Target, amend, answers, begin, conflict, desk_allows, fees, fill, opinions, permission,
    submit,
};

/// A dossier opened for its person or for an officer, with its answers readable.
#[derive(Clone)]
pub struct Opened {
    pub dossier: Dossier,
    pub rules: Rules,
    pub published: Arc<Published>,
    pub form: Form,
    /// The answers, identity numbers opened.
    pub data: Value,
    /// Keys of the sections that a new revision has changed, when the draft was just carried over.
    pub changed_sections: Vec<String>,
}

impl Opened {
    /// What the form engine needs for this dossier. Whoever files on paper need have neither phone nor e-mail; of their
    /// birth what is known is offered.
    pub fn ctx<'a>(&self, day: jiff::civil::Date, lists: &'a dyn forms::Lists) -> forms::Ctx<'a> {
        let ctx = forms::Ctx::new(day, lists).contact_optional(!self.dossier.intake().is_online());
        ctx.born(self.dossier.applicant.date_of_birth)
    }
}

/// What a person chooses to begin with.
#[derive(Clone, Debug)]
pub struct Start {
    pub procedure_code: String,
    pub agency_code: String,
    pub case: Option<String>,
    /// Answers over the prefilled ones.
    pub data: Option<Value>,
    /// For whom, where that is another person.
    pub on_behalf_of: Option<Represented>,
    pub intake: Intake,
    /// At the counter: the person who stands there. `None`: the one who is signed in.
    pub applicant: Option<Walkin>,
}

/// The person or organisation for whom another one files: becomes the owner of the dossier.
#[derive(Clone, Debug)]
pub struct Represented {
    pub name: String,
    pub party: accounts::Party,
}

/// A person at the counter, with or without an account.
#[derive(Clone, Debug)]
pub struct Walkin {
    pub account: Option<crate::kernel::AccountId>,
    pub party: accounts::Party,
    pub name: String,
    pub contact: Contact,
}

/// What a page of the form, a patch or the delivery page brings.
#[derive(Clone, Debug, Default)]
pub struct Save {
    /// RFC 7396 patch of the answers.
    pub patch: Option<Value>,
    pub delivery: Option<Delivery>,
    /// Codes of the exemptions from fees that the person claims beside the form, in place of those before.
    pub exemptions: Option<Vec<String>>,
    /// The version that the person looked at.
    pub version: Option<i32>,
    /// The part of the draft that the person has been through with this: key of a page, or [`DELIVERY`].
    pub been_through: Option<String>,
}

/// The part of a draft that says how the result is to come.
pub const DELIVERY: &str = "delivery";

/// An uploaded file that passed its checks and is stored.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Code of the required paper; `None`: another paper.
    pub paper: Option<String>,
    pub file_name: String,
    pub content: Vec<u8>,
}

impl App {
    /// Begins a draft, prefilled from the account.
    ///
    /// # Errors
    /// As [`begin::begin`], and faults in the answers given.
    pub async fn begin_dossier(&self, who: &Actor, start: Start) -> Result<Opened, ActError> {
        let (app, who, now) = (self.clone(), who.clone(), self.now());
        let published = self.catalogue.published(&self.db, &start.procedure_code).await?.ok_or_else(|| {
            ActError::invalid("/procedure_code", "unknown", ("Không có thủ tục này.", "There is no such service."))
        })?;
        let prepared = {
            let (app, who) = (app.clone(), who.clone());
            self.db.read(move |conn| app.prepare(conn, &who, (start, published.id), now)).await?
        };
        let (cmd, rules, published) = prepared;
        let dossier = {
            let (rules, who) = (rules.clone(), who.clone());
            self.db.write(move |tx| begin::begin(tx, &who, cmd.clone(), &rules, now)).await?
        };
        app.opened(dossier, rules, published)
    }

    /// Everything that a draft begins with.
    fn prepare(
        &self,
        conn: &mut Conn,
        who: &Actor,
        (start, revision): (Start, RevisionId),
        now: Timestamp,
    ) -> Result<(Begin, Rules, Arc<Published>), ActError> {
        let unknown = |pointer: &str, message: (&str, &str)| ActError::invalid(pointer, "unknown", message);
        let agency = agencies::by_code(conn, &start.agency_code)?
            .ok_or_else(|| unknown("/agency_code", ("Không có cơ quan này.", "There is no such agency.")))?;
        let (rules, published) = self.rules_for(conn, revision, (agency.id, agency.id))?;
        let case = rules.revision.case(start.case.as_deref()).ok_or_else(|| {
            unknown(
                "/case",
                ("Hãy chọn một trường hợp giải quyết của thủ tục.", "Choose one of the cases of the service."),
            )
        })?;
        let form = published.form(&case.code).ok_or_else(|| unknown("/procedure_code", NOT_ONLINE))?;
        // Whoever sends answers sends the whole address with them.
        let home = start.data.is_none().then_some(agency.province_code.as_deref());
        let (applicant, person) = self.applicant(conn, who, (start.applicant, home))?;
        let day = local_date(now);
        let lists = self.units(conn)?;
        let ctx = forms::Ctx::new(day, &lists);
        let known = form.prefill(&person, &ctx).data;
        let data = start.data.as_ref().map_or_else(|| known.clone(), |given| form.patched(&known, given));
        let checked = form.check(&data, CheckMode::Draft, &ctx).map_err(|e| ActError::Invalid(faults(&e)))?;
        let represented = start.on_behalf_of.map(|other| self.represented(other)).transpose()?;
        // Whoever names their own number files for themselves.
        let represented = represented.filter(|owner| owner.number_index != applicant.number_index);
        let cmd = Begin {
            procedure: published.procedure,
            agencies: procedures::agencies_for(conn, published.procedure)?.into_iter().map(|a| a.id).collect(),
            case_code: case.code.clone(),
            intake: start.intake,
            on_behalf: represented.as_ref().map(|owner| json!({"kind": owner.kind.as_str()})),
            owner: represented.unwrap_or_else(|| applicant.clone()),
            applicant,
            answers: self.seal(&form, checked.data())?,
            delivery: Delivery::default(),
        };
        Ok((cmd, rules, published))
    }

    /// The owner for whom another one files. An account of theirs is found at filing, not before: a draft is private.
    fn represented(&self, other: Represented) -> Result<Party, ActError> {
        let sealed = accounts::seal(&self.keys, &other.party).map_err(crypto)?;
        let number_masked = Some(other.party.masked()).filter(|m| !m.is_empty());
        Ok(party(sealed, None, other.name, Contact { number_masked, ..Contact::default() }))
    }

    /// The applicant's party, and what their account or the counter can prefill. `home`: the agency's province, where an
    /// address typed at the counter is taken apart.
    fn applicant(
        &self,
        conn: &mut Conn,
        who: &Actor,
        (walkin, home): (Option<Walkin>, Option<Option<&str>>),
    ) -> Result<(Party, Person), ActError> {
        if let Some(walkin) = walkin {
            let sealed = accounts::seal(&self.keys, &walkin.party).map_err(crypto)?;
            let account = walkin.account.map(|id| people::by_id(conn, id)).transpose()?;
            let lists = self.units(conn)?;
            let person = known::at_counter(&walkin, account.as_ref(), (&lists, home));
            let contact =
                Contact { number_masked: Some(walkin.party.masked()).filter(|m| !m.is_empty()), ..walkin.contact };
            return Ok((party(sealed, walkin.account, walkin.name, contact), person));
        }
        let account = who.account().ok_or(ActError::Forbidden)?;
        let account = people::by_id(conn, account)?;
        let opened = account.party.open(&self.keys).map_err(crypto)?;
        let person = known::person_of(&account, opened.number());
        let contact = Contact {
            phone: account.phone.clone(),
            email: account.email.clone(),
            address: account.address.as_ref().and_then(|a| a.get("detail")).and_then(Value::as_str).map(str::to_owned),
            date_of_birth: account.date_of_birth.map(PartialDate::Day),
            sex: account.sex.map(|s| s.as_str().to_owned()),
            number_masked: Some(opened.masked()).filter(|m| !m.is_empty()),
        };
        Ok((party(account.party.clone(), Some(account.id), account.full_name.clone(), contact), person))
    }

    /// Opens a dossier by code, reference or id for a person who may see it. A draft of an older revision is carried
    /// over to the current one in memory; the next save keeps it.
    ///
    /// # Errors
    /// [`ActError::NotFound`] where even its existence is private, [`ActError::Forbidden`] for officers elsewhere.
    pub async fn open_dossier(&self, who: &Actor, name: &str) -> Result<Opened, ActError> {
        let (app, who, name) = (self.clone(), who.clone(), name.to_owned());
        let opened = self.db.read(move |conn| app.open_in(conn, &who, &name)).await?;
        if opened.dossier.state() != Some(State::Draft) {
            return Ok(opened);
        }
        match self.catalogue.published(&self.db, &opened.rules.revision.code).await? {
            Some(current) if current.id != opened.rules.revision_id => {
                let app = self.clone();
                self.db.read(move |conn| app.carry_over(conn, opened, current)).await
            }
            _ => Ok(opened),
        }
    }

    /// [`App::open_dossier`] on a connection.
    ///
    /// # Errors
    /// As [`App::open_dossier`].
    pub fn open_in(&self, conn: &mut Conn, who: &Actor, name: &str) -> Result<Opened, ActError> {
        let dossier = self.visible(conn, who, name)?;
        let (rules, published) = self.rules_of(conn, &dossier)?;
        if let Actor::Officer(_) = who {
            let own_draft = dossier.state() == Some(State::Draft) && dossier.typed_by == who.account();
            let seen =
                dossier.state() != Some(State::Draft) && permission::may_see(who, &dossier, &rules.revision.field.code);
            if !own_draft && !seen && !opinions::is_asked(conn, who, &dossier, &rules)? {
                return Err(ActError::Forbidden);
            }
            conflict::keep_away(conn, who, &dossier)?;
        }
        self.opened(dossier, rules, published)
    }

    fn visible(&self, conn: &mut Conn, who: &Actor, name: &str) -> Result<Dossier, ActError> {
        let not_found = |e| match e {
            db::Error::NotFound => ActError::NotFound,
            e => ActError::Db(e),
        };
        let id = dossiers::find_id(conn, name).map_err(not_found)?;
        let dossier = dossiers::by_id(conn, id).map_err(not_found)?;
        match who {
            Actor::Citizen { account, .. } if dossier.belongs_to(*account) => Ok(dossier),
            Actor::Officer(_) | Actor::System => Ok(dossier),
            Actor::Citizen { .. } | Actor::Anonymous => Err(ActError::NotFound),
        }
    }

    fn opened(&self, dossier: Dossier, rules: Rules, published: Arc<Published>) -> Result<Opened, ActError> {
        let form = published
            .form(&dossier.case_code)
            .ok_or_else(|| ActError::rule("no-form", ("Thủ tục không có biểu mẫu.", "The service has no form.")))?;
        let data = answers::open(&self.keys, &dossier.data);
        Ok(Opened { dossier, rules, published, form, data, changed_sections: Vec::new() })
    }

    /// Moves a draft to the procedure's current revision by the stable ids of its fields.
    fn carry_over(&self, conn: &mut Conn, old: Opened, current: Arc<Published>) -> Result<Opened, ActError> {
        let Some(form) = current.form(&old.dossier.case_code) else { return Ok(old) };
        let (data, changed_sections) = form.migrate_from(&old.form, &old.data);
        let (rules, published) =
            self.rules_for(conn, current.id, (old.dossier.agency_id, old.dossier.acting_agency_id))?;
        Ok(Opened { rules, published, form, data, changed_sections, ..old })
    }

    /// Saves answers (checked as a draft: incomplete is fine, ill-typed is not) and the delivery.
    ///
    /// # Errors
    /// Faults in the answers, and as [`fill::fill`].
    pub async fn save_dossier(&self, who: &Actor, name: &str, save: Save) -> Result<Opened, ActError> {
        let now = self.now();
        let opened = self.open_dossier(who, name).await?;
        if matches!(who, Actor::Citizen { .. }) && amend::is_open(&opened.dossier, &opened.rules, now)? {
            return self.amend(who, opened, save, now).await;
        }
        // The patch goes over the answers that were opened: another version would be overwritten.
        let version = opened.dossier.version;
        if save.version.is_some_and(|seen| seen != version) {
            return Err(ActError::Stale { version });
        }
        let rebased = opened.rules.revision_id != opened.dossier.revision_id;
        let filed = opened.dossier.state() != Some(State::Draft);
        let mut data = opened.data.clone();
        match &save.patch {
            // What was filed changes by what is said alone.
            Some(patch) if filed => forms::apply_merge_patch(&mut data, patch),
            Some(patch) => data = opened.form.patched(&opened.data, patch),
            None => {}
        }
        let (app, form, before) = (self.clone(), opened.form.clone(), opened.data.clone());
        let (sealed, changes) = self
            .db
            .read(move |conn| {
                let lists = app.units(conn)?;
                let ctx = forms::Ctx::new(local_date(now), &lists);
                let checked = form.check(&data, CheckMode::Draft, &ctx).map_err(|e| ActError::Invalid(faults(&e)))?;
                let changes = filed.then(|| completeness::changes(&form, (&before, checked.data()), &ctx));
                Ok::<_, ActError>((app.seal(&form, checked.data())?, changes.unwrap_or_default()))
            })
            .await?;
        let cmd = Fill {
            answers: Some(sealed),
            changes,
            delivery: save.delivery.map(clean_delivery).transpose()?,
            exemptions: save.exemptions,
            been_through: save.been_through,
            rebased,
            ..Fill::default()
        };
        let target = Target { id: opened.dossier.id, version: Some(version) };
        let (who, rules) = (who.clone(), opened.rules.clone());
        let dossier = self.db.write(move |tx| fill::fill(tx, &who, (target, cmd.clone()), &rules, now)).await?;
        self.opened(dossier, opened.rules, opened.published)
    }

    /// Files a draft: checks everything outside, then one transaction. The same `key` again answers the dossier as it
    /// was filed; without one the draft itself is the key.
    ///
    /// # Errors
    /// Every fault of the answers (`/data/…`) and papers (`/documents/…`), and as [`submit::submit`].
    pub async fn submit_dossier(&self, who: &Actor, name: &str, key: Option<String>) -> Result<Opened, ActError> {
        let done = Box::pin(self.submit_once(who, name, key.clone())).await;
        if !matches!(done, Err(ActError::Stale { .. } | ActError::NotAllowed { .. })) {
            return done;
        }
        // Two calls with one key at the same moment: the other one filed it.
        let there = self.open_dossier(who, name).await?;
        if there.dossier.state() == Some(State::Draft) {
            // Saved from another device between reading and writing: what stands there now is checked and filed.
            return Box::pin(self.submit_once(who, name, key)).await;
        }
        let key = key.unwrap_or_else(|| own_key(&there.dossier));
        if there.dossier.submission_key == Some(key) { Ok(there) } else { done }
    }

    async fn submit_once(&self, who: &Actor, name: &str, key: Option<String>) -> Result<Opened, ActError> {
        let now = self.now();
        let newest = self.catalogue.snapshot(&self.db).await?;
        let (app, who_asks, name) = (self.clone(), who.clone(), name.to_owned());
        let read = move |conn: &mut Conn| {
            let opened = app.open_in(conn, &who_asks, &name)?;
            let key = key.unwrap_or_else(|| own_key(&opened.dossier));
            if opened.dossier.submission_key.as_ref() == Some(&key) {
                return Ok::<_, ActError>((opened, None));
            }
            desk_allows(&who_asks, &opened.dossier, &opened.rules, Step::Submit)?;
            let current = newest.index().get(&opened.rules.revision.code).map(|entry| entry.revision);
            if current.is_some_and(|revision| revision != opened.dossier.revision_id) {
                if app.is_case_gone(conn, current, &opened)? {
                    return Err(ActError::rule(
                        "case-gone",
                        (
                            "Trường hợp này không còn trong thủ tục; hãy bắt đầu hồ sơ mới.",
                            "The service has this case no longer: begin a new dossier.",
                        ),
                    ));
                }
                return Err(ActError::rule(
                    "revision-changed",
                    (
                        "Thủ tục vừa được cập nhật; hãy xem lại các phần đã thay đổi rồi nộp.",
                        "The service has just been updated: look at the changed parts again, then file.",
                    ),
                ));
            }
            let prepared = app.prepare_submission(conn, &opened, key, now)?;
            Ok((opened, Some(prepared)))
        };
        let (opened, prepared) = self.db.read(read).await?;
        let Some((cmd, data)) = prepared else { return Ok(opened) };
        let dossier = if opened.rules.revision.automatic {
            self.settle(who, &opened, (cmd, data), now).await?
        } else {
            let (who, rules) = (who.clone(), opened.rules.clone());
            self.db.write(move |tx| submit::submit(tx, &who, &cmd, &rules, now)).await?
        };
        let mut rules = opened.rules;
        if let Some(id) = dossier.window_id {
            rules.window = Some(self.db.read(move |conn| procedures::window(conn, id)).await?);
        }
        self.opened(dossier, rules, opened.published)
    }

    /// Whether the procedure's current revision has no form for the draft's case any more: then it can't be carried over.
    fn is_case_gone(&self, conn: &mut Conn, now: Option<RevisionId>, opened: &Opened) -> Result<bool, db::Error> {
        let Some(id) = now else { return Ok(false) };
        let current = self.catalogue.revision_on(conn, id)?;
        Ok(current.is_some_and(|published| published.form(&opened.dossier.case_code).is_none()))
    }

    /// What is filed, and the checked answers with identity numbers open.
    fn prepare_submission(
        &self,
        conn: &mut Conn,
        opened: &Opened,
        key: String,
        now: Timestamp,
    ) -> Result<(Submit, Value), ActError> {
        let (data, needed) = self.complete(conn, opened, &opened.data, now)?;
        let cmd = Submit {
            id: opened.dossier.id,
            checked_version: opened.dossier.version,
            key,
            reference: crate::kernel::national::SubmissionReference::generate(&mut rand::rng()),
            answers: self.seal(&opened.form, &data)?,
            papers: needed,
            fees: fees::assessed(&opened.rules, (&opened.dossier, &data), local_date(now)),
        };
        Ok((cmd, data))
    }

    pub(super) fn seal(&self, form: &Form, data: &Value) -> Result<answers::Sealed, ActError> {
        answers::seal(form, &self.keys, data).map_err(crypto)
    }
}

fn crypto(e: crate::kernel::crypto::CryptoError) -> ActError {
    ActError::Db(db::Error::Other(format!("sealing: {e}")))
}

fn party(sealed: SealedParty, account: Option<crate::kernel::AccountId>, name: String, contact: Contact) -> Party {
    Party { account, kind: sealed.kind, number_enc: sealed.number_enc, number_index: sealed.index, name, contact }
}

/// The key of a draft that is filed without another one: the same from every browser.
fn own_key(dossier: &Dossier) -> String {
    format!("nop:{}", dossier.id)
}

/// A procedure that the portal only informs about.
const NOT_ONLINE: (&str, &str) =
    ("Thủ tục này chưa nộp trực tuyến được trên Cổng này.", "This service can't be filed on this portal yet.");

pub(super) fn clean_delivery(delivery: Delivery) -> Result<Delivery, ActError> {
    let address = delivery.address.map(|a| crate::kernel::text::line(&a)).filter(|a| !a.is_empty());
    if address.as_ref().is_some_and(|a| a.chars().count() > 500) {
        return Err(ActError::invalid(
            "/delivery/address",
            "too_long",
            ("Địa chỉ tối đa 500 ký tự.", "An address has at most 500 characters."),
        ));
    }
    Ok(Delivery { address, ..delivery })
}

/// Faults of answers as faults of the dossier.
pub fn faults(errors: &[FieldError]) -> Vec<Fault> {
    errors
        .iter()
        .map(|e| {
            let code = json!(e.code).as_str().unwrap_or("invalid").to_owned();
            let message = (e.message(Lang::Vi), e.message(Lang::En));
            Fault::new(format!("/data{}", e.pointer), code, message)
        })
        .collect()
}
