//! Papers and results as PDF: set on first need, stored once by content hash.

use super::App;
use super::filing::Opened;
use crate::accounts::rights;
use crate::documents::papers::{
    ControlSheet, Declaration, Entry, Fact, HandOver, Letterhead, Paper, Party, ProcedureName, Register, RegisterRow,
    Section, Signatory,
};
use crate::documents::pdf::Marks;
use crate::documents::{self, ArchiveError, ResultFacts, ResultRow, Side};
use crate::dossiers::{self, DeliveryMethod, Dossier, Event, HandOverRow, Step};
use crate::forms::{Ctx, SummaryItem, SummarySection};
use crate::kernel::clock::local;
use crate::kernel::national::Phone;
use crate::kernel::{Actor, Lang, Timestamp, local_date};
use crate::office::hand_over::Receiver;
use crate::office::permission::{may_see, serves};
use crate::office::{ActError, answers};

/// The code of receipts among the papers.
pub const RECEIPT: &str = "bien-lai";

/// The section of a declaration that holds only the promise to tell the truth: it stands above the signature.
const OATH_SECTION: &str = "cam_doan";

/// Why there is no PDF.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// The act behind the paper never happened.
    #[error("no such paper")]
    NotMade,
    #[error(transparent)]
    Act(#[from] ActError),
    #[error(transparent)]
    Archive(#[from] ArchiveError),
}

impl From<crate::db::Error> for PaperError {
    fn from(e: crate::db::Error) -> Self {
        Self::Act(ActError::Db(e))
    }
}

impl App {
    /// A paper of a dossier by its form: `mau-01` … `mau-07`, `thong-bao-nghia-vu`, `xac-nhan-nop`, `to-khai`.
    ///
    /// # Errors
    /// [`PaperError::NotMade`] where the act behind it never happened; else as opening the dossier.
    pub async fn paper_pdf(&self, who: &Actor, name: &str, form: &str) -> Result<Vec<u8>, PaperError> {
        let opened = self.open_dossier(who, name).await?;
        match form {
            "mau-06" => self.control_sheet(who, opened).await,
            "mau-07" => self.register_page(who, opened).await,
            "to-khai" => self.declaration(opened).await,
            // Of receipts there may be several, and each is signed: they have an address of their own.
            RECEIPT => Err(PaperError::NotMade),
            _ => self.made_paper(opened, form).await,
        }
    }

    async fn made_paper(&self, opened: Opened, form: &str) -> Result<Vec<u8>, PaperError> {
        let (id, kind) = (opened.dossier.id, form.to_owned());
        let row = self.db.read(move |c| documents::paper_of(c, id, &kind)).await?.ok_or(PaperError::NotMade)?;
        Ok(self.archive.paper_pdf(row, opened.rules.agency.is_demo, self.now()).await?)
    }

    /// The PDF of a result with the signatures made so far.
    ///
    /// # Errors
    /// As [`App::paper_pdf`].
    pub async fn result_pdf(&self, opened: &Opened, result: &ResultRow) -> Result<Vec<u8>, PaperError> {
        if let Some(hash) = &result.blob_hash {
            return Ok(self.archive.content(hash).await?);
        }
        let (app, opened_too, row) = (self.clone(), opened.clone(), result.clone());
        let paper = self.db.read(move |c| app.result_paper(c, &opened_too, &row)).await?;
        Ok(self.archive.result_pdf(result, || paper, opened.rules.agency.is_demo, self.now()).await?)
    }

    /// What a result says, identity numbers opened.
    fn result_paper(
        &self,
        conn: &mut crate::db::Conn,
        opened: &Opened,
        result: &ResultRow,
    ) -> Result<Paper, crate::db::Error> {
        let sealed = result.data.get("fields").cloned().unwrap_or_default();
        let fields = answers::open(&self.keys, &sealed);
        let lists = self.units(conn)?;
        let ctx = Ctx::new(local_date(result.issued_at), &lists);
        let form = opened.published.result_form(&opened.dossier.case_code, &result.code);
        let summary = form.as_ref().map(|f| f.summary(&fields, Lang::Vi, &ctx)).unwrap_or_default();
        let shown = summary.into_iter().flat_map(|section| section.items).filter(|item| !item.value.is_empty());
        let text = |key: &str| result.data.get(key).and_then(serde_json::Value::as_str).map(str::to_owned);
        let agency = &opened.rules.agency;
        let committee = agency.name.to_lowercase().starts_with("ủy ban nhân dân");
        let facts = ResultFacts {
            head: Letterhead {
                parent: agency.parent.clone(),
                agency: agency.name.clone(),
                number: result.number.clone(),
                place: agency.place.clone(),
                day: local_date(result.issued_at),
            },
            signer: Signatory {
                authority: committee.then(|| "TM. Ủy ban nhân dân".to_owned()),
                title: if committee { "Chủ tịch" } else { "Thủ trưởng cơ quan" }.to_owned(),
                name: text("decided_by").unwrap_or_default(),
            },
            applicant: concerned(&opened.dossier, &result.template),
            procedure: procedure(opened),
            code: opened.dossier.name(),
            submitted_at: local(opened.dossier.submitted_at.unwrap_or(result.issued_at)),
            name: result.name.clone(),
            fields: &fields,
            answers: &opened.data,
            facts: shown.map(|item| Fact { label: item.label, value: item.value }).collect(),
            reason: text("reason").filter(|r| !r.is_empty()),
            words: &|side, pointer| match side {
                Side::Result => form.as_ref()?.display(&fields, pointer, Lang::Vi, &ctx),
                Side::Form => opened.form.display(&opened.data, pointer, Lang::Vi, &ctx),
            },
        };
        Ok(documents::result_paper(&result.template, facts))
    }

    /// Mẫu 06: the hand-overs so far, read from the event log.
    async fn control_sheet(&self, who: &Actor, opened: Opened) -> Result<Vec<u8>, PaperError> {
        let id = opened.dossier.id;
        let read = move |c: &mut crate::db::Conn| {
            Ok::<_, crate::db::Error>((dossiers::events_of(c, id)?, dossiers::handover_of(c, id)?))
        };
        let (events, handed) = self.db.read(read).await?;
        let tells = is_told_receivers(who, &opened.dossier, &opened.rules.revision.field.code);
        let taker = handed.as_ref().filter(|_| tells).and_then(Receiver::of).map(|receiver| receiver.name);
        let rows: Vec<HandOver> = events.iter().filter_map(|e| hand_over_row(e, &opened, taker.as_deref())).collect();
        let Some(accepted) = opened.dossier.accepted_at.filter(|_| !rows.is_empty()) else {
            return Err(PaperError::NotMade);
        };
        let sheet = ControlSheet {
            head: self.head(&opened),
            code: opened.dossier.name(),
            decided_by: opened.rules.agency.name.clone(),
            applicant: party(&opened.dossier),
            procedure: procedure(&opened),
            received_at: local(accepted),
            due_at: opened.dossier.due_at.map(local),
            rows,
        };
        let marks =
            self.marks(&format!("/tra-cuu?ma={}", opened.dossier.name()), opened.rules.agency.is_demo, self.now());
        Ok(self.archive.set(sheet.into(), marks).await?)
    }

    async fn register_page(&self, who: &Actor, opened: Opened) -> Result<Vec<u8>, PaperError> {
        let register = self.register(who, &opened).await?;
        let marks = self.marks("/tra-cuu", opened.rules.agency.is_demo, self.now());
        Ok(self.archive.set(register.into(), marks).await?)
    }

    /// Mẫu 07: the page of the agency's register for the day on which this dossier was accepted, with the dossiers that
    /// `who` may see: an officer of one field reads nobody's business in another, and of another agency not who took a
    /// result.
    ///
    /// # Errors
    /// [`PaperError::NotMade`] before acceptance, or a failure of the database.
    pub async fn register(&self, who: &Actor, opened: &Opened) -> Result<Register, PaperError> {
        let accepted = opened.dossier.accepted_at.ok_or(PaperError::NotMade)?;
        let (agency, day) = (opened.dossier.agency_id, local_date(accepted));
        let officer = who.officer().map(|officer| officer.account);
        let read = move |c: &mut crate::db::Conn| {
            let kept_away = officer.map(|officer| rights::conflicting(c, officer)).transpose()?;
            let of_day = dossiers::accepted_on(c, (agency, day), &kept_away.unwrap_or_default())?;
            let handed = of_day.iter().filter(|(d, ..)| d.handed_over_at.is_some()).map(|(d, ..)| d.id);
            let handed = dossiers::handovers_of(c, &handed.collect::<Vec<_>>())?;
            Ok::<_, crate::db::Error>((of_day, handed))
        };
        let (of_day, handed) = self.db.read(read).await?;
        let seen = of_day.iter().filter(|(d, field, _)| d.id == opened.dossier.id || may_see(who, d, field));
        let rows = seen.map(|(d, field, procedure)| {
            let handed = handed.iter().find(|row| row.dossier_id == d.id);
            let receiver = handed.filter(|_| is_told_receivers(who, d, field)).and_then(receiver_words);
            RegisterRow { receiver, ..register_row(d, procedure, (opened, handed)) }
        });
        let rows = rows.collect();
        Ok(Register { head: self.head(opened), volume: None, first_number: 1, from: day, to: day, rows })
    }

    /// Tờ khai as it was filled in.
    async fn declaration(&self, opened: Opened) -> Result<Vec<u8>, PaperError> {
        let at = opened.dossier.submitted_at.unwrap_or_else(|| self.now());
        let (app, form, data) = (self.clone(), opened.form.clone(), opened.data.clone());
        let summary = self
            .db
            .read(move |c| {
                let lists = app.units(c)?;
                Ok::<_, crate::db::Error>(form.summary(&data, Lang::Vi, &Ctx::new(local_date(at), &lists)))
            })
            .await?;
        let signed = opened.dossier.submitted_at.is_some() && opened.dossier.intake().is_online();
        let (promise, told): (Vec<_>, Vec<_>) = summary.into_iter().partition(|section| section.key == OATH_SECTION);
        let oath = promise.into_iter().flat_map(|section| section.items).next();
        let name = opened.rules.revision.name.vi.trim_start_matches("Thủ tục ");
        let declaration = Declaration {
            title: format!("Tờ khai {}", lower_first(name)),
            reference: opened.dossier.name(),
            to: Some(opened.rules.agency.name.clone()),
            sections: told.into_iter().map(section).collect(),
            oath: oath.map(|item| format!("{}.", item.label.trim_end_matches('.'))),
            place: opened.rules.agency.place.clone(),
            day: local(at).date(),
            declarant: opened.dossier.applicant_name.clone(),
            signed_how: signed.then(|| "Đã xác nhận điện tử bằng tài khoản trên Cổng".to_owned()),
        };
        let marks = self.marks(&format!("/tra-cuu?ma={}", opened.dossier.name()), opened.rules.agency.is_demo, at);
        Ok(self.archive.set(declaration.into(), marks).await?)
    }

    fn head(&self, opened: &Opened) -> Letterhead {
        let agency = &opened.rules.agency;
        Letterhead {
            parent: if agency.centre.is_some() { Some(agency.name.clone()) } else { agency.parent.clone() },
            agency: agency.centre.clone().unwrap_or_else(|| agency.name.clone()),
            number: None,
            place: agency.place.clone(),
            day: local_date(self.now()),
        }
    }

    fn marks(&self, path: &str, demo: bool, at: Timestamp) -> Marks {
        Marks { url: format!("{}{path}", self.settings.public_url), demo, day: local_date(at) }
    }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

fn party(dossier: &Dossier) -> Party {
    Party {
        name: dossier.applicant_name.clone(),
        identity: dossier.applicant.number_masked.clone(),
        address: dossier.applicant.address.clone(),
        phone: dossier.applicant.phone.as_deref().map(Phone::for_people),
        email: dossier.applicant.email.clone(),
    }
}

/// Whom a result speaks of: a letter of the owner's matter, wherever another one filed it. Forms of their own name
/// everybody by the answers.
fn concerned(dossier: &Dossier, template: &str) -> Party {
    if !template.starts_with("van-ban") {
        return party(dossier);
    }
    let owner = dossier.owner_party();
    Party {
        name: owner.name,
        identity: owner.contact.number_masked,
        address: owner.contact.address,
        phone: owner.contact.phone.as_deref().map(Phone::for_people),
        email: owner.contact.email,
    }
}

fn procedure(opened: &Opened) -> ProcedureName {
    let revision = &opened.rules.revision;
    ProcedureName { code: revision.code.clone(), name: revision.name.vi.clone() }
}

/// Whether somebody is told who took a result: officers of the agency that had the dossier.
fn is_told_receivers(who: &Actor, dossier: &Dossier, field: &str) -> bool {
    who.officer().is_some_and(|officer| serves(officer, dossier, field))
}

/// Who took a result, as the register shows it: name, number with stars, what they are to the applicant, how they signed.
fn receiver_words(row: &HandOverRow) -> Option<String> {
    let receiver = Receiver::of(row)?;
    let signed = match row.signed.as_deref() {
        Some("hand") => Some("Ký nhận: chữ ký".to_owned()),
        Some("fingerprint") => Some("Ký nhận: điểm chỉ".to_owned()),
        Some("otp") => Some("Ký nhận: mã một lần".to_owned()),
        _ => None,
    };
    let lines = [Some(receiver.name), receiver.identity, receiver.relation, receiver.authority, signed];
    Some(lines.into_iter().flatten().collect::<Vec<_>>().join("\n"))
}

/// The row of Mẫu 06 for an event that passes the dossier on; `taker`: who took the result, for who is told.
fn hand_over_row(event: &Event, opened: &Opened, taker: Option<&str>) -> Option<HandOver> {
    let step = |key: &str| {
        let code = event.changes.get(key)?.as_str()?;
        let workflow = &opened.rules.case(&opened.dossier)?.workflow;
        Some(workflow.step(code).map_or_else(|| code.to_owned(), |s| s.name.vi.clone()))
    };
    let passes_on = matches!(event.act.as_str(), "forward" | "return_back" | "receive" | "hand_over");
    passes_on.then(|| HandOver {
        from: step("from_step").unwrap_or_else(|| opened.rules.agency.name.clone()),
        giver: Some(event.actor_name.clone()),
        to: step("to_step").unwrap_or_else(|| "Người nộp hồ sơ".to_owned()),
        receiver: taker.filter(|_| event.act == Step::HandOver.as_str()).map(str::to_owned),
        at: local(event.occurred_at),
        result: None,
        note: event.note.clone(),
    })
}

fn register_row(dossier: &Dossier, procedure: &str, (opened, handed): (&Opened, Option<&HandOverRow>)) -> RegisterRow {
    let method = handed.and_then(|row| DeliveryMethod::parse(&row.method)).unwrap_or(dossier.delivery.method);
    RegisterRow {
        code: dossier.name(),
        procedure: procedure.to_owned(),
        sets: 1,
        applicant: dossier.applicant_name.clone(),
        contact: dossier
            .applicant
            .phone
            .as_deref()
            .map(Phone::for_people)
            .or_else(|| dossier.applicant.address.clone()),
        decided_by: opened.rules.agency.name.clone(),
        received_at: local(dossier.accepted_at.unwrap_or(dossier.created_at)),
        due_at: dossier.due_at.map(local),
        returned_at: dossier.handed_over_at.map(local),
        return_method: Some(
            match method {
                DeliveryMethod::Online => "Trực tuyến",
                DeliveryMethod::Counter => "Tại quầy",
                DeliveryMethod::Post => "Qua bưu chính",
            }
            .to_owned(),
        ),
        receiver: None,
        status: dossier.status().label(Lang::Vi).to_owned(),
        note: None,
    }
}

fn section(section: SummarySection) -> Section {
    let entries = section.items.into_iter().map(|item| match item.rows.first() {
        None => Entry::Answer { label: item.label, value: item.value },
        Some(first) => {
            let columns: Vec<String> = first.iter().map(|cell| cell.label.clone()).collect();
            // A row lacks the cells that its own answers hide: each value goes under its own heading.
            let under = |row: &[SummaryItem], column: &String| {
                row.iter().find(|cell| cell.label == *column).map(|cell| cell.value.clone()).unwrap_or_default()
            };
            let rows = item.rows.iter().map(|row| columns.iter().map(|column| under(row, column)).collect()).collect();
            Entry::Table { label: item.label, columns, rows }
        }
    });
    Section { title: section.label, entries: entries.collect() }
}
