//! What invented people do: a draft from the form's own example with every paper it needs, filed; then any act by its
//! name. Shared by the demonstration and by generated data.

use anyhow::{Context, anyhow};
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::accounts::{number_index, people};
use crate::app::App;
use crate::app::filing::{Opened, Save, Start, Upload, Walkin};
use crate::catalog::Outcome;
use crate::catalog::papers::{Circumstances, missing};
use crate::documents;
use crate::dossiers::{Delivery, DeliveryMethod, Dossier, Intake, Step};
use crate::forms;
use crate::kernel::crypto::sha256_hex;
use crate::kernel::{AccountId, Actor, local_date};
use crate::office::action::Action;
use crate::office::{draft_result, exemptions};

/// A file that stands for every paper.
pub const PAPER: &[u8] = include_bytes!("../../static/demo/giay-to-minh-hoa.pdf");

/// What is filed, where, and for whom at a counter.
#[derive(Clone, Debug)]
pub struct Filing {
    pub procedure: String,
    pub agency: String,
    /// The person at the counter; `None`: the one who acts files from home.
    pub walkin: Option<Walkin>,
    /// Merge patch over the form's example; null: as it is.
    pub answers: Value,
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
    let mut example = published.form(&case).and_then(|f| f.examples().first().cloned());
    if let Some(answers) = &mut example {
        if !filing.answers.is_null() {
            forms::apply_merge_patch(answers, &filing.answers);
        }
        not_after(answers, local_date(app.now()));
    }
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

/// Days among the answers that were still to come on the day of filing become that day: examples are of this year,
/// but told of the past.
fn not_after(answers: &mut Value, day: Date) {
    match answers {
        Value::Object(map) => map.values_mut().for_each(|v| not_after(v, day)),
        Value::Array(rows) => rows.iter_mut().for_each(|v| not_after(v, day)),
        Value::String(text) => {
            let date = text.get(..10).and_then(|head| head.parse::<Date>().ok());
            let whole = text.len() == 10 || text.as_bytes().get(10) == Some(&b'T');
            if whole && date.is_some_and(|date| date > day) {
                text.replace_range(..10, &day.to_string());
            }
        }
        _ => {}
    }
}

/// Begins, attaches every paper, files. Gives the submission reference.
pub async fn file(app: &App, who: &Actor, filing: &Filing) -> anyhow::Result<String> {
    let opened = begin(app, who, filing).await?;
    let name = opened.dossier.id.to_string();
    let case = opened.rules.case(&opened.dossier).ok_or_else(|| anyhow!("no case"))?;
    let proofs = exemptions::papers_needed(&opened.rules, (&opened.dossier, &opened.data), app.now());
    let listed = missing(case, &opened.data, Circumstances::default(), &[]).into_iter().map(str::to_owned);
    for code in listed.chain(proofs) {
        attach(app, who, &name, &code).await?;
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

/// What a handler types into the draft result: the fields that it still lacks, as the example of its form has them.
/// `None`: it lacks nothing.
pub async fn lacking(app: &App, who: &Actor, name: &str) -> anyhow::Result<Option<Value>> {
    let opened = app.open_dossier(who, name).await?;
    let (of, now) = (opened.clone(), app.now());
    let missing = app.db.read(move |c| draft_result::missing(c, &of.dossier, &of.rules, now)).await?;
    if missing.is_empty() {
        return Ok(None);
    }
    let form = opened.rules.result_form(&opened.dossier, Outcome::Granted);
    let example = form.and_then(|form| form.examples().first().cloned()).unwrap_or_default();
    let mut data = json!({});
    for field in missing {
        let value = match field.pointer.as_str() {
            documents::GIVEN_NUMBER => Some(json!(free_number(app, &opened.dossier).await?)),
            pointer => example.pointer(pointer).cloned(),
        };
        let value = value.ok_or_else(|| anyhow!("the example of the result of {name} lacks {}", field.pointer))?;
        draft_result::put(&mut data, &field.pointer, value);
    }
    Ok(Some(json!({"data": data, "outcome": "granted"})))
}

/// A personal number for somebody born this year that no result gives yet, as the population register would find one.
async fn free_number(app: &App, dossier: &Dossier) -> anyhow::Result<String> {
    let year = local_date(app.now()).year() % 100;
    // A place of the dossier's own to begin at, so that those who look at the same time find different ones.
    let hash = sha256_hex(dossier.id.to_string().as_bytes());
    let begin = u32::from_str_radix(hash.get(..6).unwrap_or_default(), 16).unwrap_or_default() % 500_000;
    for serial in begin..begin + 500_000 {
        let number = format!("0463{year:02}{:06}", 500_000 + serial % 500_000);
        let index = number_index(&app.keys, &number);
        if app.db.read(move |c| documents::number_given_in(c, &index)).await?.is_none() {
            return Ok(number);
        }
    }
    Err(anyhow!("no personal number is left"))
}

/// Saves the draft result with what it still lacks, where it lacks anything.
pub async fn draft(app: &App, who: &Actor, name: &str) -> anyhow::Result<()> {
    match lacking(app, who, name).await? {
        Some(body) => act(app, who, name, Step::DraftResult, body).await.map(drop),
        None => Ok(()),
    }
}

/// Does an act by its name in the JSON API.
pub async fn act(app: &App, who: &Actor, name: &str, step: Step, body: Value) -> anyhow::Result<Opened> {
    let action = Action::parse(step, &body).map_err(|faults| anyhow!("{step:?}: {faults:?}"))?;
    app.act(who, name, (None, action)).await.with_context(|| format!("{step:?} on {name}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn days_to_come_become_the_day_of_filing_and_nothing_else_changes() {
        let mut answers = json!({
            "past": "2026-01-02", "to_come": "2026-12-24", "moment": "2026-12-24T08:00:00+07:00",
            "text": "2026-12-24 là ngày lễ", "rows": [{"day": "2027-01-01"}], "number": 5,
        });
        super::not_after(&mut answers, jiff::civil::date(2026, 8, 1));
        assert_eq!(
            answers,
            json!({
                "past": "2026-01-02", "to_come": "2026-08-01", "moment": "2026-08-01T08:00:00+07:00",
                "text": "2026-12-24 là ngày lễ", "rows": [{"day": "2026-08-01"}], "number": 5,
            })
        );
    }

    #[test]
    fn the_illustrative_paper_is_a_pdf_that_uploads_accept() {
        assert!(crate::documents::sniff::inspect(super::PAPER).is_ok());
    }
}
