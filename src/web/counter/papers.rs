//! `/can-bo/tiep-nhan/{id}/giay-to`: scans of the papers, as far as there are any, and filing, or back to the declaration.

use actix_multipart::Multipart;
use actix_web::web::Path;

use super::filing::{applicant, base, open_draft, walk};
use super::{address, open_logged};
use crate::app::filing::{Opened, Save};
use crate::catalog::RequiredPaper;
use crate::catalog::papers::{Need, PaperNeed};
use crate::db;
use crate::documents::{self, Document};
use crate::dossiers::{self, ReceivedPaper, State};
use crate::office::receive_papers::Received;
use crate::office::{ActError, Fault, exemptions};
use crate::templating::pages::counter::{CounterPaper, CounterPapers};
use crate::templating::pages::filing::DocumentItem;
use crate::templating::pages::parts::Choice;
use crate::web::papers::{Links, PaperFault, attach, item, needs, summary};
use crate::web::portal::at_question;
use crate::web::portal::papers::remove;
use crate::web::upload;
use crate::web::{Result, Visit};

/// `GET /can-bo/tiep-nhan/{id}/giay-to`
pub async fn show(visit: Visit, name: Path<String>) -> Result {
    match open_draft(&visit, &name).await? {
        Some(opened) => visit.page(&page(&visit, (&opened, &name), (&[], &[])).await?),
        None => visit.see_other(&format!("{}/tiep-nhan", base(&name))),
    }
}

/// `POST /can-bo/tiep-nhan/{id}/giay-to`: takes the scans and files the dossier. At the counter a scan is not needed:
/// the clerk sees the papers. `_go=form` keeps what was taken in and leads back to the declaration.
pub async fn save(visit: Visit, name: Path<String>, body: Multipart) -> Result {
    let sent = upload::read_form(&visit, body).await?;
    let Some(opened) = open_draft(&visit, &name).await? else {
        return visit.see_other(&format!("{}/tiep-nhan", base(&name)));
    };
    if remove(&visit, &opened, &sent).await? {
        return visit.see_other(&format!("{}/giay-to", base(&name)));
    }
    let to_form = sent.get("_go") == "form";
    let known: Vec<String> = needs(&visit, &opened).into_iter().map(|n| n.paper.into_owned().code).collect();
    let opened = claimed(&visit, opened, &sent.fields).await?;
    let mut faults = received(&visit, (&opened, &name), &sent.fields).await?;
    faults.extend(attach(&visit, &name, sent.files).await?);
    if !to_form {
        faults.extend(new_proofs(&visit, &opened, &known));
    }
    if !faults.is_empty() {
        return visit.page_again(&page(&visit, (&opened, &name), (&sent.fields, &faults)).await?);
    }
    if to_form {
        return visit.see_other(&declaration(&name));
    }
    match visit.app.submit_dossier(&visit.actor, &name, None).await {
        Ok(_) => visit.see_other(&format!("{}/tiep-nhan", base(&name))),
        Err(ActError::Invalid(found)) => {
            let (of_papers, others): (Vec<Fault>, Vec<Fault>) =
                found.into_iter().partition(|f| f.pointer.starts_with("/documents/"));
            let code = |f: &Fault| f.pointer.trim_start_matches("/documents/").to_owned();
            let faults: Vec<PaperFault> = of_papers.iter().map(|f| (code(f), f.says(visit.lang).to_owned())).collect();
            let mut again = page(&visit, (&opened, &name), (&sent.fields, &faults)).await?;
            again.errors.extend(others.iter().map(|f| at_question(&visit, &opened, f, |_| declaration(&name))));
            visit.page_again(&again)
        }
        Err(e) => Err(e.into()),
    }
}

/// Keeps which exemptions are ticked; what is offered and not ticked is claimed no longer.
async fn claimed(visit: &Visit, opened: Opened, fields: &[(String, String)]) -> Result<Opened> {
    let ticked = fields.iter().filter(|(name, _)| name == "exemption").map(|(_, code)| code.clone());
    let chosen: Vec<String> = ticked.collect();
    if chosen == opened.dossier.flags.exemptions {
        return Ok(opened);
    }
    let save = Save { exemptions: Some(chosen), ..Save::default() };
    Ok(visit.app.save_dossier(&visit.actor, &opened.dossier.id.to_string(), save).await?)
}

/// The proofs that what was just ticked asks for: the clerk has not seen their boxes yet.
fn new_proofs(visit: &Visit, opened: &Opened, known: &[String]) -> Vec<PaperFault> {
    let new = needs(visit, opened).into_iter().filter(|n| n.need == Need::Required && !known.contains(&n.paper.code));
    let told = |need: PaperNeed<'_>| {
        let name = need.paper.name.get(visit.lang).to_owned();
        (need.paper.into_owned().code, visit.text("counter-exemption-proof", &[("paper", name.into())]))
    };
    new.map(told).collect()
}

/// Where the declaration of a draft is typed.
fn declaration(name: &str) -> String {
    format!("{}/to-khai", base(name))
}

/// `GET /can-bo/ho-so/{code}/quet`: scanning what somebody brings to the counter for a supplement.
pub async fn supplement(visit: Visit, name: Path<String>) -> Result {
    let opened = open_logged(&visit, &name).await?;
    if !waits(&opened) {
        return visit.see_other(&address(&opened));
    }
    visit.page(&scans(page(&visit, (&opened, &name), (&[], &[])).await?, (&opened, &[])))
}

/// `POST /can-bo/ho-so/{code}/quet`: keeps the scans; recording the supplement is the act that follows.
pub async fn take_supplement(visit: Visit, name: Path<String>, body: Multipart) -> Result {
    let sent = upload::read_form(&visit, body).await?;
    let opened = open_logged(&visit, &name).await?;
    if !waits(&opened) {
        return visit.see_other(&address(&opened));
    }
    let mut faults = received(&visit, (&opened, &name), &sent.fields).await?;
    faults.extend(attach(&visit, &name, sent.files).await?);
    if !faults.is_empty() {
        let again = page(&visit, (&opened, &name), (&sent.fields, &faults)).await?;
        return visit.page_again(&scans(again, (&opened, &sent.fields)));
    }
    visit.see_other(&format!("{}#act-record_supplement", address(&opened)))
}

fn waits(opened: &Opened) -> bool {
    matches!(opened.dossier.state(), Some(State::SupplementRequested { .. }))
}

/// The page of papers for a supplement: no walk around it, and what was filed stays.
fn scans(mut page: CounterPapers, (opened, typed): (&Opened, &[(String, String)])) -> CounterPapers {
    page.steps.clear();
    page.back = None;
    page.action = format!("{}/quet", address(opened));
    for paper in &mut page.items {
        // Only what is brought now is ticked: what was in the folder before is no answer.
        paper.received = sent_as(typed, "got", &paper.item.code).is_some();
        for file in &mut paper.item.files {
            file.remove = None;
        }
    }
    page
}

/// What a box of a paper was sent with: `got.CODE`, `originals.CODE`, `copies.CODE`.
fn sent_as<'a>(fields: &'a [(String, String)], part: &str, code: &str) -> Option<&'a str> {
    let of_box = |name: &str| name.strip_prefix(part).and_then(|rest| rest.strip_prefix('.')) == Some(code);
    fields.iter().find(|(name, _)| of_box(name)).map(|(_, value)| value.trim())
}

/// Notes the papers ticked as taken in.
async fn received(
    visit: &Visit,
    (opened, name): (&Opened, &str),
    fields: &[(String, String)],
) -> Result<Vec<PaperFault>> {
    let mut papers = Vec::new();
    for need in needs(visit, opened) {
        let code = &need.paper.code;
        if sent_as(fields, "got", code).is_some() {
            // What is no number becomes one that can't be, and is told.
            let count = |part: &str| match sent_as(fields, part, code) {
                None | Some("") => 0,
                Some(text) => text.parse().unwrap_or(-1),
            };
            papers.push(Received { code: code.clone(), originals: count("originals"), copies: count("copies") });
        }
    }
    match visit.app.receive_papers(&visit.actor, name, papers).await {
        Ok(()) => Ok(Vec::new()),
        Err(ActError::Invalid(faults)) => {
            let told =
                |f: &Fault| (f.pointer.trim_start_matches("/received/").to_owned(), f.says(visit.lang).to_owned());
            Ok(faults.iter().map(told).collect())
        }
        Err(e) => Err(e.into()),
    }
}

/// `typed`: what the boxes were sent with, where they were.
async fn page(
    visit: &Visit,
    (opened, name): (&Opened, &str),
    (typed, faults): (&[(String, String)], &[PaperFault]),
) -> Result<CounterPapers> {
    let id = opened.dossier.id;
    let read = move |conn: &mut db::Conn| {
        Ok::<_, db::Error>((documents::scanned_of_dossier(conn, id)?, dossiers::received_of(conn, id)?))
    };
    let (files, received): (Vec<(Document, String)>, Vec<ReceivedPaper>) = visit.app.db.read(read).await?;
    let needs = needs(visit, opened);
    let links = |document: &Document| Links {
        view: format!("/can-bo/ho-so/{name}/tep/{}", document.id),
        remove: Some(document.id.to_string()),
    };
    let items = needs.iter().map(|need| {
        let counted = received.iter().find(|r| r.paper_code == need.paper.code);
        let (originals, copies) = usual(&need.paper);
        let typed_as = |part: &str| sent_as(typed, part, &need.paper.code).map(str::to_owned);
        CounterPaper {
            received: if typed.is_empty() { counted.is_some() } else { typed_as("got").is_some() },
            originals: typed_as("originals").unwrap_or_else(|| counted.map_or(originals, |r| r.originals).to_string()),
            copies: typed_as("copies").unwrap_or_else(|| counted.map_or(copies, |r| r.copies).to_string()),
            // A scan is never needed here: the clerk sees the paper.
            item: DocumentItem { help: None, required: false, ..item(visit, need, &files, faults, links) },
        }
    });
    Ok(CounterPapers {
        steps: walk(visit, 3, Some((opened, name)))?,
        person: applicant(visit, opened),
        procedure: opened.rules.revision.name.get(visit.lang).to_owned(),
        action: format!("{}/giay-to", base(name)),
        back: Some(declaration(name)),
        errors: summary(&needs, faults),
        items: items.collect(),
        exemptions: choices(visit, opened),
        claimed: opened.dossier.flags.exemptions.clone(),
        version: i64::from(opened.dossier.version),
    })
}

/// The exemptions that may be ticked for a draft.
fn choices(visit: &Visit, opened: &Opened) -> Vec<Choice> {
    if opened.dossier.state() != Some(State::Draft) {
        return Vec::new();
    }
    let of = (&opened.dossier, &opened.form.prune(&opened.data));
    let may = exemptions::open_to_choose(&opened.rules, of, visit.now());
    may.into_iter().map(|exemption| crate::web::portal::fees::choice(visit, exemption)).collect()
}

/// Papers that a dossier on paper needs and that were neither taken in nor scanned, by name; `nothing`: none of those it
/// needs was. What is filed online has its papers checked at filing.
pub(super) struct Lacking {
    pub names: Vec<String>,
    pub nothing: bool,
}

/// Finds [`Lacking`] papers.
pub(super) async fn lacking(visit: &Visit, opened: &Opened) -> Result<Lacking> {
    if opened.dossier.intake().is_online() {
        return Ok(Lacking { names: Vec::new(), nothing: false });
    }
    let id = opened.dossier.id;
    let read = move |conn: &mut db::Conn| {
        let mut there = documents::attached_codes(conn, id)?;
        there.extend(dossiers::received_of(conn, id)?.into_iter().map(|r| r.paper_code));
        Ok::<_, db::Error>(there)
    };
    let there = visit.app.db.read(read).await?;
    let needed: Vec<PaperNeed<'_>> = needs(visit, opened).into_iter().filter(|n| n.need != Need::Optional).collect();
    let missing = needed.iter().filter(|n| !there.contains(&n.paper.code));
    let names: Vec<String> = missing.map(|n| n.paper.name.get(visit.lang).to_owned()).collect();
    Ok(Lacking { nothing: !names.is_empty() && names.len() == needed.len(), names })
}

/// How many of a paper people bring: what the procedure says, one original where it says nothing.
fn usual(paper: &RequiredPaper) -> (i32, i32) {
    let number = |n: u32| i32::try_from(n.min(99)).unwrap_or(0);
    if (paper.originals, paper.copies) == (0, 0) { (1, 0) } else { (number(paper.originals), number(paper.copies)) }
}
