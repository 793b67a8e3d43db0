//! One dossier's life, played by the acts themselves on the product's clock.

use anyhow::{Context, anyhow};
use jiff::ToSpan as _;
use serde_json::json;

use super::Office;
use super::plan::{Fate, Life};
use crate::app::App;
use crate::commands::acting::{self, Filing};
use crate::dossiers::{Dossier, Step};
use crate::feedback::{self, Rating};
use crate::kernel::{Actor, Role, Timestamp, clock, local_date};
use crate::office::sign::{Signed, next_of, sign};

/// What a played life comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// As it was meant to.
    Played,
    /// Today came first: it is still on somebody's desk.
    Open,
}

/// Who plays, and where time has got to.
pub(super) struct Stage<'a> {
    pub app: &'a App,
    pub office: &'a Office,
    pub citizen: &'a Actor,
    pub filing: Filing,
    /// Nothing happens after it.
    pub today: Timestamp,
}

impl Stage<'_> {
    /// The product at `moment`, or nothing when that is still to come.
    fn at(&self, moment: Timestamp) -> Option<App> {
        (moment <= self.today).then(|| self.app.at(moment))
    }

    /// So many working minutes later.
    fn later(&self, from: Timestamp, minutes: u32) -> anyhow::Result<Timestamp> {
        Ok(self.office.calendar.add_minutes(from, minutes.max(1))?)
    }

    async fn act(&self, moment: Timestamp, who: &Actor, (name, step): (&str, Step), body: serde_json::Value) -> Played {
        let Some(app) = self.at(moment) else { return Ok(None) };
        Ok(Some(acting::act(&app, who, name, step, body).await?.dossier))
    }
}

/// The dossier after an act; `None` when the act would lie in the future.
type Played = anyhow::Result<Option<Dossier>>;

/// When a life begins: the minute it says on the day it says, at a counter on a working day and in office hours.
pub(super) fn begins(life: &Life, office: &Office, today: Timestamp) -> anyhow::Result<Timestamp> {
    let day = local_date(today).checked_sub(i64::from(life.days_ago).days())?;
    let day = if life.at_counter { office.calendar.working_day_from(day)? } else { day };
    let minute = i64::from(life.minute);
    let moment = clock::from_local(day.at(0, 0, 0, 0).checked_add(minute.minutes())?);
    if life.at_counter { Ok(office.calendar.next_moment(moment)?) } else { Ok(moment) }
}

/// Plays one life as far as today.
pub(super) async fn play(stage: &Stage<'_>, life: &Life) -> anyhow::Result<Ended> {
    let filed_at = begins(life, stage.office, stage.today)?;
    let Some(app) = stage.at(filed_at) else { return Ok(Ended::Open) };
    let filer = if life.at_counter { &stage.office.clerk } else { stage.citizen };
    let name = acting::file(&app, filer, &stage.filing).await?;
    let seen = stage.later(filed_at, if life.at_counter { 5 } else { life.accepted_after })?;
    let done = match life.fate {
        Fate::Withdrawn => withdrawn(stage, &name, filed_at).await?,
        Fate::Refused => refused(stage, &name, seen).await?,
        Fate::Stopped => stopped(stage, &name, seen).await?,
        Fate::Settled => settled(stage, (&name, life), seen).await?,
        Fate::Supplemented => match supplemented(stage, &name, seen).await? {
            Some(answered) => {
                let again = stage.later(answered, life.accepted_after)?;
                settled(stage, (&name, life), again).await?
            }
            None => None,
        },
    };
    Ok(if done.is_some() { Ended::Played } else { Ended::Open })
}

async fn withdrawn(stage: &Stage<'_>, name: &str, filed_at: Timestamp) -> Played {
    let moment = stage.later(filed_at, 7)?;
    let reason = json!({"reason": "Khai nhầm thông tin, sẽ nộp lại."});
    if stage.filing.walkin.is_some() {
        // Who came to the counter takes the papers home before the clerk has accepted them.
        return refused(stage, name, moment).await;
    }
    stage.act(moment, stage.citizen, (name, Step::Withdraw), reason).await
}

async fn refused(stage: &Stage<'_>, name: &str, moment: Timestamp) -> Played {
    let reason = json!({"reason": "Không thuộc thẩm quyền giải quyết của đơn vị; đề nghị nộp đúng nơi cư trú."});
    stage.act(moment, &stage.office.clerk, (name, Step::RefuseAcceptance), reason).await
}

async fn stopped(stage: &Stage<'_>, name: &str, seen: Timestamp) -> Played {
    let Some(_) = accepted(stage, name, seen).await? else { return Ok(None) };
    let moment = stage.later(seen, 300)?;
    let reason = json!({"reason": "Có tranh chấp đang chờ cơ quan có thẩm quyền giải quyết."});
    stage.act(moment, &stage.office.handler, (name, Step::Stop), reason).await
}

/// Asked for one paper again; answered a day later. When it was answered.
async fn supplemented(stage: &Stage<'_>, name: &str, seen: Timestamp) -> anyhow::Result<Option<Timestamp>> {
    let Some(app) = stage.at(seen) else { return Ok(None) };
    let opened = app.open_dossier(&stage.office.clerk, name).await?;
    let papers = opened.rules.case(&opened.dossier).map(|c| c.documents.clone()).unwrap_or_default();
    let Some(paper) = papers.iter().find(|d| d.required).or(papers.first()) else { return Ok(Some(seen)) };
    let items = json!({
        "reason": "Bản chụp mờ, không đọc được số.",
        "items": [{"document": paper.code, "note": "Chụp lại rõ cả bốn góc."}],
    });
    acting::act(&app, &stage.office.clerk, name, Step::RequestSupplement, items).await?;
    let answered = stage.later(seen, 480)?;
    let Some(app) = stage.at(answered) else { return Ok(None) };
    let (who, step) = match &stage.filing.walkin {
        Some(_) => (&stage.office.clerk, Step::RecordSupplement),
        None => (stage.citizen, Step::Supplement),
    };
    acting::attach(&app, who, name, &paper.code).await?;
    acting::act(&app, who, name, step, json!({"note": "Đã chụp lại."})).await?;
    Ok(Some(answered))
}

/// Filing fees are taken in cash where there are any, then the dossier is accepted and goes to the handler.
async fn accepted(stage: &Stage<'_>, name: &str, seen: Timestamp) -> Played {
    let Some(app) = stage.at(seen) else { return Ok(None) };
    let clerk = &stage.office.clerk;
    let id = app.open_dossier(clerk, name).await?.dossier.id;
    let fees = app.db.read(move |c| crate::payments::lines_of(c, id)).await?;
    if crate::payments::owed(&fees).0 > 0 {
        acting::act(&app, clerk, name, Step::RecordPayment, json!({"method": "cash"})).await?;
    }
    acting::act(&app, clerk, name, Step::Accept, json!({})).await?;
    stage.act(stage.later(seen, 15)?, clerk, (name, Step::Forward), json!({})).await
}

async fn settled(stage: &Stage<'_>, (name, life): (&str, &Life), seen: Timestamp) -> Played {
    let Some(dossier) = accepted(stage, name, seen).await? else { return Ok(None) };
    let due = dossier.due_at.unwrap_or(seen);
    let limit = u32::try_from(stage.office.calendar.minutes_between(seen, due)).unwrap_or(480).max(60);
    let decided = stage.later(seen, limit.saturating_mul(life.pace) / 100)?.max(stage.later(seen, 40)?);
    let office = stage.office;
    let mut at_work = dossier;
    // Ways through an agency differ: some have no handler, some two steps before the approver's.
    for minutes in [25, 28, 31] {
        let role = at_work.step_role.as_deref().and_then(Role::parse);
        let who = match role {
            Some(Role::Handler) => &office.handler,
            Some(Role::Clerk) => &office.clerk,
            _ => break,
        };
        let moment = stage.later(seen, minutes)?;
        if let (Some(app), Some(Role::Handler)) = (stage.at(moment), role) {
            acting::draft(&app, who, name).await?;
        }
        match stage.act(moment, who, (name, Step::Forward), json!({})).await? {
            Some(next) => at_work = next,
            None => return Ok(None),
        }
    }
    let Some(_) = stage.act(decided, &office.approver, (name, Step::Approve), json!({})).await? else {
        return Ok(None);
    };
    let Some(app) = stage.at(stage.later(decided, 20)?) else { return Ok(None) };
    signed(&app, office, name).await.with_context(|| format!("signing {name}"))?;
    let body = match &stage.filing.walkin {
        Some(person) => json!({"method": "counter", "receiver": {"name": person.name}, "signed": "hand"}),
        None => json!({"method": "online"}),
    };
    let handed = stage.later(decided, 60)?;
    let Some(dossier) = stage.act(handed, &office.clerk, (name, Step::HandOver), body).await? else {
        return Ok(None);
    };
    if let (Some(score), None) = (life.rating, &stage.filing.walkin) {
        rated(stage, &dossier, (score, stage.later(handed, 90)?)).await?;
    }
    Ok(Some(dossier))
}

/// Records the agency's specimen signature under the result: a PDF a dossier would take minutes for thousands.
async fn signed(app: &App, office: &Office, name: &str) -> anyhow::Result<()> {
    let opened = app.open_dossier(&office.approver, name).await?;
    let id = opened.dossier.id;
    let result = app.db.read(move |c| crate::documents::current_result(c, id)).await?;
    let result = result.ok_or_else(|| anyhow!("no result"))?;
    let needed = usize::try_from(result.signatures_needed).unwrap_or(0);
    let mut made = 0;
    // The approver signs, who hands over seals.
    for who in [office.approver.clone(), office.clerk.clone()] {
        if made >= needed {
            break;
        }
        let mine = next_of(&who, (&opened.dossier, &opened.rules), &result, made)?.len();
        let (blob, certificate) = office.specimen.clone();
        let position = i32::try_from(made + 1)?;
        let certificates = vec![certificate; mine];
        let cmd = Signed { target: id.into(), result: result.id, position, certificates, blob };
        let (rules, now) = (opened.rules.clone(), app.now());
        app.db.write(move |tx| sign(tx, &who, &cmd, &rules, now)).await?;
        made += mine;
    }
    Ok(())
}

async fn rated(stage: &Stage<'_>, dossier: &Dossier, (score, moment): (u8, Timestamp)) -> anyhow::Result<()> {
    let Some(app) = stage.at(moment) else { return Ok(()) };
    let rules = app.open_dossier(stage.citizen, &dossier.id.to_string()).await?.rules;
    let rating = Rating { score: i64::from(score), comment: None };
    let (who, id, now) = (stage.citizen.clone(), dossier.id, app.now());
    app.db.write(move |tx| feedback::rate(tx, &who, (id.into(), &rating), &rules, now)).await?;
    Ok(())
}
