//! What invented people do: a draft from the form's own example with every paper it needs, filed; then any act by its
//! name. Shared by the demonstration and by generated data.

use anyhow::{Context, anyhow};
use serde_json::Value;

use crate::accounts::people;
use crate::app::App;
use crate::app::filing::{Opened, Save, Start, Upload, Walkin};
use crate::catalog::papers::{Circumstances, missing};
use crate::dossiers::{Delivery, DeliveryMethod, Intake, Step};
use crate::kernel::{AccountId, Actor};
use crate::office::action::Action;

/// A file that stands for every paper.
pub const PAPER: &[u8] = include_bytes!("../../static/demo/giay-to-minh-hoa.pdf");

/// What is filed, where, and for whom at a counter.
#[derive(Clone, Debug)]
pub struct Filing {
    pub procedure: String,
    pub agency: String,
    /// The person at the counter; `None`: the one who acts files from home.
    pub walkin: Option<Walkin>,
}

/// Somebody with the rights that hold now.
pub async fn actor(app: &App, id: AccountId) -> anyhow::Result<Actor> {
    let now = app.now();
    Ok(app.db.read(move |c| people::actor(c, id, now)).await?)
}

/// Begins a draft with the form's own example.
pub async fn begin(app: &App, who: &Actor, filing: &Filing) -> anyhow::Result<Opened> {
    let procedure = &filing.procedure;
    let published = app.catalogue.published(&app.db, procedure).await?;
    let published = published.ok_or_else(|| anyhow!("procedure {procedure} is missing"))?;
    let case = published.content.cases.first().map(|c| c.code.clone()).unwrap_or_default();
    let example = published.form(&case).and_then(|f| f.examples().first().cloned());
    let start = Start {
        procedure_code: procedure.clone(),
        agency_code: filing.agency.clone(),
        case: Some(case),
        data: example,
        on_behalf_of: None,
        intake: if filing.walkin.is_some() { Intake::Counter } else { Intake::SelfRemote },
        applicant: filing.walkin.clone(),
    };
    app.begin_dossier(who, start).await.with_context(|| format!("beginning {procedure}"))
}

/// Begins, attaches every paper, files. Gives the submission reference.
pub async fn file(app: &App, who: &Actor, filing: &Filing) -> anyhow::Result<String> {
    let opened = begin(app, who, filing).await?;
    let name = opened.dossier.id.to_string();
    let case = opened.rules.case(&opened.dossier).ok_or_else(|| anyhow!("no case"))?;
    for code in missing(case, &opened.data, Circumstances::default(), &[]) {
        attach(app, who, &name, code).await?;
    }
    let method = if filing.walkin.is_some() { DeliveryMethod::Counter } else { DeliveryMethod::Online };
    let delivery = Delivery { method, address: None };
    app.save_dossier(who, &name, Save { delivery: Some(delivery), ..Save::default() }).await?;
    let filed = app.submit_dossier(who, &name, None).await.with_context(|| format!("filing {}", filing.procedure))?;
    Ok(filed.dossier.reference.unwrap_or(name))
}

/// Attaches the illustrative paper.
pub async fn attach(app: &App, who: &Actor, name: &str, code: &str) -> anyhow::Result<()> {
    let upload =
        Upload {
            paper: Some(code.to_owned()), file_name: "giấy tờ minh họa.pdf".to_owned(), content: PAPER.to_vec()
        };
    app.attach(who, name, upload).await.with_context(|| format!("attaching {code}"))?;
    Ok(())
}

/// Does an act by its name in the JSON API.
pub async fn act(app: &App, who: &Actor, name: &str, step: Step, body: Value) -> anyhow::Result<Opened> {
    let action = Action::parse(step, &body).map_err(|faults| anyhow!("{step:?}: {faults:?}"))?;
    app.act(who, name, (None, action)).await.with_context(|| format!("{step:?} on {name}"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_illustrative_paper_is_a_pdf_that_uploads_accept() {
        assert!(crate::documents::sniff::inspect(super::PAPER).is_ok());
    }
}
