//! Nhận giấy tờ tại quầy: the clerk notes which papers lie in the folder, scanned or not. Mẫu 01 lists them.

use super::{ActError, Fault, Rules, Target, fill};
use crate::db::Tx;
use crate::dossiers::{self, ReceivedPaper, State};
use crate::kernel::{Actor, Timestamp};

/// More of one paper than anybody brings.
const MOST: i32 = 99;

/// A paper taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// Code of the required paper.
    pub code: String,
    pub originals: i32,
    pub copies: i32,
}

/// Notes the papers taken in: of a draft all there are, at a supplement those that were brought now beside the earlier.
///
/// # Errors
/// Faults at `/received/…` for a paper that the case does not have or a number that can't be; [`ActError::Forbidden`]
/// for anybody but an officer; else as [`fill::open_to_fill`].
pub fn receive_papers(
    tx: &mut Tx<'_>,
    who: &Actor,
    (target, papers): (Target, &[Received]),
    rules: &Rules,
    now: Timestamp,
) -> Result<Vec<ReceivedPaper>, ActError> {
    if who.officer().is_none() {
        return Err(ActError::Forbidden);
    }
    let dossier = fill::open_to_fill(tx, who, target, rules, false)?;
    let case = rules.case(&dossier).ok_or(ActError::OtherRules)?;
    let mut faults = Vec::new();
    for paper in papers {
        let at = format!("/received/{}", paper.code);
        if case.document(&paper.code).is_none() {
            faults.push(Fault::new(
                at,
                "unknown",
                ("Giấy tờ này không có trong thành phần hồ sơ.", "This paper is not among those of the dossier."),
            ));
        } else if !fits(paper.originals) || !fits(paper.copies) || paper.originals + paper.copies == 0 {
            faults.push(Fault::new(
                at,
                "range",
                (
                    "Số bản chính và bản sao từ 0 đến 99, và có ít nhất một bản.",
                    "From 0 to 99 originals and copies, and at least one of them.",
                ),
            ));
        }
    }
    if !faults.is_empty() {
        return Err(ActError::Invalid(faults));
    }
    let mut list = match dossier.state() {
        Some(State::Draft) => Vec::new(),
        _ => dossiers::received_of(tx.conn(), dossier.id)?,
    };
    for paper in papers {
        list.retain(|known| known.paper_code != paper.code);
        list.push(ReceivedPaper {
            dossier_id: dossier.id,
            paper_code: paper.code.clone(),
            originals: paper.originals,
            copies: paper.copies,
            received_by: who.account(),
            received_at: now,
        });
    }
    dossiers::set_received(tx.conn(), dossier.id, &list)?;
    Ok(list)
}

fn fits(number: i32) -> bool {
    (0..=MOST).contains(&number)
}
