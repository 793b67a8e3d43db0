//! Lists over table `dossiers`.

use diesel::dsl::{InnerJoin, IntoBoxed, exists, not};
use diesel::prelude::*;

use super::Flags;
use crate::db::schema::{
    dossier_identities, dossiers as d, fee_lines, opinions, procedures as p, results as r, signatures as sg,
};
use crate::db::types::J;
use crate::db::{Conn, Error, MultiBackend};
use crate::dossiers::Status;
use crate::dossiers::list::{DossierLine, OfficeQuery, Queue, Standing};
use crate::kernel::national::DossierKey;
use crate::kernel::{AccountId, AgencyId, DossierId, Page, PageRequest, Role, Timestamp};

type Joined<'a> = IntoBoxed<'a, InnerJoin<d::table, p::table>, MultiBackend>;

type Columns = (
    (d::id, d::code, d::reference, p::code, p::name, d::agency_id, d::applicant_name, d::owner_name, d::intake),
    (d::status, d::flags, d::step, d::assignee_id),
    (d::due_at, d::acceptance_due_at, d::paused_since, d::submitted_at, d::decided_at, d::version, d::updated_at),
);

const COLUMNS: Columns = (
    (d::id, d::code, d::reference, p::code, p::name, d::agency_id, d::applicant_name, d::owner_name, d::intake),
    (d::status, d::flags, d::step, d::assignee_id),
    (d::due_at, d::acceptance_due_at, d::paused_since, d::submitted_at, d::decided_at, d::version, d::updated_at),
);

type Row = (
    (DossierId, Option<String>, Option<String>, String, String, AgencyId, String, String, String),
    (i32, J, Option<String>, Option<AccountId>),
    (Option<Timestamp>, Option<Timestamp>, Option<Timestamp>, Option<Timestamp>, Option<Timestamp>, i32, Timestamp),
);

/// Number indexes of applicant and owner.
type Sides = (Option<String>, Option<String>);

fn line(row: Row) -> DossierLine {
    let (who, state, times) = row;
    DossierLine {
        id: who.0,
        code: who.1,
        reference: who.2,
        procedure_code: who.3,
        procedure_name: who.4,
        agency_id: who.5,
        applicant_name: who.6,
        owner_name: who.7,
        intake: who.8,
        status: Status::from_stored(state.0).unwrap_or(Status::Draft),
        flags: Flags::from(state.1),
        step: state.2,
        assignee_id: state.3,
        due_at: times.0,
        acceptance_due_at: times.1,
        paused_since: times.2,
        submitted_at: times.3,
        decided_at: times.4,
        version: times.5,
        updated_at: times.6,
    }
}

/// Statuses in which the processing clock runs.
fn running() -> Vec<i32> {
    [Status::Accepted, Status::Processing].map(Status::stored).to_vec()
}

/// One page of the office's list.
///
/// # Errors
/// A failure of the database.
pub fn office_list(conn: &mut Conn, q: &OfficeQuery, page: &PageRequest) -> Result<Page<DossierLine>, Error> {
    let total = narrowed(q).count().get_result::<i64>(conn)?;
    let query = narrowed(q).select(COLUMNS);
    let query = match q.queue {
        Queue::New => query.order((d::acceptance_due_at.asc(), d::id.asc())),
        Queue::All => query.order((d::updated_at.desc(), d::id.desc())),
        _ => query.order((d::due_at.asc(), d::id.asc())),
    };
    let rows: Vec<Row> = query.offset(page.offset()).limit(i64::from(page.limit)).load(conn)?;
    Ok(page.filled(rows.into_iter().map(line).collect(), Some(total)))
}

/// How many dossiers each queue holds, in the order of [`Queue::ALL`].
///
/// # Errors
/// A failure of the database.
pub fn queue_counts(conn: &mut Conn, q: &OfficeQuery) -> Result<Vec<(Queue, i64)>, Error> {
    Queue::ALL
        .into_iter()
        .map(|queue| {
            let of_queue = OfficeQuery { queue, status: None, words: None, number_index: None, ..q.clone() };
            Ok((queue, narrowed(&of_queue).count().get_result(conn)?))
        })
        .collect()
}

/// The list narrowed down to what the officer may see and asks for. Drafts are nobody's but their owner's.
fn narrowed(q: &OfficeQuery) -> Joined<'_> {
    let mut query: Joined<'_> = in_sight(q).filter(d::status.ne(Status::Draft.stored()));
    if !q.kept_away.is_empty() {
        query = without(query, &q.kept_away);
    }
    if let Some(status) = q.status {
        query = query.filter(d::status.eq(status.stored()));
    }
    if let Some(before) = q.due_before {
        query = query.filter(d::due_at.lt(Some(before)));
    }
    if let Some(assignee) = q.assignee {
        query = query.filter(d::assignee_id.eq(assignee));
    }
    if let Some(procedure) = q.procedure {
        query = query.filter(d::procedure_id.eq(procedure));
    }
    if let Some(index) = &q.number_index {
        let among_answers = dossier_identities::table
            .filter(dossier_identities::dossier_id.eq(d::id))
            .filter(dossier_identities::number_index.eq(index));
        query = query
            .filter(d::applicant_index.eq(Some(index)).or(d::owner_index.eq(Some(index))).or(exists(among_answers)));
    } else if let Some(words) = q.words.as_deref().map(str::trim).filter(|w| !w.is_empty()) {
        query = match DossierKey::parse(words) {
            Ok(DossierKey::Code(code)) => query.filter(d::code.eq(code.as_str().to_owned())),
            Ok(DossierKey::Reference(reference)) => query.filter(d::reference.eq(reference.as_str().to_owned())),
            Err(_) => {
                let pattern = like_pattern(words);
                query.filter(d::applicant_fold.like(pattern.clone()).or(d::owner_fold.like(pattern)))
            }
        };
    }
    in_queue(query, q)
}

/// Leaves out the dossiers in which any of these numbers stands.
fn without<'a>(query: Joined<'a>, numbers: &'a [String]) -> Joined<'a> {
    let among_answers = dossier_identities::table
        .filter(dossier_identities::number_index.eq_any(numbers.to_vec()))
        .select(dossier_identities::dossier_id);
    query
        .filter(d::applicant_index.is_null().or(d::applicant_index.ne_all(numbers.to_vec())))
        .filter(d::owner_index.is_null().or(d::owner_index.ne_all(numbers.to_vec())))
        .filter(d::id.ne_all(among_answers))
}

/// Only dossiers of agencies (and fields) that the officer has rights in.
fn in_sight(q: &OfficeQuery) -> Joined<'_> {
    let query = d::table.inner_join(p::table).into_boxed();
    if q.queue == Queue::Opinion {
        return asked(query, &q.sight.asked_in);
    }
    if q.sight.everything {
        return query;
    }
    let nothing: Vec<AgencyId> = Vec::new();
    let mut query = query.filter(d::agency_id.eq_any(nothing));
    for (agency, fields) in &q.sight.agencies {
        let here = d::agency_id.eq(*agency).or(d::acting_agency_id.eq(*agency));
        query = match fields {
            None => query.or_filter(here),
            Some(fields) => query.or_filter(here.and(p::field_code.eq_any(fields.clone()))),
        };
    }
    // Leaders look below them; what waits there waits for others.
    if matches!(q.queue, Queue::All | Queue::DueSoon | Queue::Overdue) && !q.sight.below.is_empty() {
        let below = &q.sight.below;
        query = query.or_filter(d::agency_id.eq_any(below.clone()).or(d::acting_agency_id.eq_any(below.clone())));
    }
    query
}

/// Only dossiers about which one of these agencies (and fields) was asked and has not answered.
fn asked<'a>(query: Joined<'a>, agencies: &[(AgencyId, Option<Vec<String>>)]) -> Joined<'a> {
    let nothing: Vec<AgencyId> = Vec::new();
    let mut query = query.filter(d::agency_id.eq_any(nothing));
    let running = [Status::Accepted, Status::Processing, Status::SupplementRequested, Status::PaymentRequested]
        .map(Status::stored);
    for (agency, fields) in agencies {
        let open = opinions::table
            .filter(opinions::agency_id.eq(*agency))
            .filter(opinions::answered_at.is_null())
            .select(opinions::dossier_id);
        let here = d::id.eq_any(open).and(d::status.eq_any(running));
        query = match fields {
            None => query.or_filter(here),
            Some(fields) => query.or_filter(here.and(p::field_code.eq_any(fields.clone()))),
        };
    }
    query
}

fn in_queue<'a>(query: Joined<'a>, q: &'a OfficeQuery) -> Joined<'a> {
    match q.queue {
        Queue::All | Queue::Opinion => query,
        Queue::New => query.filter(d::status.eq(Status::Submitted.stored())),
        Queue::Mine => mine_to_do(query, q),
        Queue::DueSoon => query
            .filter(d::status.eq_any(running()))
            .filter(d::paused_since.is_null())
            .filter(d::due_at.gt(Some(q.now)))
            .filter(d::due_at.le(Some(q.soon))),
        // What was late when its clock stopped stays late: asking to withdraw makes nothing punctual.
        Queue::Overdue => query.filter(
            d::status
                .eq_any(running())
                .and(d::due_at.lt(Some(q.now)))
                .and(d::paused_since.is_null().or(d::due_at.lt(d::paused_since)))
                .or(d::status.eq(Status::Submitted.stored()).and(d::acceptance_due_at.lt(Some(q.now)))),
        ),
        Queue::Supplement => query.filter(d::status.eq(Status::SupplementRequested.stored())),
        Queue::Payment => {
            let owed = fee_lines::table.filter(fee_lines::dossier_id.eq(d::id)).filter(fee_lines::state.eq("due"));
            query.filter(d::status.eq(Status::PaymentRequested.stored()).or(
                d::status.eq(Status::Submitted.stored()).and(exists(owed.filter(fee_lines::due_stage.eq("filing")))),
            ))
        }
        Queue::ToSign => to_sign(query, Signing::of(&q.my_roles)),
        Queue::ToHandOver => to_hand_over(query, Signing::of(&q.my_roles)),
    }
}

/// What an officer has to do with results that were decided.
#[derive(Clone, Copy)]
struct Signing {
    /// Signs first.
    approves: bool,
    /// Puts the agency's seal, whoever hands over.
    seals: bool,
    /// Puts it where the last step of the workflow is the clerk's, and hands over.
    clerk: bool,
    /// Works on nothing and looks on: everything that waits is shown.
    looks_on: bool,
}

impl Signing {
    fn of(roles: &[Role]) -> Self {
        let has = |role: Role| roles.contains(&role);
        let (approves, seals, clerk) = (has(Role::Approver), has(Role::Records), has(Role::Clerk));
        Self { approves, seals, clerk, looks_on: !approves && !seals && !clerk && !has(Role::Handler) }
    }
}

/// Status 9 where `yes`, else no status at all.
fn decided(yes: bool) -> Vec<i32> {
    if yes { vec![Status::Decided.stored()] } else { Vec::new() }
}

/// What waits for the officer now: a step that is theirs, a signature, the seal, a hand-over. What waits for the citizen
/// waits for nobody in the office and has queues of its own.
fn mine_to_do<'a>(query: Joined<'a>, q: &'a OfficeQuery) -> Joined<'a> {
    let roles: Vec<String> = q.my_roles.iter().map(|r| r.as_str().to_owned()).collect();
    let my_step = || d::assignee_id.eq(q.me).or(d::assignee_id.is_null().and(d::step_role.eq_any(roles.clone())));
    let at_work = [Status::Submitted, Status::Accepted, Status::Processing, Status::Stopped].map(Status::stored);
    let me = Signing::of(&q.my_roles);
    query.filter(
        d::status
            .eq_any(at_work)
            .and(my_step())
            .or(d::status.eq_any(decided(me.approves)).and(not_signed()))
            .or(d::status.eq_any(decided(me.seals)).and(partly_signed()))
            .or(d::status.eq_any(decided(me.clerk)).and(d::step_role.eq(Role::Clerk.as_str())).and(partly_signed()))
            .or(d::status.eq_any(decided(true)).and(my_step()).and(not(not_signed())).and(not(partly_signed()))),
    )
}

/// What waits for the officer's signature, or for the seal where they do nothing but seal. Who seals when handing over
/// finds it there.
fn to_sign(query: Joined<'_>, me: Signing) -> Joined<'_> {
    query.filter(
        d::status
            .eq_any(decided(me.approves || me.looks_on))
            .and(not_signed())
            .or(d::status.eq_any(decided(me.seals)).and(partly_signed())),
    )
}

/// What may be handed over, with what the officer seals before. For who has the seals in [`to_sign`], without them.
fn to_hand_over(query: Joined<'_>, me: Signing) -> Joined<'_> {
    let ready = d::status.eq_any(decided(true)).and(not(not_signed())).and(not(partly_signed()));
    query.filter(
        ready.or(d::status.eq_any(decided(me.looks_on)).and(partly_signed())).or(d::status
            .eq_any(decided(me.clerk && !me.seals))
            .and(d::step_role.eq(Role::Clerk.as_str()))
            .and(partly_signed())),
    )
}

/// A decided dossier whose result bears no signature at all and waits for the approver's.
#[diesel::dsl::auto_type]
fn not_signed() -> _ {
    exists(
        r::table
            .filter(r::dossier_id.eq(d::id))
            .filter(r::signed_at.is_null())
            .filter(r::revoked_at.is_null())
            .filter(r::seal_only.eq(false))
            .filter(not(exists(sg::table.filter(sg::result_id.eq(r::id))))),
    )
}

/// A decided dossier whose result lacks the agency's seal, and nothing else.
#[diesel::dsl::auto_type]
fn partly_signed() -> _ {
    exists(
        r::table
            .filter(r::dossier_id.eq(d::id))
            .filter(r::signed_at.is_null())
            .filter(r::revoked_at.is_null())
            .filter(r::seal_only.eq(true).or(exists(sg::table.filter(sg::result_id.eq(r::id))))),
    )
}

/// A pattern that finds all words in their order, accents aside.
fn like_pattern(words: &str) -> String {
    let folded = crate::kernel::text::fold(words);
    let safe: String = folded.chars().filter(|c| !matches!(c, '%' | '_' | '\\')).collect();
    format!("%{}%", safe.split_whitespace().collect::<Vec<_>>().join("%"))
}

/// The dossiers that an account filed or owns, drafts too, newest first.
///
/// # Errors
/// A failure of the database.
pub fn of_account(conn: &mut Conn, account: AccountId, page: &PageRequest) -> Result<Page<DossierLine>, Error> {
    newest_of(conn, || mine(account), page)
}

/// What an account filed or owns.
fn mine<'a>(account: AccountId) -> Joined<'a> {
    let of_account = d::applicant_account.eq(account).or(d::owner_account.eq(account));
    d::table.inner_join(p::table).filter(of_account).into_boxed()
}

/// One page of a query that can be made again and again, the newest change first, and the number of all.
fn newest_of<'a>(
    conn: &mut Conn,
    query: impl Fn() -> Joined<'a>,
    page: &PageRequest,
) -> Result<Page<DossierLine>, Error> {
    let total = query().count().get_result::<i64>(conn)?;
    let rows: Vec<Row> = query()
        .select(COLUMNS)
        .order((d::updated_at.desc(), d::id.desc()))
        .offset(page.offset())
        .limit(i64::from(page.limit))
        .load(conn)?;
    Ok(page.filled(rows.into_iter().map(line).collect(), Some(total)))
}

/// Statuses in which a dossier is over for its citizen.
fn over() -> Vec<i32> {
    [Status::AcceptanceRefused, Status::Withdrawn, Status::HandedOver].map(Status::stored).to_vec()
}

/// As [`of_account`], but only those that go on (`done` false) or only those that are over.
///
/// # Errors
/// A failure of the database.
pub fn of_account_half(
    conn: &mut Conn,
    (account, done): (AccountId, bool),
    page: &PageRequest,
) -> Result<Page<DossierLine>, Error> {
    let half = || {
        let query = mine(account);
        if done { query.filter(d::status.eq_any(over())) } else { query.filter(d::status.ne_all(over())) }
    };
    newest_of(conn, half, page)
}

/// How many of an account's dossiers go on, and how many are over.
///
/// # Errors
/// A failure of the database.
pub fn count_of_account(conn: &mut Conn, account: AccountId) -> Result<(i64, i64), Error> {
    let mine = || d::table.filter(d::applicant_account.eq(account).or(d::owner_account.eq(account)));
    let done = mine().filter(d::status.eq_any(over())).count().get_result(conn)?;
    let open = mine().filter(d::status.ne_all(over())).count().get_result(conn)?;
    Ok((open, done))
}

/// The newest dossiers that the person with a number index filed or owns, in any agency of `q`'s sight: «hồ sơ khác của
/// người này». Dossiers whose answers only name the number are other people's.
///
/// # Errors
/// A failure of the database.
pub fn of_person(
    conn: &mut Conn,
    q: &OfficeQuery,
    (index, except): (&str, Option<DossierId>),
) -> Result<Vec<(DossierLine, Standing)>, Error> {
    let q = OfficeQuery { number_index: None, words: None, ..q.clone() };
    let mut query = narrowed(&q).filter(d::applicant_index.eq(Some(index)).or(d::owner_index.eq(Some(index))));
    if let Some(except) = except {
        query = query.filter(d::id.ne(except));
    }
    let sides = (d::applicant_index, d::owner_index);
    let rows: Vec<(Row, Sides)> =
        query.select((COLUMNS, sides)).order((d::updated_at.desc(), d::id.desc())).limit(20).load(conn)?;
    let is = |side: &Option<String>| side.as_deref() == Some(index);
    let standing = |(row, sides): (Row, Sides)| Some((line(row), Standing::of(is(&sides.0), is(&sides.1))?));
    Ok(rows.into_iter().filter_map(standing).collect())
}

/// Whether any dossier (or draft) exists.
///
/// # Errors
/// A failure of the database.
pub fn any(conn: &mut Conn) -> Result<bool, Error> {
    Ok(diesel::select(exists(d::table.select(d::id))).get_result(conn)?)
}

/// The dossiers that an agency accepted on a day with the code of the field and the name of their procedures, in the
/// order of their codes; none in which a number of `kept_away` stands.
///
/// # Errors
/// A failure of the database.
pub fn accepted_on(
    conn: &mut Conn,
    (agency, day): (AgencyId, jiff::civil::Date),
    kept_away: &[String],
) -> Result<Vec<(super::Dossier, String, String)>, Error> {
    let from = crate::kernel::clock::from_local(day.at(0, 0, 0, 0));
    let all: Joined<'_> = d::table.inner_join(p::table).into_boxed();
    Ok(without(all, kept_away)
        .filter(d::agency_id.eq(agency))
        .filter(d::accepted_at.ge(Some(from)))
        .filter(d::accepted_at.lt(Some(from.plus_days(1))))
        .order((d::accepted_at, d::code))
        .select((d::all_columns, p::field_code, p::name))
        .limit(1_000)
        .load(conn)?)
}

/// Accepted dossiers whose citizen was shown a draft certificate and has not answered: among those in hand.
///
/// # Errors
/// A failure of the database.
pub fn awaiting_confirmation(conn: &mut Conn, limit: i64) -> Result<Vec<DossierId>, Error> {
    let rows: Vec<(DossierId, J)> = d::table
        .filter(d::status.eq_any(running()))
        .filter(d::paused_since.is_not_null())
        .select((d::id, d::flags))
        .order(d::updated_at)
        .limit(limit)
        .load(conn)?;
    Ok(rows.into_iter().filter(|(_, f)| f.0.get("awaiting_confirmation").is_some()).map(|(id, _)| id).collect())
}
