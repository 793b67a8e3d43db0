//! The exemptions from fees that a dossier claims, on an officer's pages.

use super::address;
use crate::app::filing::Opened;
use crate::documents;
use crate::payments::ExemptionClaim;
use crate::templating::pages::workspace::{WorkExemption, WorkFile};
use crate::web::papers::file_state;
use crate::web::portal::words;
use crate::web::whole::Around;
use crate::web::{Visit, exemptions};

/// A file as an officer looks at it.
pub(super) fn work_file(visit: &Visit, base: &str, (document, scan): &(documents::Document, String)) -> WorkFile {
    WorkFile {
        name: document.file_name.clone(),
        href: format!("{base}/tep/{}", document.id),
        kind: match document.mime.as_str() {
            "application/pdf" => "pdf",
            "image/jpeg" | "image/png" => "image",
            _ => "other",
        }
        .to_owned(),
        state: file_state(scan).to_owned(),
        fresh: words::sent_again(visit, document),
    }
}

/// The exemptions that are claimed, each with the files of its proof.
pub(super) fn claims(visit: &Visit, opened: &Opened, around: &Around) -> Vec<WorkExemption> {
    let base = address(opened);
    let over = opened.dossier.has_ended();
    let of = |claim: &ExemptionClaim| {
        // Of what has ended nobody looks at a proof any more.
        let undecided = over && claim.is_open();
        let of_proof =
            around.documents.iter().filter(|(d, _)| d.paper_code.is_some() && d.paper_code == claim.paper_code);
        let proof = claim.paper_code.as_deref().and_then(|code| opened.rules.case(&opened.dossier)?.document(code));
        WorkExemption {
            says: match undecided {
                true => visit.text("exemption-undecided", &[("name", claim.name(visit.lang).into())]),
                false => exemptions::said(visit, &opened.rules, claim),
            },
            open: claim.is_open() && !undecided,
            proof: proof.map(|paper| paper.name.get(visit.lang).to_owned()),
            files: of_proof.map(|file| work_file(visit, &base, file)).collect(),
            note: claim.paper_code.as_deref().and_then(|code| words::taken_in(visit, &around.received, code)),
        }
    };
    around.exemptions.iter().map(of).collect()
}
