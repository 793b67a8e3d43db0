//! A dossier in JSON (contract.md §6): one shape for citizens and officers.

use serde::Serialize;
use serde_json::Value;

use super::Named;
use super::exemption_json::{self, ExemptionJson};
use super::obligations::{ObligationJson, TreasuryPaymentJson, collector, notices, treasury};
use crate::app::filing::Opened;
use crate::db;
use crate::documents::{Document, ResultRow};
use crate::dossiers::{Dossier, Event, Message, Party, Status, Step};
use crate::feedback::offered;
use crate::kernel::{Actor, Lang, Timestamp, Vnd, local_date};
use crate::office::{amend, fees};
use crate::payments::{FeeLineRow, ReceiptRow};
use crate::web::refusal::action_names;
use crate::web::whole::{Around, clock_of};
use crate::web::{Result, Visit};

/// The revision of a procedure that a dossier was filed on.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ProcedureRef {
    code: String,
    name: String,
    /// Number of the revision.
    revision: i32,
}

/// Where a dossier stands.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct StatusJson {
    /// The national number, 1 to 10; null for a draft.
    number: Option<i32>,
    #[schema(example = "submitted")]
    key: &'static str,
    label: &'static str,
}

impl StatusJson {
    /// A status in a language.
    pub fn of(status: Status, lang: Lang) -> Self {
        Self { number: status.number(), key: status.key(), label: status.label(lang) }
    }
}

/// A file of a dossier.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct DocumentJson {
    pub id: String,
    /// Code of the required paper; null for another paper.
    code: Option<String>,
    file_name: String,
    mime: String,
    /// Bytes.
    size: i64,
    /// `upload`, `store`, `counter` or `result`
    source: String,
    /// `pending`, `clean`, `infected` or `unscanned`
    scan: String,
    #[schema(value_type = String)]
    added_at: Timestamp,
    url: String,
}

impl DocumentJson {
    /// A file; `base` is the dossier's address in the API.
    pub fn of(document: &Document, scan: &str, base: &str) -> Self {
        Self {
            id: document.id.to_string(),
            code: document.paper_code.clone(),
            file_name: document.file_name.clone(),
            mime: document.mime.clone(),
            size: document.size,
            source: document.source.clone(),
            scan: scan.to_owned(),
            added_at: document.recorded_at,
            url: format!("{base}/attachments/{}", document.id),
        }
    }
}

/// A fee of a dossier.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct FeeJson {
    /// What `record_payment` names it by.
    id: String,
    code: String,
    /// `fee` (phí) or `charge` (lệ phí); of what was asked for later `phi`, `le_phi`, `land_use_fee`,
    /// `registration_charge`, `personal_income_tax` or another word
    kind: String,
    name: String,
    /// Whole đồng.
    #[schema(value_type = i64)]
    amount_vnd: Vnd,
    /// `due`, `pending`, `paid`, `failed`, `expired`, `refunding`, `refunded` or `waived`
    state: &'static str,
    /// `here`, or `elsewhere`: then no gateway takes it and it gets no receipt
    collected_by: &'static str,
}

impl FeeJson {
    /// A fee by its name in the reader's language.
    fn of(line: &FeeLineRow, name: &str) -> Self {
        Self {
            id: line.id.to_string(),
            code: line.code.clone(),
            kind: line.kind.clone(),
            name: name.to_owned(),
            amount_vnd: line.amount(),
            state: line.state().as_str(),
            collected_by: collector(line),
        }
    }
}

/// A result of a dossier.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ResultJson {
    code: String,
    name: String,
    /// What `/results/{token}` and `/xac-thuc/{token}` take.
    token: String,
    /// The PDF, under `/api/v1`.
    url: String,
    revoked: bool,
    signed: bool,
}

/// A receipt (biên lai) for fees that were paid.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ReceiptJson {
    /// Ký hiệu mẫu.
    template: String,
    /// Ký hiệu.
    series: String,
    number: i64,
    /// Whole đồng.
    #[schema(value_type = i64)]
    total_vnd: Vnd,
    #[schema(value_type = String)]
    issued_at: Timestamp,
    /// The signed PDF, under `/api/v1`.
    url: String,
    /// The signed XML.
    xml_url: String,
}

impl ReceiptJson {
    fn of(row: &ReceiptRow, base: &str) -> Self {
        let url = format!("{base}/receipts/{}-{}", row.series, row.number);
        Self {
            template: row.template.clone(),
            series: row.series.clone(),
            number: row.number,
            total_vnd: row.total(),
            issued_at: row.issued_at,
            xml_url: format!("{url}.xml"),
            url: format!("{url}.pdf"),
        }
    }
}

/// How the result is to come.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct DeliveryJson {
    /// `online`, `counter` or `post`
    method: &'static str,
    address: Option<String>,
}

/// What the agency asks the citizen for.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct SupplementJson {
    reason: String,
    #[schema(value_type = Vec<Object>)]
    items: Value,
    /// The last day, `YYYY-MM-DD`.
    due_on: String,
}

/// A party of a dossier, for those who may see it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct PartyJson {
    name: String,
    /// What identifies the party: `personal_number`, `old_id`, `passport`, `org_tax`, `none_yet`.
    kind: &'static str,
    /// With all but its beginning hidden.
    number_masked: Option<String>,
    phone: Option<String>,
    email: Option<String>,
}

/// The session (đợt) that a dossier was filed in.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct SessionJson {
    code: String,
    #[schema(value_type = String)]
    closes_at: Timestamp,
    /// Until when the citizen may change what was filed: `PATCH`, and new papers. Null when no more.
    #[schema(value_type = Option<String>)]
    editable_until: Option<Timestamp>,
}

/// A dossier.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct DossierJson {
    pub id: String,
    pub reference: Option<String>,
    /// Null before acceptance.
    pub code: Option<String>,
    procedure: ProcedureRef,
    case: String,
    agency: Named,
    /// `self_remote`, `helper_home`, `helper_counter`, `counter` or `post`
    intake: &'static str,
    status: StatusJson,
    flags: Vec<&'static str>,
    /// The workflow step that has it now.
    step: Option<String>,
    #[schema(value_type = Option<String>)]
    due_at: Option<Timestamp>,
    #[schema(value_type = Option<String>)]
    acceptance_due_at: Option<Timestamp>,
    /// Until the time that counts now; negative when late; null where none runs.
    remaining_working_minutes: Option<i64>,
    overdue: bool,
    #[schema(value_type = Option<String>)]
    submitted_at: Option<Timestamp>,
    #[schema(value_type = Option<String>)]
    accepted_at: Option<Timestamp>,
    #[schema(value_type = Option<String>)]
    decided_at: Option<Timestamp>,
    #[schema(value_type = Option<String>)]
    handed_over_at: Option<Timestamp>,
    /// The session (đợt) that it was filed in.
    session: Option<SessionJson>,
    /// Until when a draft is kept.
    #[schema(value_type = Option<String>)]
    draft_expires_at: Option<Timestamp>,
    #[schema(value_type = String)]
    updated_at: Timestamp,
    /// What `If-Match` takes.
    pub version: i32,
    /// What the one who asks may do now.
    allowed_actions: Vec<&'static str>,
    applicant: PartyJson,
    owner: PartyJson,
    /// Whether the applicant files for the owner.
    on_behalf: bool,
    delivery: DeliveryJson,
    documents: Vec<DocumentJson>,
    fees: Vec<FeeJson>,
    /// Sum still owed, whole đồng.
    #[schema(value_type = i64)]
    fees_due: Vnd,
    /// Paid too much and not yet given back, whole đồng.
    #[schema(value_type = i64)]
    fees_to_return: Vnd,
    /// The exemptions from fees that it claims.
    exemptions: Vec<ExemptionJson>,
    /// Of what was paid.
    receipts: Vec<ReceiptJson>,
    /// Notices of other agencies that requests for payment rest on.
    obligations: Vec<ObligationJson>,
    /// Paid to the State Treasury.
    treasury_payments: Vec<TreasuryPaymentJson>,
    results: Vec<ResultJson>,
    /// The open request for papers or corrections.
    supplement: Option<SupplementJson>,
    /// 1 to 5, once it was rated.
    rating: Option<i32>,
    /// Version of the e-form that `data` follows.
    form_version: String,
    /// Keys of the form's sections that a new revision changed, when a draft was just carried over.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changed_sections: Vec<String>,
    /// The answers, where the reader may see them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    data: Option<Value>,
}

/// Reads what is around a dossier and makes its JSON for whoever asks. Lists leave the answers out.
pub(in crate::web) async fn dossier(visit: &Visit, opened: &Opened, with_data: bool) -> Result<DossierJson> {
    let (visit_of, opened_too) = (Reader::of(visit), opened.clone());
    Ok(visit.app.db.read(move |conn| visit_of.read(conn, &opened_too, with_data)).await?)
}

/// Who reads, detached from the request's thread.
#[derive(Clone)]
pub(in crate::web) struct Reader {
    who: Actor,
    lang: Lang,
    now: Timestamp,
    officer: bool,
}

impl Reader {
    pub fn of(visit: &Visit) -> Self {
        let officer = visit.actor.officer().is_some();
        Self { who: visit.actor.clone(), lang: visit.lang, now: visit.now(), officer }
    }

    /// A dossier's JSON, on a connection.
    ///
    /// # Errors
    /// A failure of the database.
    pub fn read(
        &self,
        conn: &mut db::Conn,
        opened: &Opened,
        with_data: bool,
    ) -> std::result::Result<DossierJson, db::Error> {
        let around = Around::read(conn, &opened.dossier)?;
        let may = offered(conn, &self.who, (&opened.dossier, &opened.rules), self.now)?;
        Ok(self.json(opened, (&around, &may), with_data))
    }

    fn base(&self, dossier: &Dossier) -> String {
        let part = if self.officer { "office/dossiers" } else { "dossiers" };
        format!("/api/v1/{part}/{}", dossier.name())
    }

    fn json(&self, opened: &Opened, (around, may): (&Around, &[Step]), with_data: bool) -> DossierJson {
        let (d, rules) = (&opened.dossier, &opened.rules);
        let base = self.base(d);
        let clock = clock_of(d, rules, self.now);
        let late_to_accept = d
            .acceptance_due_at
            .is_some_and(|due| d.status() == Status::Submitted && d.paused_since.is_none() && self.now > due);
        DossierJson {
            id: d.id.to_string(),
            reference: d.reference.clone(),
            code: d.code.clone(),
            procedure: ProcedureRef {
                code: rules.revision.code.clone(),
                name: rules.revision.name.get(self.lang).to_owned(),
                revision: opened.published.number,
            },
            case: d.case_code.clone(),
            agency: Named::new(&rules.agency.code, &rules.agency.name),
            intake: d.intake().as_str(),
            status: StatusJson::of(d.status(), self.lang),
            flags: d.flags.names(),
            step: d.step.clone(),
            due_at: d.due_at,
            acceptance_due_at: d.acceptance_due_at,
            remaining_working_minutes: clock.as_ref().map(|c| c.minutes),
            overdue: late_to_accept || d.is_overdue(self.now),
            submitted_at: d.submitted_at,
            accepted_at: d.accepted_at,
            decided_at: d.decided_at,
            handed_over_at: d.handed_over_at,
            session: rules.window.as_ref().map(|window| SessionJson {
                code: window.code.clone(),
                closes_at: window.closes_at,
                editable_until: Some(window.changes_end())
                    .filter(|_| amend::is_open(d, rules, self.now).unwrap_or(false)),
            }),
            draft_expires_at: d.draft_expires_at,
            updated_at: d.updated_at,
            version: d.version,
            allowed_actions: action_names(may),
            applicant: party(d.applicant_party()),
            owner: party(d.owner_party()),
            on_behalf: d.on_behalf.is_some(),
            delivery: DeliveryJson { method: d.delivery.method.as_str(), address: d.delivery.address.clone() },
            documents: around.documents.iter().map(|(doc, scan)| DocumentJson::of(doc, scan, &base)).collect(),
            fees: around
                .fees
                .iter()
                .map(|line| FeeJson::of(line, fees::name_of((d, rules), line, self.lang)))
                .collect(),
            fees_due: around.fees_due(),
            fees_to_return: around.back.to_come,
            exemptions: exemption_json::of(opened, &around.exemptions, (self.lang, self.now)),
            receipts: around.receipts.iter().map(|row| ReceiptJson::of(row, &base)).collect(),
            obligations: notices((d, around), &base, local_date(self.now)),
            treasury_payments: treasury(around),
            results: around.results.iter().filter(|r| self.sees(r)).map(|r| result(r, &base)).collect(),
            supplement: around.open_supplement().map(|request| SupplementJson {
                reason: request.reason.clone(),
                items: serde_json::to_value(request.items()).unwrap_or_default(),
                due_on: request.due_on().to_string(),
            }),
            rating: around.rating.as_ref().map(|given| given.score),
            form_version: opened.form.version().to_owned(),
            changed_sections: opened.changed_sections.clone(),
            data: with_data.then(|| opened.data.clone()),
        }
    }

    /// Officers see a result from the decision on, the citizen when it was handed over.
    fn sees(&self, result: &ResultRow) -> bool {
        self.officer || result.handed_over_at.is_some()
    }
}

fn party(party: Party) -> PartyJson {
    PartyJson {
        name: party.name,
        kind: party.kind.as_str(),
        number_masked: party.contact.number_masked,
        phone: party.contact.phone,
        email: party.contact.email,
    }
}

fn result(row: &ResultRow, base: &str) -> ResultJson {
    ResultJson {
        code: row.code.clone(),
        name: row.name.clone(),
        token: row.token.clone(),
        url: format!("{base}/results/{}", row.id),
        revoked: row.revoked_at.is_some(),
        signed: row.signed_at.is_some(),
    }
}

/// An event of a dossier.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct EventJson {
    seq: i32,
    #[schema(example = "submit")]
    act: String,
    actor: ActorJson,
    /// Status before, 1 to 10.
    from: Option<i32>,
    to: Option<i32>,
    note: Option<String>,
    #[schema(value_type = String)]
    occurred_at: Timestamp,
    #[schema(value_type = String)]
    recorded_at: Timestamp,
    /// What changed; officers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    changes: Option<Value>,
}

/// Who acted.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct ActorJson {
    /// `citizen`, `officer` or `system`
    kind: String,
    name: String,
}

impl EventJson {
    /// An event for the citizen, or with all it carries for officers.
    pub fn of(event: &Event, for_officers: bool) -> Self {
        Self {
            seq: event.seq,
            act: event.act.clone(),
            actor: ActorJson { kind: event.actor_kind.clone(), name: event.actor_name.clone() },
            from: event.from,
            to: event.to,
            note: event.note.clone(),
            occurred_at: event.occurred_at,
            recorded_at: event.recorded_at,
            changes: for_officers.then(|| event.changes.clone()),
        }
    }
}

/// A message between the citizen and the agency.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct MessageJson {
    id: String,
    from_citizen: bool,
    author: String,
    text: String,
    #[schema(value_type = String)]
    at: Timestamp,
}

impl From<&Message> for MessageJson {
    fn from(message: &Message) -> Self {
        Self {
            id: message.id.to_string(),
            from_citizen: message.from_citizen,
            author: message.author_name.clone(),
            text: message.text.clone(),
            at: message.created_at,
        }
    }
}
