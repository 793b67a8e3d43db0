//! Papers of a dossier on pages: what the citizen's pages and the counter's show and take alike.

use super::refusal::refused;
use super::upload::SentFile;
use super::{Error, Result, Visit};
use crate::app::AttachError;
use crate::app::filing::{Opened, Upload as NewFile};
use crate::catalog::papers::{Circumstances, Need, PaperNeed, documents_required};
use crate::documents::{self, Document};
use crate::office::{ActError, exemptions};
use crate::templating::pages::filing::DocumentItem;
use crate::templating::pages::parts::{FileItem, FormError};

/// The field of files that prove none of the procedure's papers: what an officer asked for in words of their own.
pub(super) const OTHER: &str = "_other";

/// The paper that a field of files is named after; `None`: another one than the procedure's.
pub(super) fn paper_of(field: &str) -> Option<String> {
    (field != OTHER).then(|| field.to_owned())
}

/// A fault of one paper: its code and what to do.
pub(super) type PaperFault = (String, String);

/// The papers of a dossier with how much each is needed by its answers, and the proofs of the exemptions that it claims.
pub(super) fn needs<'o>(visit: &Visit, opened: &'o Opened) -> Vec<PaperNeed<'o>> {
    let around = Circumstances { by_delegate: opened.dossier.on_behalf.is_some(), data_unavailable: false };
    let Some(case) = opened.rules.case(&opened.dossier) else { return Vec::new() };
    let answers = opened.form.prune(&opened.data);
    let mut needs = documents_required(case, &answers, around);
    needs.retain(|n| n.need != Need::NotNeeded);
    needs.extend(exemptions::papers(&opened.rules, (&opened.dossier, &answers), visit.now()));
    needs
}

/// Attaches the files sent, each to the paper that its field is named after. Answers what is wrong with some.
pub(super) async fn attach(visit: &Visit, name: &str, files: Vec<SentFile>) -> Result<Vec<PaperFault>> {
    let mut faults = Vec::new();
    for file in files {
        let shown: String = file.name.chars().filter(|c| !c.is_control()).take(80).collect();
        let code = file.field.clone();
        if let Some(refusal) = file.refusal() {
            faults.push((code, format!("{shown}: {}", refusal.message(visit.lang))));
            continue;
        }
        let new = NewFile { paper: paper_of(&code), file_name: file.name, content: file.content };
        if let Err(e) = visit.app.attach(&visit.actor, name, new).await {
            faults.push(told(visit, (code, &shown), e)?);
        }
    }
    Ok(faults)
}

/// What was wrong with one file, in words; anything else is no matter of this file.
pub(super) fn told(visit: &Visit, (code, shown): (String, &str), e: AttachError) -> Result<PaperFault> {
    if let Some(refusal) = refused(&e) {
        let words = refusal.message(visit.lang);
        return Ok((code, if shown.is_empty() { words.to_owned() } else { format!("{shown}: {words}") }));
    }
    match e {
        AttachError::Act(ActError::Invalid(found)) => {
            Ok((code, found.iter().map(|f| f.says(visit.lang)).collect::<Vec<_>>().join(" ")))
        }
        AttachError::Paper(documents::AttachError::NotFound | documents::AttachError::NotUsable(_)) => {
            Ok((code, visit.text("documents-gone", &[])))
        }
        e => Err(Error::of_attaching(e, visit.lang)),
    }
}

/// Where a file is seen, and what takes it off again.
pub(super) struct Links {
    pub view: String,
    /// `None`: it stays.
    pub remove: Option<String>,
}

/// The files of a paper as pages show them.
pub(super) fn file_items(
    files: &[(Document, String)],
    paper: Option<&str>,
    links: impl Fn(&Document) -> Links,
) -> Vec<FileItem> {
    let of_paper = files.iter().filter(|(d, _)| d.paper_code.as_deref() == paper);
    of_paper
        .map(|(document, scan)| {
            let Links { view, remove } = links(document);
            FileItem {
                id: document.id.to_string(),
                name: document.file_name.clone(),
                size: document.size,
                state: file_state(scan).to_owned(),
                view: Some(view),
                remove,
            }
        })
        .collect()
}

/// What is wrong with the files of one field.
pub(super) fn error_of(faults: &[PaperFault], code: &str) -> Option<String> {
    let errors: Vec<&str> = faults.iter().filter(|(c, _)| c == code).map(|(_, text)| text.as_str()).collect();
    (!errors.is_empty()).then(|| errors.join(" "))
}

/// A required paper with its files. The data store and the address for single files are the caller's to add.
pub(super) fn item(
    visit: &Visit,
    need: &PaperNeed<'_>,
    files: &[(Document, String)],
    faults: &[PaperFault],
    links: impl Fn(&Document) -> Links,
) -> DocumentItem {
    let code = &need.paper.code;
    let help = need.paper.condition_text.as_ref().map(|t| t.get(visit.lang).to_owned()).filter(|t| !t.is_empty());
    DocumentItem {
        code: code.clone(),
        name: need.paper.name.get(visit.lang).to_owned(),
        help,
        required: need.need == Need::Required,
        error: error_of(faults, code),
        files: file_items(files, Some(code), links),
        store: Vec::new(),
        url: String::new(),
    }
}

/// The faults of papers for the summary above a page; each leads to its paper where the page has it.
pub(super) fn summary(needs: &[PaperNeed<'_>], faults: &[PaperFault]) -> Vec<FormError> {
    let known = |code: &str| needs.iter().any(|n| n.paper.code == code);
    let line = |(code, text): &PaperFault| match known(code) {
        true => FormError::at(&format!("f-{code}"), text.clone()),
        false => FormError { href: None, text: text.clone() },
    };
    faults.iter().map(line).collect()
}

/// A scan state as the pages know it.
pub(super) fn file_state(scan: &str) -> &'static str {
    match scan {
        "pending" => "scanning",
        "infected" => "infected",
        _ => "ready",
    }
}
