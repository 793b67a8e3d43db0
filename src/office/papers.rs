//! The one-stop papers that acts make (Mẫu 01–05, acknowledgement): their data are taken at the act, the PDF is set when
//! it is first needed.

use jiff::civil::DateTime;
use serde_json::Value;

use super::desk::{Desk, Done};
use super::{ActError, Rules, asked_for, draft_result, forward};
use crate::catalog::revision::{ProcessingTime, Signature, TimeUnit};
use crate::catalog::{Channel, Outcome, RequiredPaper};
use crate::db::Tx;
use crate::documents::papers::{
    AcceptanceRefused, AcceptedPaper, Acknowledgement, Apology, Appointment, Fee, FiledHow, FiledPaper, Letterhead,
    ObligationLine, ObligationNotice, Paper, Party, ProcedureName, RestsOn, Signatory, Stopped, SupplementItem,
    SupplementRequest,
};
use crate::documents::{self, NewPaper, NewResult, ResultRow};
use crate::dossiers::{self, DeliveryMethod, Dossier, ReceivedPaper};
use crate::kernel::clock::local;
use crate::kernel::national::Phone;
use crate::kernel::{Actor, Lang, Timestamp, Vnd, words};
use crate::payments::{self, ClaimState, ExemptionClaim, FeeLineRow, FeeState, Obligation};

fn at(instant: Timestamp) -> DateTime {
    local(instant)
}

fn head(rules: &Rules, now: Timestamp) -> Letterhead {
    Letterhead {
        parent: Some(rules.agency.name.clone())
            .filter(|_| rules.agency.centre.is_some())
            .or_else(|| rules.agency.parent.clone()),
        agency: rules.agency.centre.clone().unwrap_or_else(|| rules.agency.name.clone()),
        number: None,
        place: rules.agency.place.clone(),
        day: local(now).date(),
    }
}

pub(super) fn party(of: &dossiers::Party) -> Party {
    Party {
        name: of.name.clone(),
        identity: of.contact.number_masked.clone(),
        address: of.contact.address.clone(),
        phone: of.contact.phone.as_deref().map(Phone::for_people),
        email: of.contact.email.clone(),
    }
}

fn owner(dossier: &Dossier) -> Option<Party> {
    let differs = dossier.owner_name != dossier.applicant_name || dossier.owner_index != dossier.applicant_index;
    differs.then(|| party(&dossier.owner_party()))
}

fn procedure(rules: &Rules) -> ProcedureName {
    ProcedureName { code: rules.revision.code.clone(), name: rules.revision.name.vi.clone() }
}

fn officer(who: &Actor) -> String {
    dossiers::events::actor_words(who).1
}

fn make(tx: &mut Tx<'_>, done: &Done, paper: &Paper, now: Timestamp) -> Result<(), ActError> {
    let new = NewPaper::of(done.dossier.id, Some(done.event.id), paper)
        .map_err(|e| ActError::Db(crate::db::Error::Other(format!("data of a paper: {e}"))))?;
    documents::insert_paper(tx.conn(), &new, now)?;
    Ok(())
}

/// What is owed or paid, and what is not owed by an exemption.
fn fees(lines: &[FeeLineRow], claims: &[ExemptionClaim]) -> Vec<Fee> {
    let words = |state: FeeState| match state {
        FeeState::Paid => "đã nộp",
        FeeState::Waived => "được miễn",
        FeeState::Refunding | FeeState::Refunded => "đã hoàn trả",
        FeeState::Due | FeeState::Pending | FeeState::Failed | FeeState::Expired => "chưa nộp",
    };
    let owed = lines.iter().map(|l| {
        let refused = claims.iter().find(|c| !c.holds() && c.fees().iter().any(|fee| fee.code == l.code));
        let state = match refused {
            Some(claim) => format!("{}; không được miễn ({})", words(l.state()), claim.name(Lang::Vi)),
            None => words(l.state()).to_owned(),
        };
        Fee { name: l.name.clone(), amount: l.amount(), state }
    });
    let exempt = claims.iter().filter(|claim| claim.holds()).flat_map(|claim| {
        let name = claim.name(Lang::Vi);
        let state = match claim.state() {
            ClaimState::Open => format!("đề nghị miễn ({name}), chờ kiểm tra giấy tờ"),
            ClaimState::Stated | ClaimState::Confirmed | ClaimState::Refused => format!("được miễn ({name})"),
        };
        claim.fees().into_iter().map(move |fee| Fee { name: fee.name.vi, amount: Vnd(0), state: state.clone() })
    });
    owed.chain(exempt).collect()
}

/// A limit in words: «03 ngày làm việc».
pub fn limit_words(time: &ProcessingTime) -> String {
    match time.unit {
        TimeUnit::WorkingDay => format!("{:02} ngày làm việc", time.amount),
        TimeUnit::CalendarDay => format!("{:02} ngày", time.amount),
        TimeUnit::Month => format!("{:02} tháng", time.amount),
        TimeUnit::Hour => format!("{:02} giờ làm việc", time.amount),
        TimeUnit::SameDay => "trong ngày làm việc".to_owned(),
        TimeUnit::Automatic => "trả kết quả tự động".to_owned(),
        TimeUnit::Window => "theo đợt".to_owned(),
        TimeUnit::Unstated => "theo quy định của pháp luật".to_owned(),
    }
}

/// Where and how the result is taken, in words.
fn delivery_words(rules: &Rules, dossier: &Dossier) -> String {
    match dossier.way_out() {
        DeliveryMethod::Online => "Trực tuyến, trong tài khoản của người nộp trên Cổng".to_owned(),
        DeliveryMethod::Counter => {
            let place = rules.agency.centre.as_deref().unwrap_or(&rules.agency.name);
            format!("Trực tiếp tại {place}")
        }
        DeliveryMethod::Post => {
            format!("Qua bưu chính công ích: {}", dossier.delivery.address.as_deref().unwrap_or_default())
        }
    }
}

/// Giấy xác nhận nộp hồ sơ.
pub(super) fn acknowledgement(
    tx: &mut Tx<'_>,
    rules: &Rules,
    done: &Done,
    lines: &[FeeLineRow],
    now: Timestamp,
) -> Result<(), ActError> {
    let dossier = &done.dossier;
    let files = documents::of_dossier(tx.conn(), dossier.id)?;
    let claims = payments::claims_of(tx.conn(), dossier.id)?;
    let case = rules.case(dossier).filter(|_| rules.revision.cases.len() > 1);
    let paper_name = |code: Option<&str>| {
        code.and_then(|c| rules.case(dossier)?.document(c))
            .map_or_else(|| "Giấy tờ khác".to_owned(), |d| d.name.vi.clone())
    };
    let (how, checked) = match dossier.intake().channel() {
        Channel::Online => (FiledHow::Online, "Cơ quan tiếp nhận kiểm tra hồ sơ và trả lời trong 8 giờ làm việc."),
        Channel::Counter => (
            FiledHow::Counter,
            "Cán bộ kiểm tra hồ sơ tại quầy; khi hồ sơ đủ, Ông/Bà nhận Giấy tiếp nhận hồ sơ và hẹn trả kết quả.",
        ),
        Channel::Post => (FiledHow::Post, "Cơ quan tiếp nhận kiểm tra hồ sơ và báo cho Ông/Bà."),
    };
    let checked = match rules.revision.automatic {
        true => "Hệ thống xét hồ sơ và trả lời ngay; trường hợp cần xem xét thêm thì cán bộ trả lời.",
        false => checked,
    };
    let to_pay = super::fees::when_to_pay(lines);
    let follow = "Theo dõi hồ sơ bằng mã nộp tại mục «Tra cứu hồ sơ» của Cổng.";
    let next = to_pay.into_iter().chain([checked, follow]).map(str::to_owned).collect();
    let paper = Acknowledgement {
        how,
        head: head(rules, now),
        reference: dossier.reference.clone().unwrap_or_default(),
        applicant: party(&dossier.applicant_party()),
        owner: owner(dossier),
        procedure: procedure(rules),
        case: case.map(|c| c.name.vi.clone()),
        submitted_at: at(now),
        answer_due_at: dossier.acceptance_due_at.map(at),
        received: taken_in(tx, rules, dossier)?,
        files: files
            .iter()
            .map(|f| FiledPaper {
                document: paper_name(f.paper_code.as_deref()),
                name: f.file_name.clone(),
                size: documents::size_words(f.size),
            })
            .collect(),
        fees: fees(lines, &claims),
        next,
    };
    make(tx, done, &paper.into(), now)
}

/// A line of Mẫu 01: what was counted at the counter, or else that a file was sent.
fn accepted_paper(paper: &RequiredPaper, received: &[ReceivedPaper], attached: &[String]) -> Option<AcceptedPaper> {
    let counted = received.iter().find(|r| r.paper_code == paper.code);
    let has_file = attached.contains(&paper.code);
    if counted.is_none() && !has_file {
        return None;
    }
    let number = |n: i32| u32::try_from(n).unwrap_or(0);
    Some(AcceptedPaper {
        name: paper.name.vi.clone(),
        originals: counted.map_or(0, |r| number(r.originals)),
        certified: 0,
        copies: counted.map_or(0, |r| number(r.copies)),
        note: has_file.then(|| "bản điện tử".to_owned()),
    })
}

/// The papers that were handed over on paper, counted.
fn taken_in(tx: &mut Tx<'_>, rules: &Rules, dossier: &Dossier) -> Result<Vec<AcceptedPaper>, ActError> {
    let received = dossiers::received_of(tx.conn(), dossier.id)?;
    let asked = rules.case(dossier).map(|case| case.papers_and_proofs()).unwrap_or_default();
    Ok(asked.iter().filter_map(|paper| accepted_paper(paper, &received, &[])).collect())
}

/// Mẫu 01.
pub(super) fn appointment(
    tx: &mut Tx<'_>,
    who: &Actor,
    rules: &Rules,
    (done, lines): (&Done, &[FeeLineRow]),
    now: Timestamp,
) -> Result<(), ActError> {
    let dossier = &done.dossier;
    let attached = documents::attached_codes(tx.conn(), dossier.id)?;
    let received = dossiers::received_of(tx.conn(), dossier.id)?;
    let claims = payments::claims_of(tx.conn(), dossier.id)?;
    let papers = rules.case(dossier).map(|case| {
        let papers = case.papers_and_proofs();
        papers.iter().filter_map(|d| accepted_paper(d, &received, &attached)).collect()
    });
    let time = rules.case(dossier).and_then(|c| c.time_for(dossier.intake().channel()));
    let paper = Appointment {
        head: head(rules, now),
        code: dossier.name(),
        received_by: rules.agency.centre.clone().unwrap_or_else(|| rules.agency.name.clone()),
        applicant: party(&dossier.applicant_party()),
        owner: owner(dossier),
        procedure: procedure(rules),
        summary: dossier.summary.clone(),
        papers: papers.unwrap_or_default(),
        sets: 1,
        time_limit: time.map_or_else(|| "theo quy định của pháp luật".to_owned(), limit_words),
        received_at: at(now),
        due_at: dossier.due_at.map(at),
        returned_at: delivery_words(rules, dossier),
        fees: fees(lines, &claims),
        book: None,
        clerk: officer(who),
    };
    make(tx, done, &paper.into(), now)
}

/// How what is asked for is handed in: over the portal only by who has an account there.
fn supplement_guide(rules: &Rules, dossier: &Dossier) -> String {
    let place = rules.agency.centre.as_deref().unwrap_or(&rules.agency.name);
    let address = rules.agency.address.as_deref().map(|a| format!(", {a}")).unwrap_or_default();
    if dossier.has_account() {
        format!("Bổ sung trực tuyến tại trang hồ sơ trên Cổng, hoặc trực tiếp tại {place}{address}.")
    } else {
        format!("Mang phiếu này và những giấy tờ cần bổ sung đến {place}{address}.")
    }
}

/// Mẫu 02.
pub(super) fn supplement_request(
    tx: &mut Tx<'_>,
    who: &Actor,
    rules: &Rules,
    (done, request): (&Done, &dossiers::SupplementRequest),
    now: Timestamp,
) -> Result<(), ActError> {
    let dossier = &done.dossier;
    let items = request.items();
    let paper = SupplementRequest {
        head: head(rules, now),
        code: dossier.name(),
        applicant: party(&dossier.applicant_party()),
        procedure: procedure(rules),
        submitted_at: at(dossier.submitted_at.unwrap_or(now)),
        // The one-stop office has a dossier also between its acceptance and the moment it is sent on.
        stage: if forward::is_with_reception(dossier, rules) { "Tiếp nhận" } else { "Giải quyết" }.to_owned(),
        items: items
            .iter()
            .map(|i| SupplementItem {
                name: asked_for::name(i, rules, dossier).map(|name| name.vi),
                note: i.note.clone(),
            })
            .collect(),
        reason: request.reason.clone(),
        guide: Some(supplement_guide(rules, dossier)),
        due_on: Some(request.due_on()),
        officer: officer(who),
        contact: rules.agency.phone.clone(),
    };
    make(tx, done, &paper.into(), now)
}

/// Where a financial obligation is settled, and what comes then. What we collect is paid on the portal only by who has an
/// account there.
fn where_to_pay(rules: &Rules, dossier: &Dossier, notice: Option<&Obligation>) -> (String, &'static str) {
    const THEN: &str = "Hồ sơ được giải quyết tiếp khi các khoản trên đã nộp đủ.";
    if let Some(notice) = notice.filter(|n| n.is_elsewhere()) {
        let account = notice.account.as_deref().map(|a| format!("\n{a}")).unwrap_or_default();
        return (
            format!(
                "Ngân hàng hoặc Kho bạc Nhà nước, theo thông báo nêu trên; không nộp trên Cổng hay tại quầy.{account}"
            ),
            "Nộp xong, mang Giấy nộp tiền vào ngân sách nhà nước đến bộ phận một cửa; hồ sơ được giải quyết tiếp khi các \
             khoản trên đã nộp đủ. Nộp chậm có thể phải nộp thêm tiền chậm nộp theo quy định về thuế.",
        );
    }
    let place = rules.agency.centre.as_deref().unwrap_or(&rules.agency.name);
    let counter = format!("tiền mặt hoặc thẻ tại {place}");
    if dossier.has_account() {
        (format!("Trực tuyến tại trang hồ sơ trên Cổng, hoặc {counter}."), THEN)
    } else {
        (format!("Bằng {counter}."), THEN)
    }
}

/// Thông báo thực hiện nghĩa vụ tài chính.
pub(super) fn obligation(
    tx: &mut Tx<'_>,
    who: &Actor,
    rules: &Rules,
    (done, lines, reason, notice): (&Done, &[FeeLineRow], &str, Option<&Obligation>),
    now: Timestamp,
) -> Result<(), ActError> {
    let dossier = &done.dossier;
    let total: Vnd = lines.iter().map(FeeLineRow::amount).sum();
    let (place, then) = where_to_pay(rules, dossier, notice);
    let paper = ObligationNotice {
        head: head(rules, now),
        code: dossier.name(),
        applicant: party(&dossier.applicant_party()),
        owner: owner(dossier),
        procedure: procedure(rules),
        reason: reason.to_owned(),
        rests_on: notice.map(|n| RestsOn {
            number: n.number.clone(),
            issued_on: n.issued_on(),
            issuer: n.issuer.clone(),
        }),
        lines: lines
            .iter()
            .map(|l| ObligationLine { kind: l.kind.clone(), name: l.name.clone(), amount: l.amount() })
            .collect(),
        total,
        in_words: words::amount(total),
        due_on: notice.map(Obligation::due_on),
        place,
        then: then.to_owned(),
        officer: officer(who),
        contact: rules.agency.phone.clone(),
    };
    make(tx, done, &paper.into(), now)
}

/// Mẫu 03.
pub(super) fn acceptance_refused(
    tx: &mut Tx<'_>,
    who: &Actor,
    rules: &Rules,
    (done, reason): (&Done, &str),
    now: Timestamp,
) -> Result<(), ActError> {
    let dossier = &done.dossier;
    let paper = AcceptanceRefused {
        head: head(rules, now),
        code: dossier.name(),
        applicant: party(&dossier.applicant_party()),
        procedure: procedure(rules),
        submitted_at: at(dossier.submitted_at.unwrap_or(now)),
        reason: reason.to_owned(),
        legal_basis: None,
        guide: rules.agency.address.as_ref().map(|a| format!("Liên hệ nơi tiếp nhận để được hướng dẫn: {a}.")),
        clerk: officer(who),
    };
    make(tx, done, &paper.into(), now)
}

/// Mẫu 04.
pub(super) fn apology(
    tx: &mut Tx<'_>,
    who: &Actor,
    rules: &Rules,
    (done, reason, old_due): (&Done, &str, Timestamp),
    now: Timestamp,
) -> Result<(), ActError> {
    let dossier = &done.dossier;
    let paper = Apology {
        head: head(rules, now),
        code: dossier.name(),
        applicant: party(&dossier.applicant_party()),
        procedure: procedure(rules),
        received_at: at(dossier.accepted_at.unwrap_or(now)),
        old_due_at: at(old_due),
        new_due_at: at(dossier.due_at.unwrap_or(old_due)),
        reason: reason.to_owned(),
        signer: signatory(who),
    };
    make(tx, done, &paper.into(), now)
}

/// Mẫu 05.
pub(super) fn stopped(
    tx: &mut Tx<'_>,
    who: &Actor,
    rules: &Rules,
    (done, requested_by, reason): (&Done, &str, &str),
    now: Timestamp,
) -> Result<(), ActError> {
    let dossier = &done.dossier;
    let paper = Stopped {
        head: head(rules, now),
        code: dossier.name(),
        applicant: party(&dossier.applicant_party()),
        procedure: procedure(rules),
        received_at: at(dossier.accepted_at.or(dossier.submitted_at).unwrap_or(now)),
        stopped_at: at(now),
        stage: dossier.status().label(crate::kernel::Lang::Vi).to_owned(),
        requested_by: requested_by.to_owned(),
        reason: reason.to_owned(),
        money: None,
        guide: None,
        signer: signatory(who),
    };
    make(tx, done, &paper.into(), now)
}

fn signatory(who: &Actor) -> Signatory {
    Signatory { authority: None, title: "Người có thẩm quyền".to_owned(), name: officer(who) }
}

/// The result of a decision, waiting to be set and signed. Identity numbers in its data stay sealed.
pub(super) fn result(
    desk: &mut Desk<'_, '_>,
    (outcome, data, reason): (Outcome, &Value, &str),
) -> Result<ResultRow, ActError> {
    let mut new = new_result(desk.rules, &desk.dossier, desk.who, (outcome, data, reason));
    documents::hold_book(desk.tx.conn(), new.agency, &new.code)?;
    new.number = Some(match typed_number(data) {
        Some(typed) => {
            if documents::is_number_taken(desk.tx.conn(), (new.agency, &new.code), &typed)? {
                let message = (
                    format!("Số {typed} đã dùng cho một kết quả khác; hãy sửa số trong dự thảo."),
                    format!("The number {typed} is another result's already: mend it in the draft."),
                );
                return Err(ActError::rule("number-taken", message));
            }
            typed
        }
        None => {
            let year = i32::from(local(desk.now).year());
            // A number that was typed from the paper book is passed over.
            loop {
                let number = documents::next_result_number(desk.tx.conn(), new.agency, &new.code, year)?;
                let number = format!("{number:02}/{year}");
                if !documents::is_number_taken(desk.tx.conn(), (new.agency, &new.code), &number)? {
                    break number;
                }
            }
        }
    });
    Ok(documents::insert_result(desk.tx.conn(), &new, desk.now)?)
}

/// The number that the handler has copied from the agency's own book: the paper bears it, so it is the result's number
/// wherever the result is shown.
fn typed_number(data: &Value) -> Option<String> {
    let entry = data.get(documents::REGISTER_ENTRY)?;
    let typed = ["soDangKy", "so"].into_iter().find_map(|key| entry.get(key)?.as_str())?;
    Some(typed.trim().to_owned()).filter(|number| !number.is_empty())
}

/// The result that `who` makes by a decision, without its number.
pub(super) fn new_result(
    rules: &Rules,
    dossier: &Dossier,
    who: &Actor,
    (outcome, data, reason): (Outcome, &Value, &str),
) -> NewResult {
    let def = rules.case(dossier).and_then(|case| case.result_for(outcome));
    let code = def.map_or_else(|| "KQ.TU-CHOI".to_owned(), |d| d.code.clone());
    NewResult {
        dossier: dossier.id,
        owner: dossier.owner_account,
        agency: dossier.acting_agency_id,
        template: documents::template_of(&code, outcome == Outcome::Refused).to_owned(),
        code,
        name: def.map_or_else(|| "Văn bản từ chối giải quyết hồ sơ".to_owned(), |d| d.name.vi.clone()),
        outcome: draft_result::word(outcome).to_owned(),
        number: None,
        data: serde_json::json!({"fields": data, "reason": reason, "decided_by": officer(who)}),
        signatures_needed: def.map_or(1, |d| i32::try_from(d.signatures.len()).unwrap_or(1).max(1)),
        seal_only: def.is_some_and(|d| d.signatures.first() == Some(&Signature::Agency)),
    }
}
