//! `generate`: volume data through the acts themselves, for load tests and demonstrations. No paper is set, nothing is
//! sent: the invented citizens have neither phone nor e-mail, so their notices stay in the portal. References, codes'
//! order within a day and ids are drawn anew each time; people, days, procedures and outcomes come from the seed.

mod life;
mod plan;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail};

use serde_json::Value;

use super::acting::{self, Filing};
use super::{cli, seed};
use crate::accounts::open_demo::{self, OpenDemo, OpenDemoError};
use crate::accounts::{self, AccountKind, Party, PartyKind, people};
use crate::app::App;
use crate::app::filing::Walkin;
use crate::config::Settings;
use crate::db;
use crate::dossiers::Contact;
use crate::kernel::working_time::Calendar;
use crate::kernel::{AccountId, Actor, AgencyId, Role, Timestamp};
use life::{Ended, Stage};
pub use plan::Wanted;
use plan::{Citizen, Life, Plan};

/// Lives played at once: enough for the writer to commit them in groups.
const AT_ONCE: usize = 16;

/// An agency that can settle dossiers from end to end, and who sits there.
pub(super) struct Office {
    code: String,
    /// Codes of the procedures with an e-form that it settles.
    procedures: Vec<String>,
    calendar: Calendar,
    clerk: Actor,
    handler: Actor,
    approver: Actor,
    /// Hash of the illustrative file under the agency's signature, and the certificate.
    specimen: (String, String),
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Made {
    pub citizens: usize,
    pub dossiers: usize,
    /// Of the dossiers, those still on somebody's desk today.
    pub open: usize,
}

/// Runs the command and prints what it made and how fast.
///
/// # Errors
/// In production, and where an act is refused.
pub fn run(args: &cli::Generate, settings: &Settings) -> anyhow::Result<()> {
    let app = super::ready(settings)?;
    let wanted = Wanted { dossiers: args.dossiers, citizens: args.citizens, months: args.months, seed: args.seed };
    let begun = Instant::now();
    let made = tokio::runtime::Runtime::new()?.block_on(generate(&app, wanted))?;
    let took = begun.elapsed().max(Duration::from_millis(1)).as_secs_f64();
    println!(
        "citizens: {}, dossiers: {} (still open: {}), made in {took:.1} s: {:.0} dossiers/s",
        made.citizens,
        made.dossiers,
        made.open,
        made.dossiers as f64 / took
    );
    Ok(())
}

/// Makes the plan of a seed real. An empty database gets the demonstration data first, for its agencies and officers.
///
/// # Errors
/// In production, where a seed was used already, and where an act is refused.
pub async fn generate(app: &App, wanted: Wanted) -> anyhow::Result<Made> {
    if !app.settings.is_development() {
        bail!("invented data is not generated in production");
    }
    if seed::is_empty(app).await? {
        seed::demo(app).await?;
    }
    let plan = Arc::new(Plan::draw(wanted));
    let offices = Arc::new(offices(app).await?);
    let ids = Arc::new(citizens(app, (&plan.citizens, wanted.seed)).await?);
    let (next, open) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let mut players = tokio::task::JoinSet::new();
    for _ in 0..AT_ONCE {
        let (app, plan, offices, ids) = (app.clone(), Arc::clone(&plan), Arc::clone(&offices), Arc::clone(&ids));
        let (next, open) = (Arc::clone(&next), Arc::clone(&open));
        players.spawn(async move {
            while let Some(life) = plan.lives.get(next.fetch_add(1, Ordering::Relaxed)) {
                if one(&app, &offices, (&plan, &ids), life).await? == Ended::Open {
                    open.fetch_add(1, Ordering::Relaxed);
                }
            }
            anyhow::Ok(())
        });
    }
    while let Some(done) = players.join_next().await {
        done??;
    }
    Ok(Made { citizens: ids.len(), dossiers: plan.lives.len(), open: open.load(Ordering::Relaxed) })
}

async fn one(app: &App, offices: &[Office], (plan, ids): (&Plan, &[AccountId]), life: &Life) -> anyhow::Result<Ended> {
    let pick = usize::try_from(life.pick)?;
    let office = offices.get(pick % offices.len()).ok_or_else(|| anyhow!("no agency"))?;
    let procedure = office.procedures.get(pick / offices.len() % office.procedures.len());
    let procedure = procedure.ok_or_else(|| anyhow!("no procedure"))?.clone();
    let (person, id) = plan.citizens.get(life.citizen).zip(ids.get(life.citizen)).ok_or_else(|| anyhow!("nobody"))?;
    let citizen = acting::actor(app, *id).await?;
    let walkin = if life.at_counter { Some(walkin(person, *id)?) } else { None };
    let filing = Filing { procedure, agency: office.code.clone(), walkin, answers: Value::Null };
    let today = app.now();
    let stage = Stage { app, office, citizen: &citizen, filing, today };
    life::play(&stage, life).await.with_context(|| format!("{life:?}"))
}

fn walkin(person: &Citizen, id: AccountId) -> anyhow::Result<Walkin> {
    let party = Party::parse(PartyKind::PersonalNumber, &person.number).map_err(|e| anyhow!("{e}"))?;
    let contact = Contact {
        date_of_birth: Some(crate::kernel::PartialDate::Day(person.born)),
        sex: Some(person.sex.as_str().to_owned()),
        number_masked: Some(party.masked()),
        ..Contact::default()
    };
    Ok(Walkin { account: Some(id), party, name: person.name.clone(), contact })
}

/// The agencies where clerk, handler and approver sit, with what they settle.
async fn offices(app: &App) -> anyhow::Result<Vec<Office>> {
    let snapshot = app.catalogue.snapshot(&app.db).await?;
    let mut found: Vec<Office> = Vec::new();
    let agencies = app.db.read(accounts::agencies::all).await?;
    for agency in agencies {
        let mut procedures = Vec::new();
        for entry in snapshot.index().entries() {
            if snapshot.agencies_for(&entry.code).iter().any(|a| a.code == agency.code)
                && is_usual(app, &entry.code).await?
            {
                procedures.push(entry.code.clone());
            }
        }
        procedures.sort_unstable();
        let staff = staff(app, agency.id).await?;
        let ([Some(clerk), Some(handler), Some(approver)], false) = (staff, procedures.is_empty()) else { continue };
        let this = app.clone();
        let id = agency.id;
        let calendar = (*app.db.read(move |c| this.calendar_of(c, id)).await?).clone();
        let (blob, certificates) = app.sign_specimen(&approver, (acting::PAPER, 1), agency.id).await?;
        let certificate = certificates.into_iter().next().ok_or_else(|| anyhow!("no certificate"))?;
        let (code, specimen) = (agency.code, (blob, certificate));
        found.push(Office { code, procedures, calendar, clerk, handler, approver, specimen });
    }
    if found.is_empty() {
        bail!("no agency has a clerk, a handler and an approver: load the demonstration data, or assign officers");
    }
    found.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(found)
}

/// Procedures that officers settle one by one: with an e-form, at any time, for anybody.
async fn is_usual(app: &App, code: &str) -> anyhow::Result<bool> {
    use crate::catalog::{Audience, Channel, Level};
    let Some(published) = app.catalogue.published(&app.db, code).await? else { return Ok(false) };
    let revision = &published.content;
    let Some(case) = revision.cases.first() else { return Ok(false) };
    let for_people = revision.audience.is_empty() || revision.audience.contains(&Audience::Citizen);
    let automatic = case.processing_time.iter().any(|t| t.unit == crate::catalog::revision::TimeUnit::Automatic);
    let always = revision.filing_windows.is_empty();
    let everywhere = [Channel::Online, Channel::Counter].iter().all(|way| revision.channels.contains(way));
    Ok(case.form.is_some() && for_people && always && everywhere && !automatic && revision.level != Level::Info)
}

async fn staff(app: &App, agency: AgencyId) -> anyhow::Result<[Option<Actor>; 3]> {
    let mut found = [None, None, None];
    for (place, role) in found.iter_mut().zip([Role::Clerk, Role::Handler, Role::Approver]) {
        let now = app.now();
        let officers = app.db.read(move |c| people::officers_of(c, &[agency], Some(role), now)).await?;
        if let Some(officer) = officers.first() {
            *place = Some(acting::actor(app, officer.account).await?);
        }
    }
    Ok(found)
}

/// Opens the citizens' accounts, many in a transaction.
async fn citizens(app: &App, (citizens, seed): (&[Citizen], u64)) -> anyhow::Result<Vec<AccountId>> {
    // One hash for all: the password is the same, and a hash takes its time.
    let hash = app.hasher.hash(seed::PASSWORD).await?;
    let mut ids = Vec::with_capacity(citizens.len());
    for part in citizens.chunks(200) {
        let mut commands = Vec::with_capacity(part.len());
        for person in part {
            let party = Party::parse(PartyKind::PersonalNumber, &person.number).map_err(|e| anyhow!("{e}"))?;
            commands.push(OpenDemo {
                kind: AccountKind::Citizen,
                party: accounts::seal(&app.keys, &party)?,
                full_name: person.name.clone(),
                representative: None,
                date_of_birth: Some(person.born),
                sex: Some(person.sex),
                phone: None,
                email: None,
                address: None,
                identity_level: 2,
                password: hash.clone(),
            });
        }
        let now: Timestamp = app.now();
        let open = move |tx: &mut db::Tx<'_>| {
            let mut ids = Vec::with_capacity(commands.len());
            for cmd in &commands {
                ids.push(open_demo::act(tx, &Actor::System, cmd, now)?.id);
            }
            Ok::<_, OpenDemoError>(ids)
        };
        match app.db.write(open).await {
            Ok(opened) => ids.extend(opened),
            Err(OpenDemoError::Db(db::Error::Unique(_))) => bail!(
                "the people of seed {seed} are in this database already: name another, such as --seed {}",
                seed.wrapping_add(1)
            ),
            Err(e) => return Err(anyhow::Error::from(e).context("the invented citizens could not be entered")),
        }
    }
    Ok(ids)
}
